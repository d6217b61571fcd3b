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
    /// to an answer, AnT's (ENXIO no Linux; ETIMEDOUT see set_limit()). EOWNERDEAD: the kept
    /// proxy is dead, and with it its open files; the next call gets a new one.
    [[nodiscard]] int64_t call(LinuxNumber number, Continue continues,
                               std::initializer_list<uint64_t> arguments);

    /// After EOWNERDEAD: nothing was done of that call, since the proxy was dead already. Else it
    /// died during the call, and Linux may have done it or not.
    [[nodiscard]] bool nothing_was_done() const { return nothing_was_done_; }

    /// The calls from now on are given up after so many milliseconds (a tick of 10 ms more or
    /// less): a short count or, when there is nothing to tell, ETIMEDOUT. 0: as the process has it.
    void set_limit(uint32_t milliseconds) { limit_ = milliseconds; }

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
    uint32_t limit_ = 0;
    bool proxy_kept_ = false;
    bool nothing_was_done_ = false;
};

/// The limit of all calls of this process to Linux that have none of their own, as
/// LinuxCall::set_limit(); 0, the default: none.
void set_linux_limit(uint32_t milliseconds);

} // namespace ant

#endif
