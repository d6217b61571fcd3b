// SPDX-License-Identifier: GPL-2.0-only
// System calls that tell what there is: processes, memory, cores, devices, kernels, the log. What
// belongs to another core is read as it stands; a figure may be a moment old.
#include "ant/mkernel/information.h"

#include <array>
#include <cstring>

#include "ant/abi/syscall.h"
#include "ant/core/core.h"
#include "ant/core/device_interrupt.h"
#include "ant/core/linux_call.h"
#include "ant/core/user_memory.h"
#include "ant/mkernel/devices.h"
#include "ant/mkernel/log.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/pkernel_image.h"
#include "ant/mkernel/program.h"

namespace ant::mkernel {

namespace {

using CallArguments = std::array<std::uint32_t, 4>; // the system call's number, then its own

template<typename T>
std::int32_t tell(Process& process, std::uint32_t address, const T& information) {
    const auto written = write_user(process, VirtualAddress{address}, information);
    return written.is_ok() ? 0 : system_call_result(written.error());
}

ant_process_state state_of(const Process& process) {
    switch (process.core.state) {
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
    return process.is_alive() || process.mkernel.life == Process::Life::left;
}

std::uint32_t processes_on(CoreNumber core) {
    std::uint32_t count = 0;
    for (const Process& process : processes)
        if (process.is_alive() && process.core_number() == core)
            ++count;
    return count;
}

std::int32_t process_info(Process& asker, const CallArguments& arguments) {
    std::uint32_t index = 0;
    for (const Process& process : processes) {
        if (!is_visible(process) || index++ != arguments[1])
            continue;
        ant_process_info information{
            .pid = process.number().value(),
            .parent = process.mkernel.parent.value(),
            .core = process.core_number().value(),
            .state = static_cast<std::uint32_t>(state_of(process)),
            .memory_pages = process.mkernel.private_pages.value(),
            .ica_pages = process.core.ica_pages.value(),
            .linux_calls = process.core.linux_calls,
            .run_ns = process.core.run_time.count,
            .priority = process.core.priority,
            .reserved = 0,
            .name = {},
        };
        static_assert(sizeof(information.name) == sizeof(process.mkernel.name));
        std::memcpy(information.name, process.mkernel.name.data(), process.mkernel.name.size());
        return tell(asker, arguments[2], information);
    }
    return system_call_result(Errno::esrch);
}

std::int32_t memory_info(Process& asker, const CallArguments& arguments) {
    return tell(asker, arguments[1], memory_information());
}

std::int32_t core_info(Process& asker, const CallArguments& arguments) {
    const std::span<const CoreNumber> numbers = running_cores.all();
    if (arguments[1] >= numbers.size())
        return system_call_result(Errno::esrch);
    const Core& core = cores[numbers[arguments[1]].value()];
    const Process* running = core.scheduler.current();
    const antlinux_core_counters* to_linux = linux_driver.counters(core.number);
    return tell(asker, arguments[2],
                ant_core_info{
                    .core = core.number.value(),
                    .kernel = static_cast<std::uint32_t>(core.kind),
                    .running = running != nullptr ? running->number().value() : 0,
                    .processes = processes_on(core.number),
                    .idle_ns = core.scheduler.idle_time().count,
                    .run_ns = core.scheduler.busy_time().count,
                    .interrupts = core.interrupts,
                    .linux_calls = to_linux != nullptr ? to_linux->calls : 0,
                    .linux_results = to_linux != nullptr ? to_linux->interrupts : 0,
                });
}

std::int32_t device_info(Process& asker, const CallArguments& arguments) {
    const std::span<const x86::PciDevice> all = devices();
    if (arguments[1] >= all.size())
        return system_call_result(Errno::esrch);
    const x86::PciDevice& device = all[arguments[1]];
    ant_device_info information{
        .bus = device.bus,
        .device = device.device,
        .function = device.function,
        .vendor_id = device.id.vendor,
        .device_id = device.id.device,
        .class_code = device.class_code,
        .bar = {},
        .bar_size = {},
        .driver = driver_of(arguments[1]).value(),
        .interrupts = device_interrupts(arguments[1]),
    };
    for (std::size_t i = 0; i < device.bars.size(); ++i) {
        information.bar[i] = device.bars[i].base;
        information.bar_size[i] = device.bars[i].size;
    }
    return tell(asker, arguments[2], information);
}

std::int32_t klog_read(Process& asker, const CallArguments& arguments) {
    std::array<char, 1024> buffer{};
    const std::size_t bytes =
        read_log(arguments[1], {buffer.data(), std::min<std::size_t>(buffer.size(), arguments[3])});
    const auto copied = copy_to_user(asker, VirtualAddress{arguments[2]},
                                     std::as_bytes(std::span{buffer}.first(bytes)));
    return copied.is_ok() ? static_cast<std::int32_t>(bytes) : system_call_result(copied.error());
}

std::int32_t kernel_info(Process& asker, const CallArguments& arguments) {
    const KernelImage* const images[] = {&kernel_image, pkernel_image()};
    if (arguments[1] >= std::size(images) || images[arguments[1]] == nullptr)
        return system_call_result(Errno::esrch);
    const KernelImage& image = *images[arguments[1]];
    const auto bytes = [](const std::byte* from, const std::byte* to) {
        return KernelImage::number(to) - KernelImage::number(from);
    };
    return tell(
        asker, arguments[2],
        ant_kernel_info{
            .kernel = arguments[1] == 0 ? std::uint32_t{'m'} : std::uint32_t{'p'},
            .base = KernelImage::number(image.text),
            .text = bytes(image.text, image.text_end) + bytes(image.constants, image.constants_end),
            .data = bytes(image.data, image.zero),
            .zero = bytes(image.zero, image.end),
            .symbols = bytes(image.constants_end, image.data),
            .shared = shared_memory().size,
        });
}

std::int32_t program_name(Process& asker, const CallArguments& arguments) {
    const auto found = program_in_ram_disk(arguments[1]);
    if (found.is_error())
        return system_call_result(found.error());
    std::array<char, ANT_NAME_BYTES> name{};
    std::memcpy(name.data(), found.value().data(), found.value().size());
    return tell(asker, arguments[2], name);
}

} // namespace

std::int32_t tell_information(Process& process) {
    const CallArguments& arguments = process.as_client.request.arguments;
    switch (arguments[0]) {
    case ANT_SYS_PROCESS_INFO:
        return process_info(process, arguments);
    case ANT_SYS_MEMORY_INFO:
        return memory_info(process, arguments);
    case ANT_SYS_CORE_INFO:
        return core_info(process, arguments);
    case ANT_SYS_DEVICE_INFO:
        return device_info(process, arguments);
    case ANT_SYS_KERNEL_INFO:
        return kernel_info(process, arguments);
    case ANT_SYS_PROGRAM_NAME:
        return program_name(process, arguments);
    case ANT_SYS_KLOG_READ:
        return klog_read(process, arguments);
    default:
        return system_call_result(Errno::enosys);
    }
}

} // namespace ant::mkernel
