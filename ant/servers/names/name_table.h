// SPDX-License-Identifier: GPL-2.0-only
// Which process has which name. No system calls, so it is tested by itself.
#ifndef ANT_SERVERS_NAMES_NAME_TABLE_H
#define ANT_SERVERS_NAMES_NAME_TABLE_H

#include <ant/lib/names_protocol.h>

namespace ant::names {

class NameTable {
public:
    static constexpr size_t capacity = 64;

    struct Entry {
        Name name = {};
        uint32_t process = 0;
    };

    /// Returns 0 or minus an errno. EINVAL: no name; EEXIST: another process has it; ENOSPC. A
    /// process may have several names, and one of them several times over.
    [[nodiscard]] int32_t add(const Name& name, uint32_t process);

    /// The process with that name, or -ENOENT.
    [[nodiscard]] int32_t find(const Name& name) const;

    /// The index-th entry in the order of registration, nullptr past the end.
    [[nodiscard]] const Entry* at(uint32_t index) const {
        return index < count_ ? &entries_[index] : nullptr;
    }

    /// The process has ended: its names are free.
    void remove(uint32_t process);

private:
    std::array<Entry, capacity> entries_ = {};
    size_t count_ = 0;
};

/// The reply to a request. Whose name it registers must be watched by the caller.
[[nodiscard]] ant_message answer(NameTable& table, const ant_message& request);

} // namespace ant::names

#endif
