// SPDX-License-Identifier: GPL-2.0-only
// Texts in columns of one width, as `ls` and the shell's completion list them.
#ifndef ANT_APPS_COMMON_COLUMNS_H
#define ANT_APPS_COMMON_COLUMNS_H

#include <ant/base/format.h>
#include <span>

namespace ant {

enum class Direction : bool { down, across };

/// `width`: of a row, in columns. A text that is wider has a row of its own.
void write_columns(Sink& screen, std::span<char* const> texts, size_t width,
                   Direction direction = Direction::down);

} // namespace ant

#endif
