// SPDX-License-Identifier: GPL-2.0-only
// Starting the p-kernels, and the list of cores that run.
#include "ant/mkernel/start_cores.h"

#include <antlinux/abi.h>
#include <array>
#include <span>

#include "ant/arch/x86/core_start.h"
#include "ant/arch/x86/local_apic.h"
#include "ant/arch/x86/processor.h"
#include "ant/core/core.h"
#include "ant/mkernel/kernel_protection.h"
#include "ant/mkernel/log.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/pkernel_image.h"
#include "ant/mkernel/program.h"

namespace ant::mkernel {

namespace {

constexpr Nanoseconds second_try = milliseconds(10);
constexpr Nanoseconds patience = milliseconds(2000);

bool wait_until_online(const Core& core, Nanoseconds length) {
    const Nanoseconds end = x86::Clock::now() + length;
    while (!core.online.load(std::memory_order_acquire)) {
        if (x86::Clock::now() >= end)
            return false;
        x86::pause();
    }
    return true;
}

void add(CoreNumber core) { running_cores.numbers[running_cores.count++] = core; }

bool start_pkernel(CoreNumber number, PhysicalAddress start_page, VirtualAddress entry) {
    const Core& core = cores[number.value()];
    const VirtualAddress stack_top = idle_stacks[number.value()].top();
    x86::start_core(number, start_page,
                    {.entry = entry, .stack_top = stack_top, .page_directory = kernel_directory()});
    if (wait_until_online(core, second_try))
        return true;
    x86::start_core_again(number, start_page);
    if (wait_until_online(core, patience))
        return true;
    // Its stack is the next one's now, and nobody would expect it: it must not come late.
    x86::LocalApic::send_init(number);
    return false;
}

Result<VirtualAddress> find_pkernel() {
    const std::span<const std::byte> file = TRY(file_in_ram_disk("boot/pkernel"));
    const VirtualAddress entry = TRY(load_pkernel(file));
    TRY(protect_pkernel(*pkernel_image()));
    return entry;
}

} // namespace

void add_mkernel_core(CoreNumber core) { add(core); }

void start_pkernels(const CoreList& list, PhysicalAddress start_page) {
    const std::span<const CoreNumber> others = list.cores().subspan(1);
    if (others.empty())
        return;
    const auto entry = find_pkernel();
    if (entry.is_error()) {
        log(LogLevel::error, "no p-kernel (boot/pkernel of the RAM disk: error %d): one core only",
            static_cast<int>(entry.error()));
        return;
    }
    for (CoreNumber number : others) {
        if (start_pkernel(number, start_page, entry.value())) {
            add(number);
            log(LogLevel::info, "AnT p-kernel on core %u", number.value());
        } else {
            log(LogLevel::error, "core %u does not start: AnT goes on without it", number.value());
        }
    }
}

std::uint32_t running_cores_mask() {
    std::uint32_t mask = 0;
    for (CoreNumber number : running_cores.all())
        mask |= 1u << number.value();
    return mask;
}

} // namespace ant::mkernel
