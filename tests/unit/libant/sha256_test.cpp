// SPDX-License-Identifier: GPL-2.0-only
// SHA-256 against NIST's examples (FIPS 180-4; CAVP SHA256ShortMsg).
#include <ant/lib/sha256.h>
#include <gtest/gtest.h>
#include <string>

namespace {

std::string digest(const std::string& message, size_t piece = SIZE_MAX) {
    ant::Sha256 sha256;
    for (size_t i = 0; i < message.size(); i += std::min(piece, message.size()))
        sha256.update(message.data() + i, std::min(piece, message.size() - i));
    return ant::Sha256::text(sha256.finish()).data();
}

} // namespace

TEST(Sha256, PublishedExamples) {
    EXPECT_EQ(digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(digest("\xbd"), "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b");
    EXPECT_EQ(digest(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesOfAnySizeGiveTheSame) {
    // All lengths around the ends of a block, where the padding changes.
    for (size_t length = 0; length <= 200; length++) {
        std::string message(length, ' ');
        for (size_t i = 0; i < length; i++)
            message[i] = static_cast<char>(i * 7);
        const std::string whole = digest(message);
        for (const size_t piece : {1u, 3u, 55u, 56u, 63u, 64u, 65u})
            EXPECT_EQ(digest(message, piece), whole) << length << " in pieces of " << piece;
    }
}
