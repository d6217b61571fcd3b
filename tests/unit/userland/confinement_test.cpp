// SPDX-License-Identifier: GPL-2.0-only
// What is left to a proxy: the filter of system calls in the host's kernel, and who it is.
#include "userland/parent/confinement.h"

#include <gtest/gtest.h>

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "temporary_directory.h"
#include "userland/proxy/calls.h"
#include "userland/proxy/filter.h"

namespace antlinux::test {
namespace {

// The errno of a call in a process that keeps to the table; 0: it succeeded. That process makes no
// other call, so that nothing of the sanitizers' gets into the way.
int filtered(long number, long first = -1, long second = -1) {
    std::vector<sock_filter> program = table_filter();
    const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
    const pid_t child = ::fork();
    if (child == 0) {
        if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
            ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole, 0, 0) < 0)
            ::_exit(255);
        const bool failed = ::syscall(number, first, second, -1, -1, -1, -1) < 0;
        ::syscall(SYS_exit_group, failed ? errno : 0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << status;
    EXPECT_NE(WEXITSTATUS(status), 255) << "this kernel has no filter";
    return WEXITSTATUS(status);
}

TEST(ConfinementTest, TheTablesCallsAreLeft) {
    for (const Call& call : calls())
        if (call.number != ANTLINUX_CALL_NULL) {
            EXPECT_NE(filtered(call.number), EPERM) << call.name;
        }
    EXPECT_EQ(filtered(SYS_getpid), 0);
    EXPECT_EQ(filtered(SYS_close), EBADF);
    EXPECT_EQ(filtered(SYS_ioctl), EBADF);
}

TEST(ConfinementTest, OthersAreNot) {
    for (const long number : {SYS_socket, SYS_execve, SYS_ptrace, SYS_kill, SYS_mount, SYS_openat,
                              SYS_clone, SYS_mprotect, SYS_unshare, SYS_chown, SYS_mknod})
        EXPECT_EQ(filtered(number), EPERM) << number;
    EXPECT_EQ(filtered(SYS_getpid | 0x40000000), EPERM) << "the numbers of the x32 ABI";
}

TEST(ConfinementTest, AProxyMayNameItselfAndNothingElse) {
    static const char name[] = "ant-proxy";
    EXPECT_EQ(filtered(SYS_prctl, PR_SET_NAME, reinterpret_cast<long>(name)), 0);
    EXPECT_EQ(filtered(SYS_prctl, PR_SET_DUMPABLE, 1), EPERM);
    EXPECT_EQ(filtered(SYS_prctl, PR_GET_SECCOMP), EPERM);
}

TEST(ConfinementTest, UsersAreFoundByName) {
    TemporaryDirectory directory;
    const std::string file = directory.file("passwd", "root:x:0:0:root:/root:/bin/sh\n"
                                                      "ant:x:1000:1001:AnT:/tmp:/bin/false\n");
    const auto ant = find_user("ant", file.c_str());
    ASSERT_TRUE(ant.is_ok());
    EXPECT_EQ(ant.value().uid, 1000U);
    EXPECT_EQ(ant.value().gid, 1001U);
    EXPECT_FALSE(ant.value().is_root());
    EXPECT_TRUE(find_user("root", file.c_str()).value().is_root());
    EXPECT_EQ(number(find_user("an", file.c_str()).error()), ENOENT);
    EXPECT_EQ(number(find_user("ant", "/nope").error()), ENOENT);
}

} // namespace
} // namespace antlinux::test
