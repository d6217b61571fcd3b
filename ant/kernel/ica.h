// SPDX-License-Identifier: GPL-2.0-only
// The ICA of all cores: who owns which area.
#pragma once

#include "kernel/ica_allocator.h"
#include "kernel/lock.h"

namespace ant {

// The right to use the table of areas, held as long as the object lives: `LockedIca{}->free(...)`.
// Areas change hands on the cores of those who exchange them, so every core comes here.
class [[nodiscard]] LockedIca {
public:
    LockedIca();
    ~LockedIca();
    LockedIca(const LockedIca&) = delete;
    LockedIca& operator=(const LockedIca&) = delete;

    IcaAllocator* operator->();
};

} // namespace ant
