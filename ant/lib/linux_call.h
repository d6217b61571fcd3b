// SPDX-License-Identifier: GPL-2.0-only
// One LCA (paper, 3.3.2; <antlinux/lca.h>) and the calls made with it.
#ifndef ANT_LIB_LINUX_CALL_H
#define ANT_LIB_LINUX_CALL_H

#include <ant/lib/linux_numbers.h>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace ant {

/// What Linux's proxy process does after a call (the paper's continue function).
enum class Continue : antlinux_u32 {
    off = ANTLINUX_CFLAG_END,     ///< it exits: its open files are closed
    on = ANTLINUX_CFLAG_CONTINUE, ///< it sleeps until the next call on this LCA
};

/// An ICA area of two pages: the LCA at its start, and behind it the payload, space
/// for what a call points to. One object has at most one proxy process on Linux.
class LinuxCall {
public:
    /// Bytes behind the LCA: a path of Linux's greatest length and a little more.
    static constexpr size_t payload_bytes = size_t{2} * ANTLINUX_PAGE_SIZE - sizeof(antlinux_lca);

    constexpr LinuxCall() = default;
    LinuxCall(const LinuxCall&) = delete;
    LinuxCall& operator=(const LinuxCall&) = delete;
    /// Ends the kept proxy and gives the area back.
    constexpr ~LinuxCall() { release(); }

    /// Gets the area if there is none yet. 0, or minus an errno (ENOMEM).
    [[nodiscard]] int prepare();

    /// Has Linux execute one call and waits for it. Pointer arguments are ICA
    /// addresses: address_of() of the payload or of ica_alloc() memory. Returns
    /// Linux's result, or minus an errno: Linux's or, when the call did not come
    /// to an answer, AnT's (ENXIO no Linux, EIO the proxy died).
    [[nodiscard]] int64_t call(LinuxNumber number, Continue continues,
                               std::initializer_list<uint64_t> arguments);

    /// The payload; empty before prepare().
    [[nodiscard]] std::span<std::byte> payload() const;

    /// The LCA itself, nullptr before prepare().
    [[nodiscard]] antlinux_lca* block() const { return block_; }

    /// Ends the proxy that is kept for this LCA, if any. 0 or minus an errno.
    int end_proxy();

    /// end_proxy(), and gives the area back; the next call gets a new one.
    constexpr void release() {
        if (block_ != nullptr)
            release_area();
    }

private:
    void release_area();

    antlinux_lca* block_ = nullptr;
    bool proxy_kept_ = false;
};

} // namespace ant

#endif
