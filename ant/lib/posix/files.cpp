// SPDX-License-Identifier: GPL-2.0-only
// <fcntl.h>, <sys/stat.h>, <unistd.h>, <dirent.h>: the C library's declarations, on libant's
// functions, and further calls of Linux's. Programs for Linux's file calls compile as they are.
#include <ant/lib/dirent.h>
#include <ant/lib/errno.h>
#include <ant/lib/own_memory.h>
#include <ant/lib/process.h>
#include <ant/lib/unistd.h>
#include <cstdarg>
#include <cstddef>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using ant::Descriptor;
using ant::In;
using ant::LinuxNumber;
using ant::make_linux_call;
using ant::Out;
using ant::Path;

namespace {

// Of struct timespec Linux reads 16 bytes, some of which no program writes.
struct LinuxTime {
    int64_t seconds;
    int64_t nanoseconds;
};

int set_times(Descriptor file, ant::CallArgument path, const timespec* times, int flags) {
    LinuxTime linux_times[2] = {};
    if (times == nullptr) // now
        return make_linux_call(LinuxNumber::utimensat, {file, path, 0, flags});
    if (ant::accessible_bytes(times, 2 * sizeof(timespec), ant::Access::read) <
        2 * sizeof(timespec))
        return ant::posix_result(-EFAULT);
    for (size_t i = 0; i < 2; i++)
        linux_times[i] = {times[i].tv_sec, times[i].tv_nsec};
    return make_linux_call(LinuxNumber::utimensat,
                           {file, path, In{linux_times, sizeof(linux_times)}, flags});
}

timespec time_of(int64_t seconds, uint32_t nanoseconds) {
    timespec time = {};
    time.tv_sec = seconds;
    time.tv_nsec = static_cast<long>(nanoseconds);
    return time;
}

int deliver(int result, const antlinux_stat& from, struct stat* to) {
    if (result != 0)
        return result;
    if (!ant::is_writable(to))
        return ant::posix_result(-EFAULT);
    *to = {};
    to->st_dev = from.dev;
    to->st_ino = from.ino;
    to->st_mode = from.mode;
    to->st_nlink = from.nlink;
    to->st_uid = from.uid;
    to->st_gid = from.gid;
    to->st_rdev = from.rdev;
    to->st_size = static_cast<off_t>(from.size);
    to->st_blksize = static_cast<blksize_t>(from.blksize);
    to->st_blocks = static_cast<blkcnt_t>(from.blocks);
    to->st_atim = time_of(from.atime, from.atime_nsec);
    to->st_mtim = time_of(from.mtime, from.mtime_nsec);
    to->st_ctim = time_of(from.ctime, from.ctime_nsec);
    return 0;
}

} // namespace

extern "C" {

int* __errno_location() noexcept { return &ant::last_error; }

int open(const char* path, int flags, ...) {
    mode_t mode = 0;
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list arguments{};
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    return ant::open(path, flags, mode);
}
int creat(const char* path, mode_t mode) {
    return ant::open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int close(int file) { return ant::close(file); }
ssize_t read(int file, void* data, size_t length) { return ant::read(file, data, length); }
ssize_t write(int file, const void* data, size_t length) { return ant::write(file, data, length); }
ssize_t pread(int file, void* data, size_t length, off_t offset) {
    return ant::pread(file, data, length, offset);
}
ssize_t pwrite(int file, const void* data, size_t length, off_t offset) {
    return ant::pwrite(file, data, length, offset);
}
off_t lseek(int file, off_t offset, int whence) noexcept {
    return ant::lseek(file, offset, whence);
}
int dup(int file) noexcept { return ant::dup(file); }
int fsync(int file) { return ant::fsync(file); }
int ftruncate(int file, off_t length) noexcept { return ant::ftruncate(file, length); }
int truncate(const char* path, off_t length) noexcept { return ant::truncate(path, length); }
int access(const char* path, int mode) noexcept { return ant::access(path, mode); }
int unlink(const char* path) noexcept { return ant::unlink(path); }
int rmdir(const char* path) noexcept { return ant::rmdir(path); }
int mkdir(const char* path, mode_t mode) noexcept { return ant::mkdir(path, mode); }
int rename(const char* from, const char* to) noexcept { return ant::rename(from, to); }
int remove(const char* path) noexcept {
    const int result = ant::unlink(path);
    return result != 0 && ant::last_error == EISDIR ? ant::rmdir(path) : result;
}
ssize_t readlink(const char* path, char* text, size_t size) noexcept {
    return ant::readlink(path, text, size);
}

int stat(const char* path, struct stat* result) noexcept {
    antlinux_stat status = {};
    return deliver(ant::stat(path, &status), status, result);
}
int lstat(const char* path, struct stat* result) noexcept {
    antlinux_stat status = {};
    return deliver(ant::lstat(path, &status), status, result);
}
int fstat(int file, struct stat* result) noexcept {
    antlinux_stat status = {};
    return deliver(ant::fstat(file, &status), status, result);
}

int fdatasync(int file) { return make_linux_call(LinuxNumber::fdatasync, {Descriptor{file}}); }
int link(const char* from, const char* to) noexcept {
    return make_linux_call(LinuxNumber::link, {Path{from}, Path{to}});
}
int symlink(const char* target, const char* path) noexcept { return ant::symlink(target, path); }
int chmod(const char* path, mode_t mode) noexcept { return ant::chmod(path, mode); }
int isatty(int file) noexcept { return ant::isatty(file); }
int fchmod(int file, mode_t mode) noexcept {
    return make_linux_call(LinuxNumber::fchmod, {Descriptor{file}, mode});
}
int utimensat(int directory, const char* path, const timespec times[2], int flags) noexcept {
    return set_times(Descriptor{directory}, Path{path}, times, flags);
}
int futimens(int file, const timespec times[2]) noexcept {
    return set_times(Descriptor{file}, 0, times, 0);
}

pid_t getpid() noexcept { return ant::getpid(); }

DIR* opendir(const char* path) { return reinterpret_cast<DIR*>(ant::opendir(path)); }
dirent* readdir(DIR* directory) {
    // Linux's entries in 64 bits are the C library's.
    static_assert(offsetof(dirent, d_name) == offsetof(ant::DirectoryEntry, name));
    int error = 0;
    const ant::DirectoryEntry* entry =
        ant::readdir(reinterpret_cast<ant::Directory*>(directory), error);
    if (error != 0)
        ant::last_error = error;
    return reinterpret_cast<dirent*>(const_cast<ant::DirectoryEntry*>(entry));
}
int closedir(DIR* directory) { return ant::closedir(reinterpret_cast<ant::Directory*>(directory)); }

} // extern "C"
