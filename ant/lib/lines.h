// SPDX-License-Identifier: GPL-2.0-only
// A file line by line: what POSIX's getline() is for.
#ifndef ANT_LIB_LINES_H
#define ANT_LIB_LINES_H

#include <cstddef>
#include <optional>
#include <string_view>

namespace ant {

/// Reads a descriptor (a Linux file or the console) ahead, a buffer at a time.
class LineReader {
public:
    explicit LineReader(int descriptor) : descriptor_(descriptor) {}
    ~LineReader();
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;

    /// The next line with its newline (the last one may have none), valid until the next call.
    /// Nothing at the end of the file, and on failure: then error() is its number (read()'s, or
    /// ENOMEM: a line does not fit into memory).
    [[nodiscard]] std::optional<std::string_view> next();
    [[nodiscard]] int error() const { return error_; }

private:
    bool fill();

    int descriptor_;
    int error_ = 0;
    bool at_end_ = false;
    char* buffer_ = nullptr;
    size_t size_ = 0;  // of the buffer
    size_t start_ = 0; // of what was read and not yet given out
    size_t end_ = 0;
};

} // namespace ant

#endif
