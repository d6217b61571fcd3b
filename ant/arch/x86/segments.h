// SPDX-License-Identifier: GPL-2.0-only
// Global descriptor table and task state segments of one core (SDM vol. 3, 3.4.5 and 8.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "ant/arch/x86/selectors.h"
#include "ant/base/address.h"

namespace ant::x86 {

// 32-bit task state segment. The processor reads esp0/ss0 when an interrupt comes in user mode; the
// rest is only used when a task gate is taken.
struct TaskState {
    std::uint32_t link;
    std::uint32_t esp0, ss0, esp1, ss1, esp2, ss2;
    std::uint32_t cr3, eip, eflags;
    std::uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
    std::uint32_t es, cs, ss, ds, fs, gs, ldt;
    std::uint16_t trap;
    std::uint16_t io_map; // beyond the limit: no port belongs to user mode
};
static_assert(sizeof(TaskState) == 104);

class SegmentTables {
public:
    constexpr SegmentTables() = default;

    // Fills the tables and makes this core use them. %gs then points to `core_data`.
    void load(const void* core_data, std::size_t core_data_size, PhysicalAddress kernel_directory);

    // Where the kernel's stack begins when user mode is interrupted.
    void set_kernel_stack(std::uint32_t top) { task_.esp0 = top; }

    // The registers a double fault interrupted.
    const TaskState& interrupted_task() const { return task_; }

private:
    static constexpr std::size_t descriptors = 8;
    static constexpr std::size_t double_fault_stack_size = 4096;

    std::array<std::uint64_t, descriptors> gdt_{};
    // Aligned so that no segment crosses a page border, which the processor does not like.
    alignas(128) TaskState task_{};
    alignas(128) TaskState double_fault_task_{};
    alignas(16) std::array<std::byte, double_fault_stack_size> double_fault_stack_{};
};

} // namespace ant::x86
