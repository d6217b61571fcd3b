// SPDX-License-Identifier: GPL-2.0-only
// What `ls` is asked for, and how it prints a list of entries.
#ifndef ANT_APPS_LS_STYLE_H
#define ANT_APPS_LS_STYLE_H

#include "entry.h"

#include <ant/lib/command_line.h>

namespace ant {

struct Style {
    enum class Layout : uint8_t { lines, columns, across, commas, details };

    /// `terminal`: the output is one.
    Style(const CommandLine& line, bool terminal);

    /// Whether it takes more than names.
    [[nodiscard]] bool needs_status() const;
    /// Whether an operand that is a link stands for what it leads to, if that is a directory.
    [[nodiscard]] bool enters_links() const;

    Layout layout = Layout::lines;
    Order order;
    char hidden;    // 'a': all names, 'A': all but . and .., NUL: none that begin with a dot
    char follow;    // 'L': all links, 'H': operands, NUL: none
    char indicator; // 'F': behind each name what it is, 'p': behind a directory's, NUL
    bool itself, recursive;
    bool inode, blocks, numeric, owner = true, group = true;
    bool plain; // what is not printable is shown as ?
};

/// `path`: the directory that they are in; nullptr: the names are paths. An exit status.
[[nodiscard]] int print_entries(const char* path, std::span<Entry* const> entries,
                                const Style& style);

} // namespace ant

#endif
