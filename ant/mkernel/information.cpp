// SPDX-License-Identifier: GPL-2.0-only
// What AnT tells about itself: processes, memory, cores, devices, kernels, programs, the log. What
// belongs to another core is read as it stands; a figure may be a moment old.
#include <array>
#include <cstring>

#include "ant/abi/syscall.h"
#include "ant/arch/x86/clock.h"
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
#include "ant/mkernel/system_call.h"

namespace ant::mkernel {

using x86::Clock;

namespace {

ant_process_state state_of(const Process& process) {
    if (process.mkernel.life == Process::Life::ended)
        return ANT_ENDING;
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

std::uint32_t processes_on(CoreNumber core) {
    std::uint32_t count = 0;
    for (const Process& process : processes)
        if (process.is_alive() && process.core_number() == core)
            ++count;
    return count;
}

Result<ant_process_info> process_info(std::uint32_t wanted) {
    std::uint32_t index = 0;
    for (const Process& process : processes) {
        if (process.is_free() || index++ != wanted)
            continue;
        const auto call = linux_driver.call_of(process.core_number(), process);
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
            .linux_call = call ? call->number : ANT_NO_LINUX_CALL,
            .linux_ns = call ? (Clock::now() - Clock::at(call->started)).count : 0,
            .name = {},
        };
        static_assert(sizeof(information.name) == sizeof(process.mkernel.name));
        std::memcpy(information.name, process.mkernel.name.data(), process.mkernel.name.size());
        return information;
    }
    return Errno::esrch;
}

Result<ant_memory_info> memory_info(std::uint32_t wanted) {
    if (wanted > 0)
        return Errno::esrch;
    return memory_information();
}

Result<ant_core_info> core_info(std::uint32_t wanted) {
    const std::span<const CoreNumber> numbers = running_cores.all();
    if (wanted >= numbers.size())
        return Errno::esrch;
    const Core& core = cores[numbers[wanted].value()];
    const Process* running = core.scheduler.current();
    const antlinux_core_counters* to_linux = linux_driver.counters(core.number);
    return ant_core_info{
        .core = core.number.value(),
        .kernel = static_cast<std::uint32_t>(core.kind),
        .running = running != nullptr ? running->number().value() : 0,
        .processes = processes_on(core.number),
        .idle_ns = core.scheduler.idle_time().count,
        .run_ns = core.scheduler.busy_time().count,
        .interrupts = core.interrupts,
        .linux_calls = to_linux != nullptr ? to_linux->calls : 0,
        .linux_results = to_linux != nullptr ? to_linux->interrupts : 0,
        .interrupts_off_ns = x86::Clock::length(core.interrupts_off.longest()).count,
    };
}

Result<ant_device_info> device_info(std::uint32_t wanted) {
    const std::span<const x86::PciDevice> all = devices();
    if (wanted >= all.size())
        return Errno::esrch;
    const x86::PciDevice& device = all[wanted];
    ant_device_info information{
        .bus = device.bus,
        .device = device.device,
        .function = device.function,
        .vendor_id = device.id.vendor,
        .device_id = device.id.device,
        .class_code = device.class_code,
        .bar = {},
        .bar_size = {},
        .driver = driver_of(wanted).value(),
        .interrupts = device_interrupts(wanted),
    };
    for (std::size_t i = 0; i < device.bars.size(); ++i) {
        information.bar[i] = device.bars[i].base;
        information.bar_size[i] = device.bars[i].size;
    }
    return information;
}

Result<ant_kernel_info> kernel_info(std::uint32_t wanted) {
    const KernelImage* const images[] = {&kernel_image, pkernel_image()};
    if (wanted >= std::size(images) || images[wanted] == nullptr)
        return Errno::esrch;
    const KernelImage& image = *images[wanted];
    const auto bytes = [](const std::byte* from, const std::byte* to) {
        return KernelImage::number(to) - KernelImage::number(from);
    };
    return ant_kernel_info{
        .kernel = wanted == 0 ? std::uint32_t{'m'} : std::uint32_t{'p'},
        .base = KernelImage::number(image.text),
        .text = bytes(image.text, image.text_end) + bytes(image.constants, image.constants_end),
        .data = bytes(image.data, image.zero),
        .zero = bytes(image.zero, image.end),
        .symbols = bytes(image.constants_end, image.data),
        .shared = shared_memory().size,
    };
}

Result<std::array<char, ANT_NAME_BYTES>> program_name(std::uint32_t wanted) {
    const std::string_view text = TRY(program_in_ram_disk(wanted));
    std::array<char, ANT_NAME_BYTES> name{};
    std::memcpy(name.data(), text.data(), text.size());
    return name;
}

template<typename T> Answer tell(Process& asker, UserPointer<void> place, const Result<T>& entry) {
    TRY(entry);
    TRY(write_user(asker, UserPointer<T>{place.value()}, entry.value()));
    return 0;
}

} // namespace

Answer calls::information(Process& asker, std::uint32_t list, std::uint32_t index,
                          UserPointer<void> entry) {
    switch (list) {
    case ANT_PROCESSES:
        return tell(asker, entry, process_info(index));
    case ANT_MEMORY:
        return tell(asker, entry, memory_info(index));
    case ANT_CORES:
        return tell(asker, entry, core_info(index));
    case ANT_DEVICES:
        return tell(asker, entry, device_info(index));
    case ANT_KERNELS:
        return tell(asker, entry, kernel_info(index));
    case ANT_PROGRAMS:
        return tell(asker, entry, program_name(index));
    default:
        return Errno::einval;
    }
}

Answer calls::klog_read(Process& asker, std::uint32_t offset, UserPointer<char> place,
                        std::size_t bytes) {
    std::array<char, 1024> buffer{};
    const std::size_t size = read_log(offset, {buffer.data(), std::min(buffer.size(), bytes)});
    TRY(copy_to_user(asker, address_of(place), std::as_bytes(std::span{buffer}.first(size))));
    return static_cast<std::int32_t>(size);
}

} // namespace ant::mkernel
