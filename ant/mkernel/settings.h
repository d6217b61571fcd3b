// SPDX-License-Identifier: GPL-2.0-only
// AnT's command line as typed values.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ant/arch/x86/clock.h"
#include "ant/base/address.h"
#include "ant/mkernel/command_line.h"

namespace ant::mkernel {

struct Settings {
    CoreList cores{}; // the m-kernel's first
    x86::ClockFrequencies frequencies{};
    CoreNumber linux_core{};
    std::optional<Vector> linux_vector{}; // nothing: AnT runs alone
    PhysicalAddress start_page{};
    std::uint32_t ring_depth = 0;
    PciIdList pci{};
    PhysicalAddress ecam{};
    std::uint32_t ica_bytes = 0;
    std::string_view script{}; // file of Linux's with requests to the control channel's shell
    std::optional<std::string_view> unknown_word{}; // for a warning
};

// debug_exit=; read first, so that it holds for what is wrong with the other words.
std::optional<std::uint16_t> read_debug_exit_port(const CommandLine& line);

// A wrong word is a panic that names it: AnT cannot guess which core or memory is its own.
Settings read_settings(const CommandLine& line);

} // namespace ant::mkernel
