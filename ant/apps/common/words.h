// SPDX-License-Identifier: GPL-2.0-only
// Words put together to a line and written at once, so that the lines of several
// processes do not mix: what echo and write do.
#ifndef ANT_APPS_COMMON_WORDS_H
#define ANT_APPS_COMMON_WORDS_H

#include <ant/abi/syscall.h>
#include <ant/lib/errno.h>
#include <ant/lib/stdio.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>
#include <span>

namespace ant {

/// Writes the words with a space between two and a newline, or what else, at the end. 0, or -1 with
/// last_error set; E2BIG: longer than a command line can be.
[[nodiscard]] inline int write_words(int descriptor, std::span<const char* const> words,
                                     std::string_view end = "\n") {
    char line[2 * ANT_ARGUMENT_BYTES];
    size_t length = 0;
    for (size_t i = 0; i < words.size(); i++) {
        const char* word = words[i];
        const size_t size = strlen(word);
        if (size + 2 > sizeof(line) - length) {
            last_error = E2BIG;
            return -1;
        }
        if (i > 0)
            line[length++] = ' ';
        memcpy(line + length, word, size);
        length += size;
    }
    memcpy(line + length, end.data(), end.size());
    return write_all(descriptor, line, length + end.size());
}

/// What echo does with its words: after -n there is no newline.
[[nodiscard]] inline int echo_words(std::span<const char* const> words) {
    if (!words.empty() && std::string_view(words[0]) == "-n")
        return write_words(standard_output, words.subspan(1), "");
    return write_words(standard_output, words);
}

} // namespace ant

#endif
