// SPDX-License-Identifier: GPL-2.0-only
// The table of system calls itself.
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include "userland/proxy/calls.h"

namespace antlinux {
namespace {

TEST(Calls, ThePapersAreAmongThem) {
    for (const int number :
         {SYS_open, SYS_close, SYS_read, SYS_write, SYS_stat, SYS_lseek, SYS_getpid})
        EXPECT_NE(find_call(static_cast<std::uint32_t>(number)), nullptr) << number;
}

// A proxy is Linux's process that serves the caller. What it is must stay as it is.
TEST(Calls, NoneChangesTheProxyItself) {
    for (const int number :
         {SYS_fork,           SYS_vfork,  SYS_clone,  SYS_execve, SYS_exit,
          SYS_exit_group,     SYS_kill,   SYS_mmap,   SYS_munmap, SYS_mprotect,
          SYS_mremap,         SYS_brk,    SYS_prctl,  SYS_ioctl,  SYS_rt_sigaction,
          SYS_rt_sigprocmask, SYS_setuid, SYS_ptrace, SYS_chroot, SYS_reboot})
        EXPECT_EQ(find_call(static_cast<std::uint32_t>(number)), nullptr) << number;
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
            if (argument.bytes == 0 && (argument.kind == Kind::in || argument.kind == Kind::out)) {
                EXPECT_EQ(call.arguments.at(argument.length_argument).kind, Kind::value)
                    << call.name;
            }
            EXPECT_EQ(argument.kind == Kind::structure, argument.conversion != nullptr)
                << call.name;
        }
}

} // namespace
} // namespace antlinux
