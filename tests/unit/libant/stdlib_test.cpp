// SPDX-License-Identifier: GPL-2.0-only
// malloc and ICA memory on the kernel's calls.
// NOLINTBEGIN(clang-analyzer-unix.Malloc): the analyzer takes ant::malloc for the host's,
// and its blocks for lost where an expectation that fails would lose them.
#include "fake_kernel.h"

#include <ant/lib/errno.h>
#include <ant/lib/stdlib.h>
#include <cstring>

class StdlibTest : public LibantTest {};

TEST_F(StdlibTest, MallocGivesPrivateMemory) {
    void* memory = ant::malloc(1000);
    ASSERT_NE(memory, nullptr);
    EXPECT_FALSE(ant::is_ica_memory(memory, 1000));
    ant::free(memory);
    ant::free(nullptr);
}

TEST_F(StdlibTest, CallocZeroesReusedMemory) {
    void* dirty = ant::malloc(1000);
    memset(dirty, 0xff, 1000);
    ant::free(dirty);
    auto* clean = static_cast<unsigned char*>(ant::calloc(10, 100));
    ASSERT_NE(clean, nullptr);
    for (int i = 0; i < 1000; i++)
        EXPECT_EQ(clean[i], 0);
    ant::free(clean);
    EXPECT_EQ(ant::calloc(SIZE_MAX, 2), nullptr);
    EXPECT_EQ(ant::last_error, ENOMEM);
}

TEST_F(StdlibTest, ReallocKeepsTheContents) {
    auto* text = static_cast<char*>(ant::realloc(nullptr, 10));
    memcpy(text, "contents", 9);
    for (const size_t bytes : {20u, 200u, 20'000u, 5u}) {
        text = static_cast<char*>(ant::realloc(text, bytes));
        ASSERT_NE(text, nullptr);
        if (bytes >= 9) {
            EXPECT_STREQ(text, "contents");
        }
    }
    EXPECT_EQ(ant::realloc(text, SIZE_MAX / 4), nullptr);
    EXPECT_EQ(ant::last_error, ENOMEM);
    ant::free(text);
}

TEST_F(StdlibTest, NoMemory) {
    kernel.memory_limit = 0;
    ant::last_error = 0;
    EXPECT_EQ(ant::malloc(64 << 20), nullptr); // more than any test has freed before
    EXPECT_EQ(ant::last_error, ENOMEM);
}

TEST_F(StdlibTest, IcaMemory) {
    const size_t areas = kernel.ica_areas();
    auto* area = static_cast<char*>(ant::ica_alloc(5000));
    ASSERT_NE(area, nullptr);
    EXPECT_TRUE(ant::is_ica_memory(area, 8192));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(area) % 4096, 0u);
    area[8191] = 'x'; // whole pages
    EXPECT_EQ(ant::ica_free(area), 0);
    EXPECT_EQ(kernel.ica_areas(), areas);
    EXPECT_EQ(ant::ica_free(area), -1);
    EXPECT_EQ(ant::last_error, EINVAL);
    kernel.ica_limit = 0;
    EXPECT_EQ(ant::ica_alloc(1), nullptr);
    EXPECT_EQ(ant::last_error, ENOMEM);
    EXPECT_EQ(ant::ica_alloc(0), nullptr);
    EXPECT_EQ(ant::last_error, EINVAL);
}
// NOLINTEND(clang-analyzer-unix.Malloc)

TEST_F(StdlibTest, Strdup) {
    char* copy = ant::strdup("text");
    EXPECT_STREQ(copy, "text");
    ant::free(copy);
}
