// SPDX-License-Identifier: GPL-2.0-only
// In place of the kernel's header of this name: the same functions, on the played machine
// (machine.h).
#pragma once

#include <cstdint>

#include "ant/base/address.h"

namespace ant::x86 {

std::uint32_t read_cr2();
PhysicalAddress read_cr3();
void write_cr3(PhysicalAddress page_directory);
inline void flush_tlb() { write_cr3(read_cr3()); }
void invalidate_page(VirtualAddress page);

std::uint64_t read_time_stamp_counter();

// Lets the other cores go on: a wait loop would otherwise have the only thread for itself.
void pause();

// The kernel's code always runs with interrupts off here.
inline void disable_interrupts() {}
void wait_for_interrupt();
void take_pending_interrupts();
[[noreturn]] void halt_for_ever();

void* own_core_data();
template<typename Data> Data* core_data(Data* const&) {
    return static_cast<Data*>(own_core_data());
}

} // namespace ant::x86
