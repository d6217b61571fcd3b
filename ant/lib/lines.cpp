// SPDX-License-Identifier: GPL-2.0-only
// A file line by line; see lines.h.
#include <ant/lib/errno.h>
#include <ant/lib/lines.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

namespace ant {

namespace {
constexpr size_t first_size = size_t{16} * 1024;
} // namespace

LineReader::~LineReader() { free(buffer_); }

/// Reads on behind what is there. False: at the end, or an error.
bool LineReader::fill() {
    if (at_end_ || error_ != 0)
        return false;
    if (start_ > 0) {
        memmove(buffer_, buffer_ + start_, end_ - start_);
        end_ -= start_;
        start_ = 0;
    }
    if (end_ == size_) {
        const size_t size = size_ == 0 ? first_size : 2 * size_;
        void* grown = realloc(buffer_, size);
        if (grown == nullptr) {
            error_ = last_error;
            return false;
        }
        buffer_ = static_cast<char*>(grown);
        size_ = size;
    }
    const ssize_t count = read(descriptor_, buffer_ + end_, size_ - end_);
    if (count < 0)
        error_ = last_error;
    else if (count == 0)
        at_end_ = true;
    else
        end_ += static_cast<size_t>(count);
    return count > 0;
}

std::optional<std::string_view> LineReader::next() {
    size_t seen = 0; // without a newline
    while (true) {
        const std::string_view rest{buffer_ + start_, end_ - start_};
        const size_t newline = rest.find('\n', seen);
        if (newline != std::string_view::npos) {
            start_ += newline + 1;
            return std::string_view{rest.data(), newline + 1};
        }
        seen = rest.size();
        if (fill())
            continue;
        if (error_ != 0 || start_ == end_)
            return std::nullopt;
        const std::string_view last{buffer_ + start_, end_ - start_};
        start_ = end_;
        return last;
    }
}

} // namespace ant
