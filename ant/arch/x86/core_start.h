// SPDX-License-Identifier: GPL-2.0-only
// Starting another core: INIT, start-up IPI, the start page.
#pragma once

#include <cstdint>

#include "kernel/address.h"

namespace ant::x86 {

// Copies the first instructions of a started core to the start page. Before paging is on: the page
// lies outside what the kernel maps.
void prepare_start_page(PhysicalAddress page);

// Sends the core to pkernel_start() on that stack, with that page directory. Whether it got there
// is the caller's to watch; the arguments are shared, so one core is started after the other.
void start_core(CoreNumber core, PhysicalAddress start_page, VirtualAddress stack_top,
                PhysicalAddress page_directory);

// Sends the start-up IPI again: a core may miss the first (SDM vol. 3, 9.4.4.1).
void start_core_again(CoreNumber core, PhysicalAddress start_page);

} // namespace ant::x86
