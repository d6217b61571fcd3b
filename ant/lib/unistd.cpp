// SPDX-License-Identifier: GPL-2.0-only
// POSIX's file functions: the console by AnT (console.h), the rest by Linux.
#include <ant/lib/console.h>
#include <ant/lib/errno.h>
#include <ant/lib/own_memory.h>
#include <ant/lib/stdio.h>
#include <ant/lib/system_call.h>
#include <ant/lib/unistd.h>
#include <new>

namespace ant {

namespace {

/// What a descriptor is. Linux gives the numbers, to all of them: the console's three are open in a
/// new proxy, too, where they lead nowhere. So what open() and dup() answer is the lowest free one.
enum class Kind : uint8_t { of_linux, input, output, errors };

/// The console has descriptors below this number only.
constexpr int most_console_descriptors = 64;
constinit Kind kinds[most_console_descriptors] = {Kind::input, Kind::output, Kind::errors};

Kind kind_of(int descriptor) {
    const bool may_be_console = descriptor >= 0 && descriptor < most_console_descriptors;
    return may_be_console ? kinds[descriptor] : Kind::of_linux;
}

bool is_console(int descriptor) { return kind_of(descriptor) != Kind::of_linux; }

int fail(int error) {
    last_error = error;
    return -1;
}

/// A terminal, as Linux shows one.
antlinux_stat console_stat() {
    antlinux_stat result = {};
    result.mode = S_IFCHR | 0620;
    result.nlink = 1;
    result.blksize = ANTLINUX_PAGE_SIZE;
    return result;
}

} // namespace

LinuxFiles& linux_files() {
    // Made on first use and never destroyed: the kernel takes back what a process
    // held, so that no program needs code that runs destructors at its end.
    alignas(LinuxFiles) static constinit std::byte place[sizeof(LinuxFiles)] = {};
    static constinit LinuxFiles* files = nullptr;
    if (files == nullptr)
        files = new (place) LinuxFiles;
    return *files;
}

int open(const char* path, int flags, mode_t mode) {
    return static_cast<int>(posix_result(linux_files().open(path, flags, mode)));
}

int close(int descriptor) {
    const int64_t result = linux_files().close(descriptor);
    if (!is_console(descriptor))
        return static_cast<int>(posix_result(result));
    // Without Linux there is nothing that could get the number.
    kinds[descriptor] = Kind::of_linux;
    return 0;
}

ssize_t read(int descriptor, void* data, size_t length) {
    switch (kind_of(descriptor)) {
    case Kind::of_linux:
        return static_cast<ssize_t>(posix_result(linux_files().read(descriptor, data, length)));
    case Kind::input:
        return posix_result(console_read(data, length));
    default:
        return fail(EBADF);
    }
}

ssize_t write(int descriptor, const void* data, size_t length) {
    switch (kind_of(descriptor)) {
    case Kind::of_linux:
        return static_cast<ssize_t>(posix_result(linux_files().write(descriptor, data, length)));
    case Kind::output:
        return posix_result(console_write(standard_output, data, length));
    case Kind::errors:
        return posix_result(console_write(standard_error, data, length));
    default:
        return fail(EBADF);
    }
}

int write_all(int descriptor, const void* data, size_t length) {
    const auto* bytes = static_cast<const std::byte*>(data);
    while (length > 0) {
        const ssize_t count = write(descriptor, bytes, length);
        if (count < 0)
            return -1;
        if (count == 0)
            return fail(EIO); // would be an endless loop
        bytes += count;
        length -= static_cast<size_t>(count);
    }
    return 0;
}

int stat(const char* path, antlinux_stat* result) {
    if (!is_writable(result))
        return fail(EFAULT);
    return static_cast<int>(posix_result(linux_files().stat(path, *result)));
}

int lstat(const char* path, antlinux_stat* result) {
    if (!is_writable(result))
        return fail(EFAULT);
    return static_cast<int>(posix_result(linux_files().lstat(path, *result)));
}

int fstat(int descriptor, antlinux_stat* result) {
    if (!is_writable(result))
        return fail(EFAULT);
    if (is_console(descriptor)) {
        *result = console_stat();
        return 0;
    }
    return static_cast<int>(posix_result(linux_files().fstat(descriptor, *result)));
}

int isatty(int descriptor) {
    // The control channel has no server, and neither has a terminal that nobody serves.
    return is_console(descriptor) && console_server() > 0 ? 1 : 0;
}

ssize_t readlink(const char* path, char* text, size_t size) {
    constexpr size_t longest = 4096; // Linux's PATH_MAX
    const size_t bytes = size < longest ? size : longest;
    return static_cast<ssize_t>(posix_result(
        linux_files().make(LinuxNumber::readlink, {Path{path}, Out{text, bytes}, bytes})));
}

off_t lseek(int descriptor, off_t offset, int whence) {
    if (is_console(descriptor))
        return fail(ESPIPE);
    return posix_result(linux_files().lseek(descriptor, offset, whence));
}

ssize_t getdents64(int descriptor, void* buffer, size_t length) {
    if (is_console(descriptor))
        return fail(ENOTDIR);
    return static_cast<ssize_t>(posix_result(linux_files().getdents64(descriptor, buffer, length)));
}

ssize_t pread(int descriptor, void* data, size_t length, off_t offset) {
    if (is_console(descriptor))
        return fail(ESPIPE);
    return static_cast<ssize_t>(
        posix_result(linux_files().pread(descriptor, data, length, offset)));
}

ssize_t pwrite(int descriptor, const void* data, size_t length, off_t offset) {
    if (is_console(descriptor))
        return fail(ESPIPE);
    return static_cast<ssize_t>(
        posix_result(linux_files().pwrite(descriptor, data, length, offset)));
}

int dup(int descriptor) {
    const int copy = static_cast<int>(posix_result(linux_files().dup(descriptor)));
    const Kind kind = kind_of(descriptor);
    if (copy < 0 || kind == Kind::of_linux)
        return copy;
    if (copy >= most_console_descriptors) {
        static_cast<void>(linux_files().close(copy));
        return fail(EMFILE);
    }
    kinds[copy] = kind;
    return copy;
}

int make_linux_call(LinuxNumber number, std::initializer_list<CallArgument> arguments) {
    for (const CallArgument& argument : arguments)
        if (argument.kind == CallArgument::Kind::file &&
            is_console(static_cast<int>(argument.number)))
            return fail(EINVAL); // not for the console
    return static_cast<int>(posix_result(linux_files().make(number, arguments)));
}

int fsync(int file) { return make_linux_call(LinuxNumber::fsync, {Descriptor{file}}); }
int ftruncate(int file, off_t length) {
    return make_linux_call(LinuxNumber::ftruncate, {Descriptor{file}, length});
}
int truncate(const char* path, off_t length) {
    return make_linux_call(LinuxNumber::truncate, {Path{path}, length});
}
int access(const char* path, int mode) {
    return make_linux_call(LinuxNumber::access, {Path{path}, mode});
}
int unlink(const char* path) { return make_linux_call(LinuxNumber::unlink, {Path{path}}); }
int rmdir(const char* path) { return make_linux_call(LinuxNumber::rmdir, {Path{path}}); }
int mkdir(const char* path, mode_t mode) {
    return make_linux_call(LinuxNumber::mkdir, {Path{path}, mode});
}
int rename(const char* from, const char* to) {
    return make_linux_call(LinuxNumber::rename, {Path{from}, Path{to}});
}
int symlink(const char* target, const char* path) {
    return make_linux_call(LinuxNumber::symlink, {Path{target}, Path{path}});
}
int chmod(const char* path, mode_t mode) {
    return make_linux_call(LinuxNumber::chmod, {Path{path}, mode});
}

int linux_getpid() { return static_cast<int>(posix_result(linux_files().getpid())); }

int linux_null() { return static_cast<int>(posix_result(linux_files().null())); }

} // namespace ant
