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
};
extern SharedIca shared_ica;

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
