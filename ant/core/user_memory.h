// SPDX-License-Identifier: GPL-2.0-only
// Access to a process's memory from the kernel, checked page by page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "ant/base/address.h"
#include "ant/base/result.h"
#include "ant/core/process.h"

namespace ant {

// The kernel never follows a user address: it looks it up in the process's page table and goes to
// the frame, which it sees by an address of its own. So a bad address is an error (EFAULT) and
// never a fault, and the m-kernel can reach a blocked process of any core. The process's page table
// does not change meanwhile: only the m-kernel does that, on the process's own request, and the
// process's own core, when areas come and go with its messages.
Result<void> copy_from_user(Process& process, VirtualAddress from, std::span<std::byte> to);
Result<void> copy_to_user(Process& process, VirtualAddress to, std::span<const std::byte> from);

template<typename T> VirtualAddress address_of(UserPointer<T> pointer) {
    return VirtualAddress{static_cast<std::uint32_t>(pointer.value())};
}

template<typename T>
concept TriviallyCopyable = std::is_trivially_copyable_v<T>;

template<TriviallyCopyable T>
Result<std::remove_const_t<T>> read_user(Process& process, UserPointer<T> from) {
    std::remove_const_t<T> value{};
    TRY(copy_from_user(process, address_of(from), std::as_writable_bytes(std::span{&value, 1})));
    return value;
}

template<TriviallyCopyable T>
Result<void> write_user(Process& process, UserPointer<T> to, const T& value) {
    return copy_to_user(process, address_of(to), std::as_bytes(std::span{&value, 1}));
}

// May the process itself use all of it, for writing or for reading?
bool user_may_write(Process& process, VirtualRange range);
bool user_may_read(Process& process, VirtualRange range);

// The stack grows by the pages that are touched. EFAULT: not an address of the stack; ENOMEM.
Result<void> provide_stack_page(Process& process, VirtualAddress address);

} // namespace ant
