// SPDX-License-Identifier: GPL-2.0-only
// SHA-256 (NIST FIPS 180-4), for sha256sum and for the system tests' digests.
#ifndef ANT_LIB_SHA256_H
#define ANT_LIB_SHA256_H

#include <array>
#include <cstddef>
#include <cstdint>

namespace ant {

class Sha256 {
public:
    using Digest = std::array<uint8_t, 32>;
    using Text = std::array<char, 65>; ///< lower-case hexadecimal and a NUL

    /// Adds bytes to the message; may be called any number of times.
    void update(const void* data, size_t length);

    /// Ends the message. The object must not be used afterwards.
    [[nodiscard]] Digest finish();

    /// Digest as text, e.g. "e3b0c442...".
    [[nodiscard]] static Text text(const Digest& digest);

private:
    void compress(const uint8_t* block);

    static constexpr size_t block_bytes = 64;

    // FIPS 180-4, 5.3.3: initial hash value.
    std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint64_t length_ = 0; // bytes so far
    std::array<uint8_t, block_bytes> pending_ = {};
};

} // namespace ant

#endif
