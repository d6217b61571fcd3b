// SPDX-License-Identifier: GPL-2.0-only
// Descriptor tables of one core.
#include "ant/arch/x86/segments.h"

#include "ant/arch/x86/trap_frame.h"

namespace ant::x86 {

namespace {

// Access byte and flags of a descriptor (SDM vol. 3, figure 3-8). "Accessed" is set beforehand.
constexpr std::uint32_t kernel_code = 0xc09b;
constexpr std::uint32_t kernel_data = 0xc093;
constexpr std::uint32_t user_code = 0xc0fb;
constexpr std::uint32_t user_data = 0xc0f3;
constexpr std::uint32_t byte_granular_data = 0x4093;
constexpr std::uint32_t available_task = 0x0089;

constexpr std::uint32_t whole_address_space = 0xfffff; // in pages

constexpr std::uint64_t descriptor(std::uint32_t base, std::uint32_t limit, std::uint32_t access) {
    const std::uint32_t low = (limit & 0xffff) | (base << 16);
    const std::uint32_t high = ((base >> 16) & 0xff) | ((access & 0xff) << 8) | (limit & 0xf0000) |
                               ((access & 0xf000) << 8) | (base & 0xff00'0000);
    return (static_cast<std::uint64_t>(high) << 32) | low;
}

static_assert(descriptor(0, whole_address_space, kernel_code) == 0x00cf'9b00'0000'ffff);

std::uint32_t address_of(const void* object) {
    return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(object));
}

struct [[gnu::packed]] TablePointer {
    std::uint16_t limit;
    std::uint32_t base;
};

} // namespace

void SegmentTables::load(const void* core_data, std::size_t core_data_size,
                         PhysicalAddress kernel_directory) {
    task_.ss0 = KERNEL_DATA_SELECTOR;
    task_.io_map = sizeof(TaskState);

    double_fault_task_.cr3 = kernel_directory.value();
    double_fault_task_.eip = address_of(reinterpret_cast<const void*>(&double_fault_entry));
    double_fault_task_.eflags = 2; // bit 1 is always set; interrupts off
    double_fault_task_.esp = address_of(double_fault_stack_.data()) + double_fault_stack_size;
    double_fault_task_.cs = KERNEL_CODE_SELECTOR;
    double_fault_task_.ss = double_fault_task_.ds = double_fault_task_.es = double_fault_task_.fs =
        KERNEL_DATA_SELECTOR;
    double_fault_task_.gs = CORE_DATA_SELECTOR;
    double_fault_task_.io_map = sizeof(TaskState);

    constexpr std::uint32_t task_limit = sizeof(TaskState) - 1;
    gdt_ = {
        0,
        descriptor(0, whole_address_space, kernel_code),
        descriptor(0, whole_address_space, kernel_data),
        descriptor(address_of(core_data), static_cast<std::uint32_t>(core_data_size) - 1,
                   byte_granular_data),
        descriptor(0, whole_address_space, user_code),
        descriptor(0, whole_address_space, user_data),
        descriptor(address_of(&task_), task_limit, available_task),
        descriptor(address_of(&double_fault_task_), task_limit, available_task),
    };

    const TablePointer pointer{sizeof(gdt_) - 1, address_of(gdt_.data())};
    asm volatile("lgdt %0\n\t"
                 "ljmp %1, $1f\n"
                 "1:\n\t"
                 "movl %2, %%ds\n\t"
                 "movl %2, %%es\n\t"
                 "movl %2, %%ss\n\t"
                 "movl %2, %%fs\n\t"
                 "movl %3, %%gs\n\t"
                 "ltr %w4"
                 :
                 : "m"(pointer), "i"(KERNEL_CODE_SELECTOR), "r"(KERNEL_DATA_SELECTOR),
                   "r"(CORE_DATA_SELECTOR), "r"(TASK_SELECTOR)
                 : "memory");
}

} // namespace ant::x86
