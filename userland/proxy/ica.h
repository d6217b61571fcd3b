// SPDX-License-Identifier: GPL-2.0-only
// The ICA as a proxy sees it: physical addresses in, checked pointers out.
#pragma once

#include <cstddef>
#include <span>

#include "userland/common/device.h"
#include "userland/common/errno.h"

namespace antlinux {

// AnT chooses every address and length that comes in here, and may be wrong: whatever
// does not lie wholly inside the ICA is EFAULT, as for a bad pointer on Linux.
class Ica {
public:
    Ica(PhysicalAddress base, std::span<std::byte> memory) : base_(base), memory_(memory) {}

    // `length` bytes at `address`. No bytes may lie anywhere, as for read(fd, NULL, 0).
    Result<std::byte*> range(PhysicalAddress address, antlinux_u64 length) const;

    // A path name: it must end inside the ICA, and within Linux's limit for one.
    Result<const char*> path(PhysicalAddress address) const;

private:
    // The bytes from `address` to the end of the ICA.
    Result<std::span<std::byte>> from(PhysicalAddress address) const;

    PhysicalAddress base_;
    std::span<std::byte> memory_;
};

} // namespace antlinux
