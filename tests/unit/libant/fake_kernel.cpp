// SPDX-License-Identifier: GPL-2.0-only
// The fake kernel; see fake_kernel.h.
#include "fake_kernel.h"

#include <algorithm>
#include <ant/base/elf.h>
#include <cstring>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <utility>

// On AnT the linker script says where a program lies. Here all of it is asked of the kernel.
extern "C" const char ant_program_data[] = "";
extern "C" const char ant_program_end[] = "";

namespace ant {

intptr_t enter_kernel(SystemCall number, CallWord first, CallWord second, CallWord third) {
    return FakeKernel::instance().system_call(number, first, second, third);
}

} // namespace ant

using ant::SystemCall;

namespace {

constexpr size_t page = ANTLINUX_PAGE_SIZE;

size_t whole_pages(size_t bytes) { return (bytes + page - 1) / page * page; }

template<typename T> T* pointer(uintptr_t address) { return reinterpret_cast<T*>(address); }

} // namespace

FakeKernel& FakeKernel::instance() {
    static FakeKernel kernel;
    return kernel;
}

void FakeKernel::reset() {
    output.clear();
    errors.clear();
    input.clear();
    owners.clear();
    ends.clear();
    write_limit = SIZE_MAX;
    linux_calls.clear();
    limits.clear();
    proxy_dies = false;
    linux_error = 0;
    linux_answer = nullptr;
    ica_limit = SIZE_MAX;
    memory_limit = SIZE_MAX;
    memory_used_ = 0;
    programs.clear();
    images.clear();
    spawn_cores.clear();
    killed.clear();
    finished_.clear();
    next_process_ = 2;
    running_ = 1;
    slept_ns = 0;
    trace_wishes.clear();
    klog.clear();
    reset_servers();
}

intptr_t FakeKernel::system_call(ant::SystemCall number, uintptr_t first, uintptr_t second,
                                 uintptr_t third) {
    switch (number) {
    case SystemCall::spawn:
        return spawn(*pointer<const ant_spawn>(first));
    case SystemCall::wait:
        return wait(static_cast<int>(first), pointer<int>(second));
    case SystemCall::kill:
        killed.push_back(static_cast<int>(first));
        return first < static_cast<uintptr_t>(next_process_) ? 0 : -ESRCH;
    case SystemCall::getpid:
        return running_;
    case SystemCall::yield:
        return 0;
    case SystemCall::sleep:
        slept_ns += first + (uint64_t{second} << 32);
        return 0;
    case SystemCall::time: {
        timespec now = {};
        clock_gettime(CLOCK_MONOTONIC, &now);
        *pointer<uint64_t>(first) = static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 +
                                    static_cast<uint64_t>(now.tv_nsec) + slept_ns;
        return 0;
    }
    case SystemCall::console_write:
        return console_write(first, pointer<const char>(second), third);
    case SystemCall::console_read:
        return console_read(pointer<char>(first), second);
    case SystemCall::console_owner:
        owners.push_back(static_cast<int>(first));
        return 0;
    case SystemCall::console_end:
        ends.push_back(static_cast<uint32_t>(first));
        return 0;
    case SystemCall::memory_check:
        return memory_check(first, second);
    case SystemCall::memory_map:
        return memory_map(first);
    case SystemCall::ica_map:
        return ica_map(first);
    case SystemCall::ica_unmap:
        return ica_unmap(first);
    case SystemCall::trace:
        trace_wishes.push_back(first != 0);
        return 0;
    case SystemCall::linux_call:
        return linux_call(first, second);
    case SystemCall::klog_read: {
        const size_t count = first < klog.size() ? std::min(klog.size() - first, third) : 0;
        memcpy(pointer<char>(second), klog.data() + first, count);
        return static_cast<intptr_t>(count);
    }
    case SystemCall::information:
        return information(first, second, third);
    default:
        return server_call(number, first, second);
    }
}

intptr_t FakeKernel::console_write(uintptr_t stream, const char* data, size_t length) {
    if (stream != 1 && stream != 2)
        return -EBADF;
    length = std::min(length, write_limit);
    (stream == 1 ? output : errors).append(data, length);
    return static_cast<intptr_t>(length);
}

intptr_t FakeKernel::console_read(char* data, size_t length) {
    if (input.empty())
        return -EIO;
    length = std::min(length, input.size());
    memcpy(data, input.data(), length);
    input.erase(0, length);
    return static_cast<intptr_t>(length);
}

// What the host says; it does not tell whether it may be written.
intptr_t FakeKernel::memory_check(uintptr_t address, size_t bytes) {
    const iovec from = {pointer<void>(address), bytes};
    char copy[page] = {};
    const iovec to = {copy, sizeof(copy)};
    const bool is_there =
        process_vm_readv(getpid(), &to, 1, &from, 1, 0) == static_cast<ssize_t>(bytes);
    return is_there ? 0 : -EFAULT;
}

