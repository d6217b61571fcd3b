// SPDX-License-Identifier: GPL-2.0-only
// The fake kernel's Linux: its proxies are sets of open files of the host.
#include "fake_kernel.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

template<typename T> T* pointer(uintptr_t address) { return reinterpret_cast<T*>(address); }

int64_t result_of(int64_t value) { return value < 0 ? -errno : value; }

void convert(const struct stat& from, antlinux_stat& to) {
    to = {};
    to.dev = from.st_dev;
    to.ino = from.st_ino;
    to.mode = from.st_mode;
    to.nlink = static_cast<uint32_t>(from.st_nlink);
    to.uid = from.st_uid;
    to.gid = from.st_gid;
    to.rdev = from.st_rdev;
    to.size = static_cast<uint64_t>(from.st_size);
    to.blksize = static_cast<uint64_t>(from.st_blksize);
    to.blocks = static_cast<uint64_t>(from.st_blocks);
    to.atime = from.st_atim.tv_sec;
    to.mtime = from.st_mtim.tv_sec;
    to.ctime = from.st_ctim.tv_sec;
    to.atime_nsec = static_cast<uint32_t>(from.st_atim.tv_nsec);
    to.mtime_nsec = static_cast<uint32_t>(from.st_mtim.tv_nsec);
    to.ctime_nsec = static_cast<uint32_t>(from.st_ctim.tv_nsec);
}

} // namespace

bool FakeKernel::has_proxy(const void* lca) const {
    return proxies_.contains(ant::address_of(lca));
}

void FakeKernel::end_proxy(uint64_t lca) {
    const auto proxy = proxies_.find(lca);
    if (proxy == proxies_.end())
        return;
    for (const int file : proxy->second.files)
        close(file);
    proxies_.erase(proxy);
}

void FakeKernel::kill_proxies() {
    while (!proxies_.empty())
        end_proxy(proxies_.begin()->first);
}

intptr_t FakeKernel::linux_call(uintptr_t address, uintptr_t limit) {
    limits.push_back(limit);
    if (linux_error != 0)
        return -linux_error;
    if (!in_ica(address, sizeof(antlinux_lca)))
        return -EFAULT;
    if (address % ANTLINUX_LCA_ALIGN != 0)
        return -EINVAL;
    auto& lca = *pointer<antlinux_lca>(address);
    if (lca.magic != ANTLINUX_LCA_MAGIC)
        return -EINVAL;
    const antlinux_lca before = lca;
    if (!proxies_.contains(address) && lca.incarnation != 0) {
        lca.retval = -EOWNERDEAD;
        return 0;
    }
    if (!proxies_.contains(address)) {
        lca.incarnation = static_cast<antlinux_u32>(next_proxy_);
        proxies_[address] = {next_proxy_++, {}};
    }
    if (std::exchange(proxy_dies, false)) {
        end_proxy(address);
        lca.incarnation = 0;
        lca.retval = -EOWNERDEAD;
        return 0;
    }
    std::optional<int64_t> answer = linux_answer ? linux_answer(lca) : std::nullopt;
    lca.retval = answer ? *answer : execute(before, proxies_[address]);
    linux_calls.push_back({before, address, lca.retval});
    if (lca.cflag == ANTLINUX_CFLAG_END) {
        end_proxy(address);
        lca.incarnation = 0;
    }
    return 0;
}

int64_t FakeKernel::execute(const antlinux_lca& lca, Proxy& proxy) const {
    const auto file = static_cast<int>(lca.args[0]);
    const auto in_range = [&](uint64_t address, uint64_t length) {
        return length == 0 || in_ica(address, length);
    };
    switch (lca.syscallno) {
    case SYS_read:
    case SYS_write:
    case SYS_getdents64:
        if (!in_range(lca.args[1], lca.args[2]))
            return -EFAULT;
        return result_of(syscall(static_cast<long>(lca.syscallno), file, lca.args[1], lca.args[2]));
    case SYS_open: {
        if (!in_ica(lca.args[0], 1))
            return -EFAULT;
        const int64_t result = result_of(syscall(SYS_open, lca.args[0], lca.args[1], lca.args[2]));
        if (result >= 0)
            proxy.files.insert(static_cast<int>(result));
        return result;
    }
    case SYS_close:
        if (!proxy.files.contains(file))
            return -EBADF; // the test's own files are none of AnT's
        proxy.files.erase(file);
        return result_of(close(file));
    case SYS_stat:
    case SYS_lstat:
    case SYS_fstat: {
        if (!in_ica(lca.args[1], sizeof(antlinux_stat)) ||
            (lca.syscallno != SYS_fstat && !in_ica(lca.args[0], 1)))
            return -EFAULT;
        struct stat s = {};
        const auto* path = pointer<const char>(lca.args[0]);
        const int64_t result = result_of(lca.syscallno == SYS_stat    ? stat(path, &s)
                                         : lca.syscallno == SYS_lstat ? lstat(path, &s)
                                                                      : fstat(file, &s));
        if (result == 0)
            convert(s, *pointer<antlinux_stat>(lca.args[1]));
        return result;
    }
    case SYS_lseek:
        return result_of(syscall(SYS_lseek, file, lca.args[1], lca.args[2]));
    case SYS_pread64:
    case SYS_pwrite64:
        if (!in_range(lca.args[1], lca.args[2]))
            return -EFAULT;
        return result_of(
            syscall(static_cast<long>(lca.syscallno), file, lca.args[1], lca.args[2], lca.args[3]));
    case SYS_ftruncate:
    case SYS_fsync:
        return result_of(syscall(static_cast<long>(lca.syscallno), file, lca.args[1]));
    case SYS_dup: {
        const int64_t result = result_of(dup(file));
        if (result >= 0)
            proxy.files.insert(static_cast<int>(result));
        return result;
    }
    case SYS_readlink:
        if (!in_ica(lca.args[0], 1) || !in_range(lca.args[1], lca.args[2]))
            return -EFAULT;
        return result_of(syscall(SYS_readlink, lca.args[0], lca.args[1], lca.args[2]));
    case SYS_access:
    case SYS_truncate:
    case SYS_unlink:
    case SYS_mkdir:
    case SYS_rmdir:
    case SYS_chmod:
    case SYS_rename:
    case SYS_symlink:
    case SYS_link: {
        const bool has_two = lca.syscallno == SYS_rename || lca.syscallno == SYS_symlink ||
                             lca.syscallno == SYS_link;
        if (!in_ica(lca.args[0], 1) || (has_two && !in_ica(lca.args[1], 1)))
            return -EFAULT;
        return result_of(syscall(static_cast<long>(lca.syscallno), lca.args[0], lca.args[1]));
    }
    case SYS_getpid:
        return proxy.process;
    case ANTLINUX_CALL_NULL:
        return 0;
    default:
        return -ENOSYS;
    }
}
