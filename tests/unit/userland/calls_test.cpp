// SPDX-License-Identifier: GPL-2.0-only
// The table of system calls itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <string>
#include <vector>

#include "userland/proxy/calls.h"

namespace antlinux {
namespace {

TEST(Calls, AreThePapersAndThoseOfFilesAndDirectories) {
    std::vector<std::string> names;
    for (const Call& call : calls())
        names.emplace_back(call.name);
    EXPECT_THAT(names,
                ::testing::UnorderedElementsAre(
                    "null", "getpid", "open", "close", "read", "write", "stat", "lstat", "fstat",
                    "lseek", "getdents64", "pread64", "pwrite64", "access", "truncate", "ftruncate",
                    "fsync", "dup", "rename", "unlink", "readlink", "mkdir", "rmdir"));
}

TEST(Calls, AreFoundByTheirNumberAndOnlyByThat) {
    for (const Call& call : calls())
        EXPECT_EQ(find_call(call.number), &call) << call.name;
    std::size_t found = 0;
    for (std::uint32_t number = 0; number < 70000; ++number)
        found += find_call(number) != nullptr ? 1U : 0U;
    EXPECT_EQ(found + 1U, calls().size()); // the null call's number is beyond
    EXPECT_EQ(find_call(SYS_execve), nullptr);
    EXPECT_EQ(find_call(0xffffffff), nullptr);
    EXPECT_EQ(find_call(ANTLINUX_CALL_NULL + 1), nullptr);
}

TEST(Calls, LengthsAreValuesAndStructuresHaveConverters) {
    using Kind = Argument::Kind;
    for (const Call& call : calls())
        for (const Argument& argument : call.arguments) {
            if (argument.kind == Kind::in || argument.kind == Kind::out) {
                EXPECT_EQ(call.arguments.at(argument.length_argument).kind, Kind::value)
                    << call.name;
            }
            EXPECT_EQ(argument.kind == Kind::structure, argument.conversion != nullptr)
                << call.name;
        }
}

} // namespace
} // namespace antlinux
