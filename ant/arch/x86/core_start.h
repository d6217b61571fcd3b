// SPDX-License-Identifier: GPL-2.0-only
// Starting another core: INIT, start-up IPI, the start page.
#pragma once

#include <cstdint>

#include "ant/base/address.h"

namespace ant::x86 {

// Copies the first instructions of a started core to the start page. Before paging is on: the page
// lies outside what the kernel maps.
void prepare_start_page(PhysicalAddress page);

struct CoreStart {
    VirtualAddress entry{}; // in 32-bit mode, paging off
    VirtualAddress stack_top{};
    PhysicalAddress page_directory{};
};

// Sends the core there. Whether it arrived is the caller's to watch; what it needs lies in one
// place for all, so one core is started after the other.
void start_core(CoreNumber core, PhysicalAddress start_page, const CoreStart& start);

// Sends the start-up IPI again: a core may miss the first (SDM vol. 3, 9.4.4.1).
void start_core_again(CoreNumber core, PhysicalAddress start_page);

} // namespace ant::x86
