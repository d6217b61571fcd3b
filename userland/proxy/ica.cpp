// SPDX-License-Identifier: GPL-2.0-only
// The checks of addresses that AnT passes.
#include "userland/proxy/ica.h"

#include <algorithm>

namespace antlinux {
namespace {

constexpr antlinux_u32 nobody = 0;

// AnT's cores write to the table at any time, though not to what concerns the caller.
template<typename T> T load(const T& shared) { return __atomic_load_n(&shared, __ATOMIC_RELAXED); }

} // namespace

antlinux_u32 Ica::area_of(antlinux_u64 page) const { return load(areas_.area[page]); }

antlinux_u32 Ica::user_of(antlinux_u64 page) const {
    return load(areas_.user[area_of(page) % ANTLINUX_AREAS]);
}

bool Ica::may_use(antlinux_u32 user, antlinux_u64 first_page, antlinux_u64 last_page) const {
    // An area is one piece: if it has both ends, it has all between them. Else there are several
    // areas, and each page is looked up.
    if (area_of(first_page) == area_of(last_page))
        last_page = first_page;
    for (antlinux_u64 page = first_page; page <= last_page; ++page)
        if (user_of(page) != user)
            return false;
    return user != nobody;
}

Result<std::byte*> Ica::range(PhysicalAddress address, antlinux_u64 length) const {
    if (length == 0)
        return memory_.data();
    const antlinux_u64 offset = offset_of(address);
    if (offset >= memory_.size() || length > memory_.size() - offset)
        return Errno{EFAULT};
    if (!may_use(caller(), offset / ANTLINUX_PAGE_SIZE, (offset + length - 1) / ANTLINUX_PAGE_SIZE))
        return Errno{EFAULT};
    return memory_.data() + offset;
}

Result<std::span<char>> Ica::path(PhysicalAddress address, std::span<char> copy) const {
    const antlinux_u32 user = caller();
    antlinux_u64 offset = offset_of(address);
    std::size_t copied = 0;
    while (copied < copy.size()) {
        const antlinux_u64 page = offset / ANTLINUX_PAGE_SIZE;
        if (offset >= memory_.size() || !may_use(user, page, page))
            return Errno{EFAULT};
        const std::size_t end = std::min<std::size_t>(copy.size(), copied + ANTLINUX_PAGE_SIZE -
                                                                       offset % ANTLINUX_PAGE_SIZE);
        // A loop of our own: the C library's is in a page that nothing else of a proxy's is in, and
        // a page fault is dearer than a path's length.
        for (; copied < end; ++copied, ++offset) {
            copy[copied] = load(reinterpret_cast<const char&>(memory_[offset]));
            if (copy[copied] == '\0')
                return copy.first(copied + 1);
        }
    }
    return Errno{ENAMETOOLONG};
}

} // namespace antlinux
