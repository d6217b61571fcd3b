// SPDX-License-Identifier: GPL-2.0-only
// The kernel's log: the last lines of all cores, each with its time, core and level.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdarg>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/address.h"
#include "kernel/format.h"
#include "kernel/spinlock.h"
#include "kernel/text.h"

namespace ant {

enum class LogLevel : std::uint8_t { error, warning, info, debug };

constexpr const char* name_of(LogLevel level) {
    constexpr std::array names{"error", "warning", "info", "debug"};
    return names[static_cast<std::size_t>(level)];
}

// Text in a ring: when it is full the oldest lines go. A place in the text is its position: the
// number of bytes logged before it since the start, so it stays valid while lines come and go.
template<typename Lock, std::uint32_t Bytes> class Klog {
    static_assert(std::has_single_bit(Bytes));

public:
    static constexpr std::size_t line_length = 200; // a longer line is cut
    static_assert(Bytes >= 2 * line_length);

    // Appends "[    1.234567] core 2: warning: text\n". Returns the line's position.
    std::uint64_t vwrite(LogLevel level, std::uint64_t nanoseconds, CoreNumber core,
                         const char* format, std::va_list arguments)
        __attribute__((format(printf, 5, 0))) {
        std::array<char, line_length> buffer{};
        BufferSink line{std::span{buffer}.first(line_length - 1)}; // room for the newline
        ant::format(line, "[%5llu.%06llu] core %u: %s: ",
                    static_cast<unsigned long long>(nanoseconds / 1'000'000'000),
                    static_cast<unsigned long long>(nanoseconds / 1'000 % 1'000'000), core.value(),
                    name_of(level));
        vformat(line, format, arguments);
        std::size_t length = line.text().size();
        buffer[length++] = '\n';
        const LockGuard guard{lock_};
        append({buffer.data(), length});
        return end_ - length;
    }

    std::uint64_t write(LogLevel level, std::uint64_t nanoseconds, CoreNumber core,
                        const char* format, ...) __attribute__((format(printf, 5, 6))) {
        std::va_list arguments{};
        va_start(arguments, format);
        const std::uint64_t position = vwrite(level, nanoseconds, core, format, arguments);
        va_end(arguments);
        return position;
    }

    struct Read {
        std::size_t bytes = 0;  // copied; 0: nothing behind the position
        std::uint64_t next = 0; // the position to go on from
        std::uint64_t lost = 0; // bytes between the position and what was copied
    };
    // Copies text from `position` on, e.g. to follow the log on a console.
    Read read_from(std::uint64_t position, std::span<char> out) {
        const LockGuard guard{lock_};
        const std::uint64_t from = position < start_ ? start_ : position;
        const std::size_t bytes = copy(from, out);
        return {bytes, from + bytes, from - position};
    }

    // For klog_read(): the log as one text that ends, `offset` bytes into it. When lines were lost,
    // its first line says how many.
    std::size_t read(std::size_t offset, std::span<char> out) {
        const LockGuard guard{lock_};
        std::array<char, 64> buffer{};
        std::string_view notice;
        if (lost_lines_ > 0)
            notice = format_to(buffer, "(%llu earlier lines lost)\n",
                               static_cast<unsigned long long>(lost_lines_));
        if (offset >= notice.size())
            return copy(start_ + (offset - notice.size()), out);
        const std::string_view rest = without_first(notice, offset);
        const std::size_t head = std::min(rest.size(), out.size());
        std::copy_n(rest.begin(), head, out.begin());
        return head + copy(start_, out.subspan(head));
    }

    std::uint64_t end() const { return end_; }
    std::uint64_t lost_lines() const { return lost_lines_; }

private:
    void append(std::string_view line) {
        while (end_ - start_ + line.size() > Bytes) {
            while (text_[start_++ % Bytes] != '\n') {
            }
            ++lost_lines_;
        }
        for (const char c : line)
            text_[end_++ % Bytes] = c;
    }

    std::size_t copy(std::uint64_t position, std::span<char> out) const {
        std::size_t bytes = 0;
        while (bytes < out.size() && position < end_)
            out[bytes++] = text_[position++ % Bytes];
        return bytes;
    }

    Lock lock_{};
    std::uint64_t start_ = 0; // position of the oldest line kept
    std::uint64_t end_ = 0;
    std::uint64_t lost_lines_ = 0; // before start_
    std::array<char, Bytes> text_{};
};

} // namespace ant
