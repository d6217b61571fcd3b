// SPDX-License-Identifier: GPL-2.0-only
// Thin wrappers of AnT's own system calls; see process.h.
#include <ant/lib/errno.h>
#include <ant/lib/process.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/system_call.h>

namespace ant {

void exit(int status) {
    // The kernel does not return from this call.
    while (true)
        static_cast<void>(system_call<SystemCall::exit>(static_cast<uint32_t>(status & 0xff)));
}

namespace {

int start(std::span<const char* const> arguments, ant_spawn request) {
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
    request.arguments = uint32_t(address_of(strings));
    request.arguments_size = uint32_t(size);
    const ant_spawn* wanted = &request;
    const int process = posix_call<SystemCall::spawn>(wanted);
    free(strings);
    return process;
}

} // namespace

int spawn(std::span<const char* const> arguments, uint32_t core, uint32_t priority,
          uint32_t rights) {
    ant_spawn request = {};
    request.core = core;
    request.priority = priority;
    request.rights = rights;
    return start(arguments, request);
}

int spawn_image(std::span<const std::byte> image, std::span<const char* const> arguments,
                uint32_t core, uint32_t priority, uint32_t rights) {
    ant_spawn request = {};
    request.core = core;
    request.priority = priority;
    request.rights = rights;
    request.image = uint32_t(address_of(image.data()));
    request.image_size = uint32_t(image.size());
    return start(arguments, request);
}

int set_priority(int process, uint32_t priority) {
    return posix_call<SystemCall::set_priority>(process_number(process), priority);
}

int wait(int process, int* status) {
    return posix_call<SystemCall::wait>(process_number(process),
                                        reinterpret_cast<uint32_t*>(status));
}

int kill(int process) { return posix_call<SystemCall::kill>(process_number(process)); }

int getpid() { return posix_call<SystemCall::getpid>(); }

void yield() { static_cast<void>(system_call<SystemCall::yield>()); }

uint64_t time_ns() {
    uint64_t nanoseconds = 0;
    static_cast<void>(system_call<SystemCall::time>(&nanoseconds));
    return nanoseconds;
}

int sleep_ns(uint64_t nanoseconds) {
    return posix_call<SystemCall::sleep>(Nanoseconds{nanoseconds});
}

int console_owner(int process) {
    return posix_call<SystemCall::console_owner>(process_number(process));
}

int console_end(uint32_t status) { return posix_call<SystemCall::console_end>(status); }

int process_info(uint32_t index, ant_process_info* info) {
    return posix_call<SystemCall::information>(ANT_PROCESSES, index, info);
}

int core_info(uint32_t index, ant_core_info* info) {
    return posix_call<SystemCall::information>(ANT_CORES, index, info);
}

int device_info(uint32_t index, ant_device_info* info) {
    return posix_call<SystemCall::information>(ANT_DEVICES, index, info);
}

int kernel_info(uint32_t index, ant_kernel_info* info) {
    return posix_call<SystemCall::information>(ANT_KERNELS, index, info);
}

int program_name(uint32_t index, char* name) {
    return posix_call<SystemCall::information>(ANT_PROGRAMS, index, name);
}

int memory_info(ant_memory_info* info) {
    return posix_call<SystemCall::information>(ANT_MEMORY, 0u, info);
}

void trace_calls(bool wanted) { static_cast<void>(system_call<SystemCall::trace>(wanted)); }

int klog_read(uint32_t offset, void* buffer, size_t length) {
    return posix_call<SystemCall::klog_read>(offset, static_cast<char*>(buffer), length);
}

} // namespace ant
