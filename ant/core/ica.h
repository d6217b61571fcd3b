// SPDX-License-Identifier: GPL-2.0-only
// The ICA of all cores: who owns which area.
#pragma once

#include "ant/core/ica_allocator.h"
#include "ant/core/lock.h"
#include "ant/core/region.h"

namespace ant {

struct SharedIca {
    KernelLock lock{};
    IcaAllocator areas{};
    std::uint32_t view_offset = 0;
};
extern SharedIca shared_ica;

// Where the kernel sees the ICA. A process sees its areas where virtual = physical, and what a
// process may touch there the kernel may not, with SMAP (SDM vol. 3, 4.6.1). Without SMAP it does
// not need another view.
inline constexpr VirtualAddress smap_view_of_ica{0x8000'0000};
inline VirtualAddress ica_view(PhysicalAddress address) {
    return identity(address) + shared_ica.view_offset;
}

// The right to use the table of areas, held as long as the object lives: `LockedIca()->free(...)`.
// Areas change hands on the cores of those who exchange them, so every core comes here.
class [[nodiscard]] LockedIca {
public:
    LockedIca() : guard_(shared_ica.lock) {}

    // Linux sees how much is left (<antlinux/observe/counters.h>).
    ~LockedIca() { region_counters().ica_free = shared_ica.areas.available().bytes(); }
    LockedIca(const LockedIca&) = delete;
    LockedIca& operator=(const LockedIca&) = delete;

    IcaAllocator* operator->() { return &shared_ica.areas; }

private:
    LockGuard<KernelLock> guard_;
};

} // namespace ant
