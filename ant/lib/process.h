// SPDX-License-Identifier: GPL-2.0-only
// Processes, time and what AnT's kernel tells about itself. All functions but
// exit() return -1 and set last_error on failure.
#ifndef ANT_LIB_PROCESS_H
#define ANT_LIB_PROCESS_H

#include <ant/abi/syscall.h>
#include <cstddef>
#include <span>

namespace ant {

/// Ends the process with a status of 0..255.
[[noreturn]] void exit(int status);

/// Starts a program of the RAM disk, arguments[0] being its name, on a core
/// (ANT_CORE_HERE: the caller's) with a priority (ANT_PRIORITY_INHERIT: the
/// caller's). Returns the process number. Errors: ENOENT no such program, E2BIG
/// more than ANT_ARGUMENT_BYTES, EINVAL not AnT's core or no priority, EPERM more
/// urgent than the caller, ENOMEM, ENOEXEC, EAGAIN too many processes. `rights`
/// (ANT_RIGHT_...): the child gets those of them that the caller has.
[[nodiscard]] int spawn(std::span<const char* const> arguments, uint32_t core = ANT_CORE_HERE,
                        uint32_t priority = ANT_PRIORITY_INHERIT, uint32_t rights = 0);

/// The same for a program whose file lies in an ICA area of this process
/// (ica_alloc), e.g. read from Linux. The area may be freed afterwards. ENOEXEC:
/// the file is no program, is truncated, or asks for memory that is not a
/// process's; EFAULT: not in this process's ICA.
[[nodiscard]] int spawn_image(std::span<const std::byte> image,
                              std::span<const char* const> arguments, uint32_t core = ANT_CORE_HERE,
                              uint32_t priority = ANT_PRIORITY_INHERIT, uint32_t rights = 0);

/// Sets a process's priority (ANT_PRIORITY_HIGHEST .. ANT_PRIORITY_LOWEST). ESRCH,
/// EINVAL; EPERM: not this process's own, or more urgent than this process.
[[nodiscard]] int set_priority(int process, uint32_t priority);

/// Waits for the end of a child and fetches its status; a process ended by kill()
/// has 137. ECHILD: no such child.
[[nodiscard]] int wait(int process, int* status);

/// Ends a process: this one, one that it started, or one that those started; with
/// ANT_RIGHT_PROCESSES any (ant/abi/syscall.h). ESRCH: there is none with this
/// number; EPERM: it is somebody else's.
[[nodiscard]] int kill(int process);

/// This process's number.
[[nodiscard]] int getpid();

/// Lets the other processes of this core run first.
void yield();

/// Nanoseconds since AnT's start.
[[nodiscard]] uint64_t time_ns();

/// Sleeps for at least that many nanoseconds.
[[nodiscard]] int sleep_ns(uint64_t nanoseconds);

/// The process that Ctrl-C on this process's console ends; 0: none, the byte is read.
/// EPERM: only with ANT_RIGHT_PROCESSES, which shells have.
[[nodiscard]] int console_owner(int process);

/// Marks the end of a command on the control console.
[[nodiscard]] int console_end(uint32_t status);

/// Entry `index` of the kernel's lists; ESRCH past the end.
[[nodiscard]] int process_info(uint32_t index, ant_process_info* info);
[[nodiscard]] int core_info(uint32_t index, ant_core_info* info);
[[nodiscard]] int device_info(uint32_t index, ant_device_info* info);
[[nodiscard]] int kernel_info(uint32_t index, ant_kernel_info* info);
[[nodiscard]] int memory_info(ant_memory_info* info);

/// The name of the index-th program of the RAM disk, ANT_NAME_BYTES with its NUL; ESRCH past the
/// end.
[[nodiscard]] int program_name(uint32_t index, char* name);

/// Whether the calls to Linux of this process, and of those that it starts from now
/// on, are recorded while somebody on Linux wants records. Cannot fail.
void trace_calls(bool wanted);

/// Bytes of the kernel's log from `offset` on; 0 at its end.
[[nodiscard]] int klog_read(uint32_t offset, void* buffer, size_t length);

} // namespace ant

#endif
