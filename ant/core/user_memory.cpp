// SPDX-License-Identifier: GPL-2.0-only
// Access to a process's memory.
#include "ant/core/user_memory.h"

#include <algorithm>
#include <cstring>

#include "ant/core/ica.h"
#include "ant/core/physical_memory.h"
#include "ant/core/role.h"

namespace ant {

namespace {

// Looks only; the frames for new pages are the m-kernel's business.
constinit PhysicalMemory memory;

// Where the kernel sees the byte at a user address. EFAULT unless the process has these rights
// there.
Result<std::byte*> find_byte(Process& process, VirtualAddress at, PageFlags rights) {
    const PageTable table{memory, process.mkernel.page_directory};
    auto translation = table.translate(at);
    if (translation.is_error()) {
        TRY(provide_stack_page(process, at));
        return find_byte(process, at, rights);
    }
    // A device's registers are no memory: the kernel does not even see them there.
    if (!has(translation.value().flags, rights) ||
        has(translation.value().flags, PageFlags::device))
        return Errno::efault;
    const PhysicalAddress found = translation.value().address;
    return pointer_to<std::byte>(at.value() < ANT_USER_END ? identity(found) : ica_view(found));
}

// Calls use(kernel pointer, offset, bytes) for each piece that lies in one page.
template<typename Use>
Result<void> for_each_page(Process& process, VirtualAddress base, std::size_t size,
                           PageFlags rights, Use use) {
    // A user address and its whole range lie below 4 GiB; anything else wraps around.
    if (size > 0xffff'ffff - base.value())
        return Errno::efault;
    std::size_t done = 0;
    while (done < size) {
        const VirtualAddress at = base + static_cast<std::uint32_t>(done);
        std::byte* const place = TRY(find_byte(process, at, rights));
        const std::size_t bytes = std::min<std::size_t>(size - done, page_size - at.page_offset());
        use(place, done, bytes);
        done += bytes;
    }
    return {};
}

} // namespace

Result<void> copy_from_user(Process& process, VirtualAddress from, std::span<std::byte> to) {
    return for_each_page(process, from, to.size(), PageFlags::user,
                         [&](const std::byte* page, std::size_t offset, std::size_t bytes) {
                             std::memcpy(to.data() + offset, page, bytes);
                         });
}

Result<void> copy_to_user(Process& process, VirtualAddress to, std::span<const std::byte> from) {
    return for_each_page(process, to, from.size(), PageFlags::user | PageFlags::writable,
                         [&](std::byte* page, std::size_t offset, std::size_t bytes) {
                             std::memcpy(page, from.data() + offset, bytes);
                         });
}

bool user_may_write(Process& process, VirtualRange range) {
    return for_each_page(process, range.base, range.size, PageFlags::user | PageFlags::writable,
                         [](std::byte*, std::size_t, std::size_t) {})
        .is_ok();
}

bool user_may_read(Process& process, VirtualRange range) {
    return for_each_page(process, range.base, range.size, PageFlags::user,
                         [](std::byte*, std::size_t, std::size_t) {})
        .is_ok();
}

Result<void> provide_stack_page(Process& process, VirtualAddress address) {
    if (address.value() < ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE ||
        address.value() >= ANT_USER_STACK_TOP)
        return Errno::efault;
    return role::add_stack_page(process, address.page_start());
}

} // namespace ant
