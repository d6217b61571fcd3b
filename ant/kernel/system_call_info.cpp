// SPDX-License-Identifier: GPL-2.0-only
// System calls that tell what there is: processes, memory, cores, devices, the log. What belongs to
// another core is read as it stands; a figure may be a moment old.
#include <array>
#include <cstring>

#include "ant/abi/syscall.h"
#include "kernel/core.h"
#include "kernel/device_interrupt.h"
#include "kernel/linux_platform.h"
#include "kernel/log.h"
#include "kernel/system_call.h"
#include "kernel/user_memory.h"
#include "mkernel/devices.h"
#include "mkernel/mkernel.h"

namespace ant {

namespace {

template<typename T> std::int32_t answer(std::uint32_t address, const T& information) {
    Process& process = *this_core().scheduler.current();
    const auto written = write_user(process, VirtualAddress{address}, information);
    return written.is_ok() ? 0 : system_call_result(written.error());
}

ant_process_state state_of(const Process& process) {
    switch (process.state) {
    case ProcessState::running:
        return ANT_RUNNING;
    case ProcessState::blocked:
        return ANT_BLOCKED;
    case ProcessState::zombie:
        return ANT_ZOMBIE;
    default:
        return ANT_READY;
    }
}

// One that was killed while Linux works for it is no longer there for others.
bool is_visible(const Process& process) {
    return process.state != ProcessState::free && (!process.ended || process.freed);
}

std::uint32_t processes_on(CoreNumber core) {
    std::uint32_t count = 0;
    for (const Process& process : processes)
        if (is_visible(process) && !process.ended && process.core == core)
            ++count;
    return count;
}

} // namespace

std::int32_t system_call_process_info(const SystemCallArguments& arguments) {
    this_core().scheduler.account(); // the caller's own figure is up to date
    std::uint32_t index = 0;
    for (const Process& process : processes) {
        if (!is_visible(process) || index++ != arguments.a)
            continue;
        ant_process_info information{
            .pid = process.number.value(),
            .parent = process.parent.value(),
            .core = process.core.value(),
            .state = static_cast<std::uint32_t>(state_of(process)),
            .memory_pages = process.private_pages.value(),
            .ica_pages = process.ica_pages.value(),
            .linux_calls = process.linux_calls,
            .run_ns = process.run_time.count,
            .priority = process.priority,
            .reserved = 0,
            .name = {},
        };
        static_assert(sizeof(information.name) == sizeof(process.name));
        std::memcpy(information.name, process.name.data(), process.name.size());
        return answer(arguments.b, information);
    }
    return system_call_result(Errno::esrch);
}

std::int32_t system_call_memory_info(const SystemCallArguments& arguments) {
    return answer(arguments.a, mkernel::memory_information());
}

std::int32_t system_call_core_info(const SystemCallArguments& arguments) {
    const std::span<const CoreNumber> numbers = mkernel::core_numbers();
    if (arguments.a >= numbers.size())
        return system_call_result(Errno::esrch);
    this_core().scheduler.account();
    const Core& core = cores[numbers[arguments.a].value()];
    const Process* running = core.scheduler.current();
    const LinuxCounters& linux_counters = linux_driver.counters(core.number);
    return answer(arguments.b, ant_core_info{
                                   .core = core.number.value(),
                                   .kernel = static_cast<std::uint32_t>(core.kind),
                                   .running = running != nullptr ? running->number.value() : 0,
                                   .processes = processes_on(core.number),
                                   .idle_ns = core.scheduler.idle_time().count,
                                   .run_ns = core.scheduler.busy_time().count,
                                   .interrupts = core.interrupts,
                                   .linux_calls = linux_counters.calls,
                                   .linux_results = linux_counters.interrupts,
                               });
}

std::int32_t system_call_device_info(const SystemCallArguments& arguments) {
    const std::span<const x86::PciDevice> devices = mkernel::devices();
    if (arguments.a >= devices.size())
        return system_call_result(Errno::esrch);
    const x86::PciDevice& device = devices[arguments.a];
    ant_device_info information{
        .bus = device.bus,
        .device = device.device,
        .function = device.function,
        .vendor_id = device.id.vendor,
        .device_id = device.id.device,
        .class_code = device.class_code,
        .bar = {},
        .bar_size = {},
        .driver = mkernel::driver_of(arguments.a).value(),
        .interrupts = device_interrupts(arguments.a),
    };
    for (std::size_t i = 0; i < device.bars.size(); ++i) {
        information.bar[i] = device.bars[i].base;
        information.bar_size[i] = device.bars[i].size;
    }
    return answer(arguments.b, information);
}

std::int32_t system_call_klog_read(const SystemCallArguments& arguments) {
    std::array<char, 1024> buffer{};
    const std::size_t bytes =
        read_log(arguments.a, {buffer.data(), std::min<std::size_t>(buffer.size(), arguments.c)});
    const auto copied = copy_to_user(*this_core().scheduler.current(), VirtualAddress{arguments.b},
                                     std::as_bytes(std::span{buffer}.first(bytes)));
    return copied.is_ok() ? static_cast<std::int32_t>(bytes) : system_call_result(copied.error());
}

} // namespace ant
