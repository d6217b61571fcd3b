// SPDX-License-Identifier: GPL-2.0-only
// The table of system calls that AnT may use: what their arguments are.
//
// A new call is one line in calls.cpp (docs/adding-a-system-call.md), and a converter where Linux's
// 64-bit structure is not what AnT should see. Nothing else on Linux or in AnT's kernel changes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <antlinux/lca.h>

namespace antlinux {

// A structure that Linux fills in and AnT gets in its own layout.
struct Conversion {
    std::size_t linux_size;
    std::size_t ant_size;
    void (*convert)(const void* from_linux, void* to_ant);
};

// No structure that Linux fills in for a call of the table is larger.
inline constexpr std::size_t max_linux_structure = 256;

// Nor has one of them more paths.
inline constexpr std::size_t max_paths = 2;

struct Argument {
    enum class Kind : std::uint8_t {
        value,      // as it is
        descriptor, // a file descriptor; not one of the proxy's own
        // In the caller's areas of the ICA:
        path,      // a string that ends there
        in,        // bytes that Linux reads, as many as another argument says or `bytes`
        out,       // bytes that Linux writes, likewise
        structure, // a structure that Linux fills in, converted
    };
    Kind kind = Kind::value;
    std::uint8_t length_argument = 0;       // in, out: which argument is the length
    const Conversion* conversion = nullptr; // structure
    std::uint8_t bytes = 0;                 // in: so many, if not 0, and no argument is the length
    bool may_be_null = false;               // nullptr means something to Linux
};

struct Call {
    std::uint32_t number; // Linux's, x86-64
    std::string_view name;
    std::array<Argument, ANTLINUX_MAX_ARGS> arguments;
    std::int8_t files = 0; // how many more are open after it
};

// All calls, in the order of the table.
std::span<const Call> calls();

// The call with this number, or nullptr.
const Call* find_call(std::uint32_t number);

// What to call it before people: its name, or the number if the table does not have it.
std::string call_name(std::uint32_t number);

} // namespace antlinux
