// SPDX-License-Identifier: GPL-2.0-only
// Result<T>: a value or the reason why there is none; a caller cannot overlook it.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "ant/base/assert.h"

namespace ant {

// Linux's error numbers, so that an error reads the same on both OSes and crosses the border
// unchanged. Lower case, because <errno.h> has macros of the upper-case names.
enum class Errno : std::int32_t {
    eperm = 1,
    enoent = 2,
    esrch = 3,
    eintr = 4,
    enxio = 6,
    e2big = 7,
    enoexec = 8,
    ebadf = 9,
    echild = 10,
    eagain = 11,
    enomem = 12,
    eacces = 13,
    efault = 14,
    ebusy = 16,
    eexist = 17,
    enodev = 19,
    einval = 22,
    enfile = 23,
    emfile = 24,
    epipe = 32,
    edeadlk = 35,
    enosys = 38,
    eproto = 71,
    eoverflow = 75,
    etimedout = 110,
};

// What a system call leaves in %eax for an error.
constexpr std::int32_t system_call_result(Errno error) { return -static_cast<std::int32_t>(error); }

template<typename T, typename Error = Errno> class [[nodiscard]] Result {
    static_assert(!std::is_reference_v<T>, "return a pointer instead of a reference");
    static_assert(!std::convertible_to<Error, T>, "a value that an error converts to is ambiguous");

public:
    using Value = T;

    // Both conversions are implicit so that `return value;` and `return Errno::enomem;` work.
    constexpr Result(T value) : value_(std::move(value)) {}
    constexpr Result(Error error) : error_(error) {}

    constexpr bool is_ok() const { return value_.has_value(); }
    constexpr bool is_error() const { return !value_.has_value(); }

    constexpr Error error() const {
        ASSERT(is_error());
        return error_;
    }
    constexpr T& value() & {
        ASSERT(is_ok());
        return *value_;
    }
    constexpr const T& value() const& {
        ASSERT(is_ok());
        return *value_;
    }
    constexpr T&& value() && {
        ASSERT(is_ok());
        return *std::move(value_);
    }
    constexpr T value_or(T fallback) && { return std::move(value_).value_or(std::move(fallback)); }

private:
    std::optional<T> value_;
    Error error_{};
};

template<typename Error> class [[nodiscard]] Result<void, Error> {
public:
    using Value = void;

    constexpr Result() : error_{}, is_ok_(true) {}
    constexpr Result(Error error) : error_(error), is_ok_(false) {}

    constexpr bool is_ok() const { return is_ok_; }
    constexpr bool is_error() const { return !is_ok_; }
    constexpr Error error() const {
        ASSERT(!is_ok_);
        return error_;
    }
    constexpr void value() const { ASSERT(is_ok_); }

private:
    Error error_;
    bool is_ok_;
};

} // namespace ant

// The value of a Result, or return of its error from the function around it:
//     PhysicalAddress frame = TRY(frames.allocate());
// A statement expression (a GNU extension that g++ and clang share).
#define TRY(expression)                                                                            \
    (__extension__({                                                                               \
        auto try_result = (expression);                                                            \
        if (try_result.is_error())                                                                 \
            return try_result.error();                                                             \
        std::move(try_result).value();                                                             \
    }))
