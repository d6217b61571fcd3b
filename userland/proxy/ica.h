// SPDX-License-Identifier: GPL-2.0-only
// The ICA as a proxy sees it: physical addresses in, checked pointers out.
#pragma once

#include <antlinux/areas.h>

#include <cstddef>
#include <span>

#include "userland/common/device.h"
#include "userland/common/errno.h"

namespace antlinux {

// AnT chooses every address and length that comes in here, and may be wrong: whatever does not lie
// wholly in areas that the caller may use is EFAULT, as for a bad pointer on Linux. The caller is
// whoever may use the page of the LCA (<antlinux/areas.h>).
class Ica {
public:
    Ica(PhysicalAddress base, std::span<std::byte> memory, const antlinux_areas& areas,
        PhysicalAddress lca)
        : base_(base), memory_(memory), areas_(areas), lca_(lca) {}

    // `length` bytes at `address`. No bytes may lie anywhere, as for read(fd, NULL, 0).
    Result<std::byte*> range(PhysicalAddress address, antlinux_u64 length) const;

    // A path name, copied to `copy`; its bytes with the NUL. EFAULT: it does not end in the
    // caller's areas; ENAMETOOLONG: nor within `copy`.
    Result<std::span<char>> path(PhysicalAddress address, std::span<char> copy) const;

private:
    // From the ICA's start, or beyond its end.
    antlinux_u64 offset_of(PhysicalAddress address) const {
        return number(address) - number(base_); // below the base it wraps to a huge offset
    }
    antlinux_u32 area_of(antlinux_u64 page) const;
    antlinux_u32 user_of(antlinux_u64 page) const;
    antlinux_u32 caller() const { return user_of(offset_of(lca_) / ANTLINUX_PAGE_SIZE); }
    bool may_use(antlinux_u32 user, antlinux_u64 first_page, antlinux_u64 last_page) const;

    PhysicalAddress base_;
    std::span<std::byte> memory_;
    const antlinux_areas& areas_;
    PhysicalAddress lca_;
};

} // namespace antlinux
