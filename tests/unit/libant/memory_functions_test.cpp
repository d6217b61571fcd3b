// SPDX-License-Identifier: GPL-2.0-only
// The functions GCC calls by itself, here named ant_memcpy and so on.
#include <cstring>
#include <gtest/gtest.h>
#include <string>

extern "C" {
void* ant_memcpy(void* to, const void* from, size_t length);
void* ant_memmove(void* to, const void* from, size_t length);
void* ant_memset(void* to, int value, size_t length);
int ant_memcmp(const void* left, const void* right, size_t length);
void* ant_memchr(const void* memory, int value, size_t length);
size_t ant_strlen(const char* text);
}

namespace {

std::string letters(size_t count) {
    std::string text(count, ' ');
    for (size_t i = 0; i < count; i++)
        text[i] = static_cast<char>('a' + i % 26);
    return text;
}

int sign(int value) { return (value > 0) - (value < 0); }

} // namespace

TEST(MemoryFunctions, CopyAndSetTouchNothingElse) {
    for (size_t start = 0; start < 9; start++) {
        for (size_t length = 0; length < 40; length++) {
            const std::string source = letters(length);
            std::string ours(60, '#');
            std::string host = ours;
            EXPECT_EQ(ant_memcpy(ours.data() + start, source.data(), length), ours.data() + start);
            memcpy(host.data() + start, source.data(), length);
            EXPECT_EQ(ours, host);
            EXPECT_EQ(ant_memset(ours.data() + start, 0x155, length), ours.data() + start);
            memset(host.data() + start, 0x55, length); // C: the lowest byte counts
            EXPECT_EQ(ours, host);
        }
    }
}

TEST(MemoryFunctions, MoveMayOverlap) {
    for (size_t from = 0; from < 20; from++) {
        for (size_t to = 0; to < 20; to++) {
            for (size_t length = 0; length < 20; length++) {
                std::string ours = letters(40);
                std::string host = ours;
                EXPECT_EQ(ant_memmove(ours.data() + to, ours.data() + from, length),
                          ours.data() + to);
                memmove(host.data() + to, host.data() + from, length);
                EXPECT_EQ(ours, host) << from << " " << to << " " << length;
            }
        }
    }
}

TEST(MemoryFunctions, Compare) {
    const std::string words[] = {"",    "a",    "ab",    "abc",
                                 "abd", "\xff", "a\xff", std::string(2, '\0')};
    for (const std::string& left : words)
        for (const std::string& right : words) {
            const size_t length = std::min(left.size(), right.size());
            EXPECT_EQ(sign(ant_memcmp(left.data(), right.data(), length)),
                      sign(memcmp(left.data(), right.data(), length)));
        }
}

TEST(MemoryFunctions, Search) {
    const std::string text = std::string("hello\0world", 11) + "\xfe";
    for (int value = 0; value < 300; value++)
        EXPECT_EQ(ant_memchr(text.data(), value, text.size()),
                  memchr(text.data(), value, text.size()));
    EXPECT_EQ(ant_memchr(text.data(), 'o', 4), nullptr);
    EXPECT_EQ(ant_strlen(""), 0u);
    EXPECT_EQ(ant_strlen("abc"), 3u);
}
