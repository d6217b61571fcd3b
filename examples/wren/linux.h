// SPDX-License-Identifier: GPL-2.0-only
// Linux's system calls for Wren: all that an OS needs to use Linux beside it (docs/your-own-os.md).
#ifndef WREN_LINUX_H
#define WREN_LINUX_H

#include <antlinux/lca.h>
#include <antlinux/ring.h>
#include <cstdint>
#include <span>

namespace wren {

/// Linux's numbers for x86-64 (its arch/x86/entry/syscalls/syscall_64.tbl).
enum class Call : std::uint32_t {
    read = 0,
    write = 1,
    open = 2,
    close = 3,
    null = ANTLINUX_CALL_NULL,
};

/// The Linux on the other core.
class Linux {
public:
    /// `core`, `first_vector`: where Linux hears us (linux_core=, linux_vector= on the command
    /// line).
    constexpr Linux(std::uint32_t core, std::uint32_t first_vector)
        : core_(core), first_vector_(first_vector) {}

    /// Publishes the table and waits until Linux has answered. 0, or minus the errno of its
    /// refusal.
    [[nodiscard]] std::int64_t connect();

    /// One call: asks Linux and sleeps until its proxy process has answered. Returns Linux's
    /// result, or minus its errno. Pointers are addresses inside memory(). `keep`: the proxy stays,
    /// with its open files, for the next call (the paper's continue function).
    std::int64_t call(Call number, std::uint64_t first = 0, std::uint64_t second = 0,
                      std::uint64_t third = 0, bool keep = true);

    /// The memory that Linux may read and write: for paths and data.
    static std::span<char> memory();

private:
    [[nodiscard]] std::uint8_t doorbell() const;
    void send(std::uint64_t lca_address);
    std::uint64_t receive();

    std::uint32_t core_;
    std::uint32_t first_vector_;
    std::uint32_t sent_ = 0; // our own counters of the two rings
    std::uint32_t received_ = 0;
};

} // namespace wren

#endif
