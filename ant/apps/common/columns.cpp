// SPDX-License-Identifier: GPL-2.0-only
// Columns; see columns.h.
#include <algorithm>
#include <ant/apps/common/columns.h>
#include <ant/base/utf8.h>

namespace ant {

void write_columns(Sink& screen, std::span<char* const> texts, size_t width, Direction direction) {
    size_t widest = 0;
    for (const char* text : texts)
        widest = std::max(widest, columns_of(text));
    const size_t column = widest + 2;
    const size_t in_row = std::max<size_t>(1, (width + 1) / column);
    const size_t rows = (texts.size() + in_row - 1) / in_row;
    const bool down = direction == Direction::down;
    for (size_t row = 0; row < rows; row++) {
        const size_t first = down ? row : row * in_row;
        const size_t step = down ? rows : 1;
        const size_t end = down ? texts.size() : std::min(texts.size(), first + in_row);
        for (size_t i = first; i < end; i += step) {
            screen.write(texts[i]);
            for (size_t at = columns_of(texts[i]); i + step < end && at < column; at++)
                screen.write(" ");
        }
        screen.write("\n");
    }
}

} // namespace ant
