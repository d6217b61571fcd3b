// SPDX-License-Identifier: GPL-2.0-only
// Thin wrappers of AnT's own system calls; see process.h.
#include <ant/lib/errno.h>
#include <ant/lib/posix_call.h>
#include <ant/lib/process.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/system_call.h>

namespace ant {

void exit(int status) {
    // The kernel does not return from this call.
    while (true)
        static_cast<void>(system_call(ANT_SYS_EXIT, static_cast<uintptr_t>(status & 0xff)));
}

int spawn(std::span<const char* const> arguments, uint32_t core, uint32_t priority) {
    return spawn_image({}, arguments, core, priority);
}

int spawn_image(std::span<const std::byte> image, std::span<const char* const> arguments,
                uint32_t core, uint32_t priority) {
    size_t size = 0;
    for (const char* argument : arguments)
        size += strlen(argument) + 1;
    if (size > ANT_ARGUMENT_BYTES) {
        last_error = E2BIG;
        return -1;
    }
    // The kernel wants the strings in a row.
    auto* strings = static_cast<char*>(malloc(size));
    if (strings == nullptr)
        return -1;
    char* end = strings;
    for (const char* argument : arguments) {
        const size_t length = strlen(argument) + 1;
        memcpy(end, argument, length);
        end += length;
    }
    // volatile: nobody but the kernel reads it, and only by its address.
    const volatile ant_spawn request = {.arguments = uint32_t(address_of(strings)),
                                        .arguments_size = uint32_t(size),
                                        .core = core,
                                        .priority = priority,
                                        .image = uint32_t(address_of(image.data())),
                                        .image_size = uint32_t(image.size())};
    const int process = posix_call(ANT_SYS_SPAWN, address_of(&request));
    free(strings);
    return process;
}

int set_priority(int process, uint32_t priority) {
    return posix_call(ANT_SYS_SET_PRIORITY, static_cast<uintptr_t>(process), priority);
}

int wait(int process, int* status) {
    return posix_call(ANT_SYS_WAIT, static_cast<uintptr_t>(process), address_of(status));
}

int spawn_and_wait(std::span<const char* const> arguments, uint32_t core) {
    const int process = spawn(arguments, core);
    int status = 0;
    return process < 0 || wait(process, &status) < 0 ? -1 : status;
}

int kill(int process) { return posix_call(ANT_SYS_KILL, static_cast<uintptr_t>(process)); }

int getpid() { return posix_call(ANT_SYS_GETPID); }

void yield() { static_cast<void>(system_call(ANT_SYS_YIELD)); }

uint64_t time_ns() {
    uint64_t nanoseconds = 0;
    static_cast<void>(system_call(ANT_SYS_TIME, address_of(&nanoseconds)));
    return nanoseconds;
}

int sleep_ns(uint64_t nanoseconds) {
    return posix_call(ANT_SYS_SLEEP, static_cast<uint32_t>(nanoseconds),
                      static_cast<uint32_t>(nanoseconds >> 32));
}

int console_owner(int process) {
    return posix_call(ANT_SYS_CONSOLE_OWNER, static_cast<uintptr_t>(process));
}

int console_end(uint32_t status) { return posix_call(ANT_SYS_CONSOLE_END, status); }

int process_info(uint32_t index, ant_process_info* info) {
    return posix_call(ANT_SYS_PROCESS_INFO, index, address_of(info));
}

int core_info(uint32_t index, ant_core_info* info) {
    return posix_call(ANT_SYS_CORE_INFO, index, address_of(info));
}

int device_info(uint32_t index, ant_device_info* info) {
    return posix_call(ANT_SYS_DEVICE_INFO, index, address_of(info));
}

int kernel_info(uint32_t index, ant_kernel_info* info) {
    return posix_call(ANT_SYS_KERNEL_INFO, index, address_of(info));
}

int program_name(uint32_t index, char* name) {
    return posix_call(ANT_SYS_PROGRAM_NAME, index, address_of(name));
}

int memory_info(ant_memory_info* info) { return posix_call(ANT_SYS_MEMORY_INFO, address_of(info)); }

void trace_calls(bool wanted) { static_cast<void>(system_call(ANT_SYS_TRACE, wanted ? 1 : 0)); }

int klog_read(uint32_t offset, void* buffer, size_t length) {
    return posix_call(ANT_SYS_KLOG_READ, offset, address_of(buffer), length);
}

} // namespace ant
