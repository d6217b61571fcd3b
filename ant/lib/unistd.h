// SPDX-License-Identifier: GPL-2.0-only
// Files, POSIX style. Descriptors 0, 1 and 2 are AnT's console at first, until they are
// closed, and what dup() makes of them; every other one is Linux's, held open by the one
// proxy process that Linux keeps for this process (continue function on). Paths are Linux's, from
// its root: a process of AnT's has no current directory.
//
// All functions return -1 and set last_error on failure: to Linux's errno, or to
// ENXIO when there is no Linux, EIO when the proxy died, ENOMEM without ICA, EFAULT for
// memory that is not the process's.
#ifndef ANT_LIB_UNISTD_H
#define ANT_LIB_UNISTD_H

#include <ant/lib/fcntl.h>
#include <ant/lib/linux_files.h>

namespace ant {

using ssize_t = ptrdiff_t;
using off_t = int64_t; ///< offsets count 64 bits, on 32-bit AnT too
using mode_t = unsigned;

/// The calls behind this header, with the LCA of the process. Its area and its
/// proxy come into being with the first call; the kernel ends both at exit.
[[nodiscard]] LinuxFiles& linux_files();

/// Any call of Linux's with them (LinuxFiles::make). EINVAL: for the console it means nothing.
[[nodiscard]] int make_linux_call(LinuxNumber number,
                                  std::initializer_list<CallArgument> arguments);

[[nodiscard]] int open(const char* path, int flags, mode_t mode = 0);
int close(int descriptor);

/// Reads up to `length` bytes (at most 0x7ffff000); 0 is the end of the file.
/// From the console: blocks for at least one byte. ICA memory is not copied.
[[nodiscard]] ssize_t read(int descriptor, void* data, size_t length);

/// Writes up to `length` bytes and returns how many. ICA memory is not copied.
[[nodiscard]] ssize_t write(int descriptor, const void* data, size_t length);

/// write() until all is written. 0 or -1.
[[nodiscard]] int write_all(int descriptor, const void* data, size_t length);

/// read() and write() from an offset in bytes; the file's own offset stays. EINVAL: below 0.
[[nodiscard]] ssize_t pread(int descriptor, void* data, size_t length, off_t offset);
[[nodiscard]] ssize_t pwrite(int descriptor, const void* data, size_t length, off_t offset);

/// Waits until Linux has the file's data on its disk.
[[nodiscard]] int fsync(int descriptor);

/// Another descriptor for the same open file: the lowest that is free on Linux.
[[nodiscard]] int dup(int descriptor);

/// Makes a file that many bytes long: cuts it or fills it up with zeros.
[[nodiscard]] int truncate(const char* path, off_t length);
[[nodiscard]] int ftruncate(int descriptor, off_t length);

/// May the file be read (R_OK), written (W_OK), executed (X_OK); does it exist (F_OK)? 0 is yes.
[[nodiscard]] int access(const char* path, int mode);

/// Removes a file's name; an empty directory; gives a file another name, in the place of the one
/// that has it (EXDEV: not on the same file system).
[[nodiscard]] int unlink(const char* path);
[[nodiscard]] int rmdir(const char* path);
[[nodiscard]] int symlink(const char* target, const char* path);
/// Permissions of a file, 07777 at most.
[[nodiscard]] int chmod(const char* path, mode_t mode);
[[nodiscard]] int rename(const char* from, const char* to);
[[nodiscard]] int mkdir(const char* path, mode_t mode);

/// lstat() tells of a symbolic link itself, stat() of what it leads to.
[[nodiscard]] int stat(const char* path, antlinux_stat* result);
[[nodiscard]] int lstat(const char* path, antlinux_stat* result);
/// What a symbolic link says, without a NUL; its bytes, at most `size`. EINVAL: not a link.
[[nodiscard]] ssize_t readlink(const char* path, char* text, size_t size);
/// The terminal, where somebody types and reads, and not the control channel. 1 or 0.
[[nodiscard]] int isatty(int descriptor);
/// Of the console: a character device.
[[nodiscard]] int fstat(int descriptor, antlinux_stat* result);
[[nodiscard]] off_t lseek(int descriptor, off_t offset, int whence);
[[nodiscard]] ssize_t getdents64(int descriptor, void* buffer, size_t length);

/// The process number of the proxy on Linux.
[[nodiscard]] int linux_getpid();

/// The paper's null call (Table 6): there and back, nothing done. 0.
[[nodiscard]] int linux_null();

} // namespace ant

#endif
