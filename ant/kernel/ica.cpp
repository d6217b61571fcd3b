// SPDX-License-Identifier: GPL-2.0-only
// The ICA's table of areas and its lock.
#include "kernel/ica.h"

namespace ant {

namespace {

constinit KernelLock lock;
constinit IcaAllocator areas;

} // namespace

LockedIca::LockedIca() { lock.lock(); }
LockedIca::~LockedIca() { lock.unlock(); }
IcaAllocator* LockedIca::operator->() { return &areas; }

} // namespace ant