intptr_t FakeKernel::memory_map(size_t bytes) {
    // Where AnT has it: the heap's addresses, below the ICA's.
    bytes = whole_pages(bytes);
    if (bytes > memory_limit - std::min(memory_used_, memory_limit) ||
        bytes > ANT_USER_STACK_TOP - next_heap_)
        return -ENOMEM;
    void* memory = mmap(pointer<void>(next_heap_), bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (memory == MAP_FAILED)
        return -ENOMEM;
    next_heap_ += bytes;
    memory_used_ += bytes;
    return reinterpret_cast<intptr_t>(memory);
}

intptr_t FakeKernel::ica_map(size_t bytes) {
    if (bytes == 0)
        return -EINVAL;
    bytes = whole_pages(bytes);
    const size_t used = ica_bytes();
    if (used > ica_limit || bytes > ica_limit - used)
        return -ENOMEM;
    // Where AnT has it: behind its private memory, here from 1.25 GiB up. Between
    // two areas a page stays unmapped, so that overruns are seen.
    for (uint64_t address = 0x50000000; address < 0x70000000; address += page) {
        const auto next = ica_.lower_bound(address);
        if (next != ica_.end() && next->first < address + bytes + page)
            continue;
        if (next != ica_.begin()) {
            const auto& before = *std::prev(next);
            if (before.first + before.second + page > address)
                continue;
        }
        void* memory = mmap(pointer<void>(address), bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (memory == MAP_FAILED)
            continue;
        ica_[address] = bytes;
        return static_cast<intptr_t>(address);
    }
    return -ENOMEM;
}

size_t FakeKernel::ica_bytes() const {
    size_t bytes = 0;
    for (const auto& area : ica_)
        bytes += area.second;
    return bytes;
}

intptr_t FakeKernel::ica_unmap(uintptr_t address) {
    const auto area = ica_.find(address);
    if (area == ica_.end())
        return -EINVAL;
    munmap(pointer<void>(address), area->second);
    ica_.erase(area);
    return 0;
}

bool FakeKernel::in_ica(uint64_t address, uint64_t length) const {
    return std::any_of(ica_.begin(), ica_.end(), [&](const auto& area) {
        return address >= area.first && length <= area.second &&
               address - area.first <= area.second - length;
    });
}

intptr_t FakeKernel::spawn(const ant_spawn& request) {
    std::vector<std::string> words;
    const char* strings = pointer<const char>(request.arguments);
    for (const char* end = strings + request.arguments_size; strings < end;
         strings += words.back().size() + 1)
        words.emplace_back(strings);
    if (request.core != ANT_CORE_HERE && (request.core < 1 || request.core > 3))
        return -EINVAL;
    auto program = words.empty() ? programs.end() : programs.find(words[0]);
    if (request.image != 0) {
        if (!in_ica(request.image, request.image_size))
            return -EFAULT;
        const auto* image = pointer<const std::byte>(request.image);
        if (ant::elf_fault({image, request.image_size}) != nullptr)
            return -ENOEXEC;
        images.emplace_back(pointer<const char>(request.image), request.image_size);
        program = programs.find("image");
    }
    if (program == programs.end())
        return -ENOENT;
    const int process = next_process_++;
    spawn_cores.push_back(request.core);
    spawn_priorities.push_back(request.priority);
    spawn_rights.push_back(request.rights);
    const int caller = std::exchange(running_, process);
    const int status = program->second(words);
    running_ = caller;
    finished_[process] = status;
    return process;
}

intptr_t FakeKernel::wait(int process, int* status) {
    const auto found = finished_.find(process);
    if (found == finished_.end())
        return -ECHILD;
    *status = found->second;
    finished_.erase(found);
    return 0;
}

intptr_t FakeKernel::information(uintptr_t list, uintptr_t index, uintptr_t address) const {
    if (list == ANT_PROGRAMS) {
        if (index >= programs.size())
            return -ESRCH;
        strncpy(pointer<char>(address), std::next(programs.begin(), int(index))->first.c_str(),
                ANT_NAME_BYTES);
        return 0;
    }
    if (list == ANT_MEMORY) {
        *pointer<ant_memory_info>(address) = {.region_base = 0x40000000,
                                              .region_size = 512 << 20,
                                              .frames_total = 200 << 20,
                                              .frames_free = 100 << 20,
                                              .ica_base = 0x50000000,
                                              .ica_size = 256 << 20,
                                              .ica_free = 255 << 20};
        return 0;
    }
    if (index >= (list == ANT_CORES ? 3 : 1))
        return -ESRCH;
    if (list == ANT_KERNELS) {
        *pointer<ant_kernel_info>(address) = {.kernel = 'm',
                                              .base = 0x40400000,
                                              .text = 80000,
                                              .data = 100,
                                              .zero = 4096,
                                              .symbols = 30000,
                                              .shared = 3000000};
    } else if (list == ANT_CORES) {
        *pointer<ant_core_info>(address) = {.core = static_cast<uint32_t>(index) + 1,
                                            .kernel = static_cast<uint32_t>(index == 0 ? 'm' : 'p'),
                                            .running = 0,
                                            .processes = 1,
                                            .idle_ns = 5'000'000,
                                            .run_ns = 7'000'000,
                                            .interrupts = 11,
                                            .linux_calls = linux_calls.size(),
                                            .linux_results = 13,
                                            .interrupts_off_ns = 14};
    } else if (list == ANT_PROCESSES) {
        *pointer<ant_process_info>(address) = {.pid = 1,
                                               .parent = 0,
                                               .core = 1,
                                               .state = ANT_RUNNING,
                                               .memory_pages = 10,
                                               .ica_pages = 2,
                                               .linux_calls = 3,
                                               .run_ns = 4000,
                                               .priority = ANT_PRIORITY_NORMAL,
                                               .linux_call = 0,
                                               .linux_ns = 300'000'000'000,
                                               .name = "antsh"};
    } else {
        *pointer<ant_device_info>(address) = {.bus = 0,
                                              .device = 5,
                                              .function = 0,
                                              .vendor_id = 0x1234,
                                              .device_id = 0x11e8,
                                              .class_code = 0x00ff00,
                                              .bar = {0xfea00000, 0, 0, 0, 0, 0},
                                              .bar_size = {0x100000, 0, 0, 0, 0, 0},
                                              .driver = 7,
                                              .interrupts = 3};
    }
    return 0;
}
