// SPDX-License-Identifier: GPL-2.0-only
// What the name server is asked, and what it answers (docs/servers.md). It is reached by the
// number ANT_SERVER_NAMES.
//
//     request                                 reply: words[0] = minus an errno, or
//     words[0] register_name, words[1..] name 0: the sender has the name now
//     words[0] find_name,     words[1..] name its process number
//     words[0] list_names,    words[7] index  the process number, words[1..] name; ENOENT: no more
#ifndef ANT_LIB_NAMES_PROTOCOL_H
#define ANT_LIB_NAMES_PROTOCOL_H

#include <ant/abi/syscall.h>
#include <ant/lib/string.h>
#include <array>
#include <cstddef>
#include <string_view>

namespace ant::names {

enum class Operation : uint32_t { register_name = 1, find_name = 2, list_names = 3 };

constexpr size_t first_name_word = 1;
constexpr size_t index_word = 7;
/// Bytes of a name in a message; the last one is NUL, so names have one fewer.
constexpr size_t name_bytes = (index_word - first_name_word) * sizeof(uint32_t);

/// A name, padded with NULs to its size in a message.
using Name = std::array<char, name_bytes>;

/// Cuts nothing: a name that is too long, empty, or has a character that is not printable becomes
/// the empty name, which nobody can have.
[[nodiscard]] inline Name make_name(std::string_view text) {
    Name name = {};
    if (text.size() >= name.size())
        return name;
    for (const char character : text)
        if (character <= ' ' || character > '~')
            return name;
    memcpy(name.data(), text.data(), text.size());
    return name;
}

[[nodiscard]] inline std::string_view text_of(const Name& name) {
    return {name.data(), strnlen(name.data(), name.size())};
}

inline void put_name(ant_message& message, const Name& name) {
    memcpy(&message.words[first_name_word], name.data(), name.size());
}

/// As make_name(): what a foreign process sent may be anything.
[[nodiscard]] inline Name take_name(const ant_message& message) {
    Name name = {};
    memcpy(name.data(), &message.words[first_name_word], name.size());
    return make_name(text_of(name));
}

} // namespace ant::names

#endif
