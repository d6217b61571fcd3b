// SPDX-License-Identifier: GPL-2.0-only
// The kernel's log: the last lines of all cores, each with its time, core and level.
#pragma once

#include <algorithm>
#include <antlinux/observe/log.h>
#include <array>
#include <atomic>
#include <bit>
#include <cstdarg>
#include <cstdint>
#include <span>
#include <string_view>

#include "ant/base/address.h"
#include "ant/base/format.h"
#include "ant/base/log_lines.h"
#include "ant/base/spinlock.h"
#include "ant/base/text.h"

namespace ant {

// Text in a ring: when it is full the oldest lines go. A place in the text is its position: the
// number of bytes logged before it since the start, so it stays valid while lines come and go. The
// ring lies where Linux can read it too (include/antlinux/observe/log.h), at any time and without
// our lock.
template<typename Lock, std::uint32_t Bytes> class Klog {
    static_assert(std::has_single_bit(Bytes));

public:
    static constexpr std::size_t line_length = 200; // a longer line is cut
    static_assert(Bytes >= 2 * line_length);

    struct Memory {
        antlinux_log header;
        std::array<char, Bytes> text;
    };

    // Begins an empty log there. What is logged before goes nowhere.
    void start(Memory& memory) {
        memory.header = {};
        memory.header.version = ANTLINUX_VERSION;
        memory.header.text_bytes = Bytes;
        std::atomic_ref(memory.header.magic).store(ANTLINUX_LOG_MAGIC, std::memory_order_release);
        memory_ = &memory;
    }

    // Appends "[    1.234567] core 2: warning: text\n". Returns the line's position.
    std::uint64_t vwrite(LogLevel level, std::uint64_t nanoseconds, CoreNumber core,
                         const char* format, std::va_list arguments)
        __attribute__((format(printf, 5, 0))) {
        std::array<char, line_length> buffer{};
        BufferSink line{std::span{buffer}.first(line_length - 1)}; // space for the newline
        ant::format(line, "[%5llu.%06llu] core %u: %s: ",
                    static_cast<unsigned long long>(nanoseconds / 1'000'000'000),
                    static_cast<unsigned long long>(nanoseconds / 1'000 % 1'000'000), core.value(),
                    log_level_names[static_cast<std::size_t>(level)].data());
        vformat(line, format, arguments);
        std::size_t length = line.text().size();
        buffer[length++] = '\n';
        const LockGuard guard{lock_};
        append({buffer.data(), length});
        return end_ - length;
    }

    // For a panic: the lock's owner may be a core that stands still.
    void break_lock() { lock_.broken = true; }

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
        if (lost_lines() > 0)
            notice = format_to(buffer, "(%u earlier lines lost)\n", lost_lines());
        if (offset >= notice.size())
            return copy(start_ + (offset - notice.size()), out);
        const std::string_view rest = without_first(notice, offset);
        const std::size_t head = std::min(rest.size(), out.size());
        std::copy_n(rest.begin(), head, out.begin());
        return head + copy(start_, out.subspan(head));
    }

    std::uint64_t end() const { return end_; }
    std::uint32_t lost_lines() const { return memory_ != nullptr ? memory_->header.lost_lines : 0; }

private:
    void append(std::string_view line) {
        if (memory_ == nullptr)
            return;
        antlinux_log& header = memory_->header;
        while (end_ - start_ + line.size() > Bytes) {
            // Linux can write there: the end may be gone.
            while (start_ != end_ && memory_->text[start_++ % Bytes] != '\n') {
            }
            ++header.lost_lines;
        }
        std::atomic_ref(header.start).store(low_word(start_), std::memory_order_relaxed);
        // Nobody may see the new text in the place of the old before that.
        std::atomic_thread_fence(std::memory_order_release);
        for (const char c : line)
            memory_->text[end_++ % Bytes] = c;
        std::atomic_ref(header.end).store(low_word(end_), std::memory_order_release);
    }

    std::size_t copy(std::uint64_t position, std::span<char> out) const {
        std::size_t bytes = 0;
        while (bytes < out.size() && position < end_)
            out[bytes++] = memory_->text[position++ % Bytes];
        return bytes;
    }

    static constexpr antlinux_u32 low_word(std::uint64_t position) {
        return static_cast<antlinux_u32>(position);
    }

    struct BreakableLock {
        Lock lock_of_all{};
        bool broken = false;
        void lock() {
            if (!broken)
                lock_of_all.lock();
        }
        void unlock() {
            if (!broken)
                lock_of_all.unlock();
        }
    };

    BreakableLock lock_{};
    std::uint64_t start_ = 0; // position of the oldest line kept
    std::uint64_t end_ = 0;
    Memory* memory_ = nullptr;
};

} // namespace ant
