// SPDX-License-Identifier: GPL-2.0-only
#include "userland/proxy/filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "userland/proxy/calls.h"

namespace antlinux {
namespace {

// What parent and proxy do besides the calls of the table.
constexpr auto own_calls = std::to_array<std::uint32_t>(
    {SYS_ioctl, SYS_fork, SYS_mmap, SYS_munmap, SYS_dup3, SYS_exit_group, SYS_rt_sigreturn,
     SYS_restart_syscall, SYS_brk, SYS_rt_sigprocmask, SYS_gettid, SYS_tgkill});

sock_filter load(std::size_t offset) {
    return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}
sock_filter finish(std::uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }
sock_filter skip_unless(std::uint32_t value, std::uint8_t steps) {
    return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, steps);
}

} // namespace

std::vector<sock_filter> table_filter() {
    std::vector<sock_filter> program{
        load(offsetof(seccomp_data, arch)),
        skip_unless(AUDIT_ARCH_X86_64, 1),
        BPF_STMT(BPF_JMP | BPF_JA, 1),
        finish(SECCOMP_RET_KILL_PROCESS),
        load(offsetof(seccomp_data, nr)),
        // A proxy gives itself its name. First, since for all others the kernel knows the answer
        // without running this program.
        skip_unless(SYS_prctl, 4),
        load(offsetof(seccomp_data, args[0])),
        skip_unless(PR_SET_NAME, 1),
        finish(SECCOMP_RET_ALLOW),
        finish(SECCOMP_RET_ERRNO | EPERM),
    };
    const auto allow = [&](std::uint32_t number) {
        program.push_back(skip_unless(number, 1));
        program.push_back(finish(SECCOMP_RET_ALLOW));
    };
    for (const Call& call : calls())
        if (call.number != ANTLINUX_CALL_NULL)
            allow(call.number);
    for (const std::uint32_t number : own_calls)
        allow(number);
    program.push_back(finish(SECCOMP_RET_ERRNO | EPERM));
    return program;
}

Result<void> keep_to_the_table() {
    std::vector<sock_filter> program = table_filter();
    const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole, 0, 0) < 0)
        return errno == EINVAL ? Errno{ENOSYS} : last_errno();
    return {};
}

} // namespace antlinux
