// SPDX-License-Identifier: GPL-2.0-only
// The p-kernel's image: from the RAM disk to the place it is linked for.
#pragma once

#include <cstddef>
#include <span>

#include "ant/base/address.h"
#include "ant/base/result.h"
#include "ant/core/image.h"

namespace ant::mkernel {

// The 2 MiB that pkernel/link.ld links it for.
inline constexpr PhysicalRange pkernel_range{PhysicalAddress{0x40e0'0000}, 2u << 20};

// Where a core enters it. ENOEXEC: not a p-kernel, or one that was built with another m-kernel.
Result<VirtualAddress> load_pkernel(std::span<const std::byte> file);

// The loaded one's description; nullptr: there is none.
const KernelImage* pkernel_image();

} // namespace ant::mkernel
