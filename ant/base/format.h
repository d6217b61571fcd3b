// SPDX-License-Identifier: GPL-2.0-only
// printf-like formatting into a sink, checked by the compiler like printf itself: the kernel's log
// and panics, and printf of the programs (ant/lib/stdio.h).
#pragma once

#include <cstdarg>
#include <cstddef>
#include <span>
#include <string_view>

namespace ant {

/// Where text goes, piece by piece: a serial port, the log, a descriptor, a buffer.
class Sink {
public:
    virtual void write(std::string_view text) = 0;

protected:
    ~Sink() = default; // nobody owns one by this type: no virtual destructor, no operator delete
};

/// A sink that keeps what fits, ends it with NUL and counts what it was given. An empty buffer
/// gets no NUL either.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final, and Sink's is protected
class BufferSink final : public Sink {
public:
    explicit BufferSink(std::span<char> buffer);
    void write(std::string_view text) override;
    std::string_view text() const { return {buffer_.data(), used_}; } // what fitted
    std::size_t wanted() const { return wanted_; }                    // what all of it needs

private:
    std::span<char> buffer_;
    std::size_t used_ = 0;
    std::size_t wanted_ = 0;
};

/// Formats like C's printf: conversions d i u x X o c s p %, lengths hh h l ll z t j, flags
/// - 0 + space #, width and precision (also *; a width is at most 100,000). No floating point: AnT
/// uses none. What is no conversion is put out as it stands.
void format(Sink& sink, const char* format, ...) __attribute__((format(printf, 2, 3)));
void vformat(Sink& sink, const char* format, std::va_list arguments)
    __attribute__((format(printf, 2, 0)));

/// Into a buffer: the text that fitted (NUL behind it).
std::string_view format_to(std::span<char> buffer, const char* format, ...)
    __attribute__((format(printf, 2, 3)));

} // namespace ant
