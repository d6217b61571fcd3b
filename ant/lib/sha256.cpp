// SPDX-License-Identifier: GPL-2.0-only
// SHA-256; names and section numbers are FIPS 180-4's.
#include <ant/lib/sha256.h>
#include <ant/lib/string.h>
#include <bit>

namespace ant {

namespace {

// 4.2.2: first 32 bits of the fractional parts of the cube roots of the first 64 primes.
constexpr uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

uint32_t load_big_endian(const uint8_t* bytes) {
    uint32_t value = 0;
    memcpy(&value, bytes, sizeof(value));
    return __builtin_bswap32(value);
}

} // namespace

void Sha256::compress(const uint8_t* block) {
    uint32_t w[64]; // 6.2.2, step 1: the message schedule
    for (unsigned t = 0; t < 16; t++)
        w[t] = load_big_endian(block + size_t{4} * t);
    for (unsigned t = 16; t < 64; t++) {
        const uint32_t s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
        const uint32_t s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (unsigned t = 0; t < 64; t++) { // step 3
        const uint32_t sum1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const uint32_t choose = (e & f) ^ (~e & g);
        const uint32_t t1 = h + sum1 + choose + round_constants[t] + w[t];
        const uint32_t sum0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + sum0 + majority;
    }
    const uint32_t working[8] = {a, b, c, d, e, f, g, h};
    for (size_t i = 0; i < state_.size(); i++)
        state_[i] += working[i];
}

void Sha256::update(const void* data, size_t length) {
    const auto* bytes = static_cast<const uint8_t*>(data);
    size_t used = length_ % block_bytes;
    length_ += length;
    if (used > 0) {
        const size_t room = block_bytes - used;
        const size_t count = length < room ? length : room;
        memcpy(pending_.data() + used, bytes, count);
        if (count < room)
            return;
        compress(pending_.data());
        bytes += count;
        length -= count;
    }
    for (; length >= block_bytes; bytes += block_bytes, length -= block_bytes)
        compress(bytes);
    if (length > 0)
        memcpy(pending_.data(), bytes, length);
}

Sha256::Digest Sha256::finish() {
    // 5.1.1: a one bit, zeros, and the length in bits as 64 bits, big endian.
    const uint64_t bits = length_ * 8;
    const size_t used = length_ % block_bytes;
    const size_t zeros = (used < 56 ? 56 : 120) - used - 1;
    constexpr uint8_t padding[block_bytes] = {0x80};
    update(padding, 1 + zeros);
    const uint64_t big_endian = __builtin_bswap64(bits);
    update(&big_endian, sizeof(big_endian));

    Digest digest;
    for (size_t i = 0; i < state_.size(); i++) {
        const uint32_t word = __builtin_bswap32(state_[i]);
        memcpy(digest.data() + 4 * i, &word, sizeof(word));
    }
    return digest;
}

Sha256::Text Sha256::text(const Digest& digest) {
    Text text = {};
    for (size_t i = 0; i < digest.size(); i++) {
        text[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    return text;
}

} // namespace ant
