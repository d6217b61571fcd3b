// SPDX-License-Identifier: GPL-2.0-only
// What the boot loader tells: Linux's boot_params (Documentation/arch/x86/boot.rst, zero-page.rst).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ant/base/address.h"

namespace ant::mkernel {

class BootParameters {
public:
    // boot_params lies anywhere in memory; paging is still off.
    explicit BootParameters(PhysicalAddress boot_params);

    std::string_view command_line() const { return command_line_; }
    std::optional<PhysicalRange> ram_disk() const { return ram_disk_; }

    // The usable memory that starts at ANTLINUX_REGION_BASE, in whole 2 MiB, at most `most` bytes;
    // empty when there is none.
    PhysicalRange region(std::uint32_t most) const;

private:
    std::span<const std::byte> page_;
    std::string_view command_line_{};
    std::optional<PhysicalRange> ram_disk_{};
};

} // namespace ant::mkernel
