// SPDX-License-Identifier: GPL-2.0-only
// What Wren knows of the PC: its serial port, its local APIC, interrupts, and what it was started
// with.
#ifndef WREN_MACHINE_H
#define WREN_MACHINE_H

#include <cstdint>
#include <string_view>

namespace wren {

// ---- Its own serial port, ttyS1 to Linux, which leaves it alone. Polled: no interrupt line is
// ours.

void print(std::string_view text);
void print_number(std::uint64_t number);

// ---- Its own local APIC (Intel SDM vol. 3, chapter 11)

/// The number of this core: its local APIC's.
[[nodiscard]] std::uint32_t core();

/// From now on `vector` reaches this core; all else that comes is a fault.
void accept_interrupts(std::uint8_t vector);

/// One fixed interrupt, to one core by its number: never by a shorthand, which would reach Linux's.
void send_interrupt(std::uint32_t to_core, std::uint8_t vector);

/// Lets interrupts in and sleeps until one has come. The processor lets none in between the two
/// instructions (SDM vol. 2, STI), so a look at memory before it, with interrupts off, misses
/// nothing.
inline void wait_for_interrupt() { asm volatile("sti; hlt; cli" ::: "memory"); }

[[noreturn]] void halt_for_ever();

inline std::uint64_t time_stamp() { return __builtin_ia32_rdtsc(); }

// ---- The command line that kexec was given, found in boot_params

[[nodiscard]] const char* command_line(const void* boot_params);

/// What stands behind "NAME=", up to the next blank or the end; empty: there is no such word.
[[nodiscard]] std::string_view find_word(const char* line, const char* name);

/// Its number, decimal or with 0x; `otherwise` when there is no such word.
[[nodiscard]] std::uint32_t find_number(const char* line, const char* name,
                                        std::uint32_t otherwise);

} // namespace wren

#endif
