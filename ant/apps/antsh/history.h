// SPDX-License-Identifier: GPL-2.0-only
// The last lines entered into the shell.
#ifndef ANT_APPS_ANTSH_HISTORY_H
#define ANT_APPS_ANTSH_HISTORY_H

#include <ant/lib/string.h>

namespace ant {

class History {
public:
    static constexpr size_t lines = 50;
    static constexpr size_t line_bytes = 1024;

    /// Remembers a line; not an empty one, nor the same one twice in a row.
    void add(std::string_view line) {
        if (line.empty() || (count_ > 0 && line == at(1)))
            return;
        strlcpy(slots_[next_], line, line_bytes);
        next_ = (next_ + 1) % lines;
        count_ = count_ < lines ? count_ + 1 : lines;
    }

    /// How many there are.
    [[nodiscard]] size_t count() const { return count_; }

    /// The `age`-th last line, 1 .. count().
    [[nodiscard]] std::string_view at(size_t age) const {
        return slots_[(next_ + lines - age) % lines];
    }

private:
    char slots_[lines][line_bytes] = {};
    size_t next_ = 0;
    size_t count_ = 0;
};

} // namespace ant

#endif
