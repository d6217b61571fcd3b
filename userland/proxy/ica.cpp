// SPDX-License-Identifier: GPL-2.0-only
// The checks of addresses that AnT passes.
#include "userland/proxy/ica.h"

#include <algorithm>
#include <climits>

namespace antlinux {

Result<std::span<std::byte>> Ica::from(PhysicalAddress address) const {
    // One comparison for both ends: below the base the difference wraps to a huge offset.
    const antlinux_u64 offset = number(address) - number(base_);
    if (offset >= memory_.size())
        return Errno{EFAULT};
    return memory_.subspan(offset);
}

Result<std::byte*> Ica::range(PhysicalAddress address, antlinux_u64 length) const {
    if (length == 0)
        return memory_.data();
    const auto rest = from(address);
    if (!rest.is_ok())
        return rest.error();
    if (length > rest.value().size())
        return Errno{EFAULT};
    return rest.value().data();
}

Result<const char*> Ica::path(PhysicalAddress address) const {
    const auto rest = from(address);
    if (!rest.is_ok())
        return rest.error();
    const auto bytes = rest.value().first(std::min<std::size_t>(rest.value().size(), PATH_MAX));
    // A loop of our own: the C library's is in a page that nothing else of a proxy's is in, and a
    // page fault is dearer than a path's length.
    if (std::ranges::find(bytes, std::byte{0}) == bytes.end())
        return Errno{bytes.size() == PATH_MAX ? ENAMETOOLONG : EFAULT};
    return reinterpret_cast<const char*>(bytes.data());
}

} // namespace antlinux
