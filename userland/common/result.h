// SPDX-License-Identifier: GPL-2.0-only
// Result<T>: a value, or Linux's errno why there is none; a caller cannot overlook it.
#pragma once

#include <cerrno>
#include <optional>
#include <utility>

namespace antlinux {

// An errno as a type of its own, so that it is not taken for a value.
enum class Errno : int {};

inline Errno last_errno() { return Errno{errno}; }
inline int number(Errno error) { return static_cast<int>(error); }

template<typename T> class [[nodiscard]] Result {
public:
    // Both implicit, so that `return value;` and `return Errno{EFAULT};` work.
    Result(T value) : value_(std::move(value)) {}
    Result(Errno error) : error_(error) {}

    bool is_ok() const { return value_.has_value(); }
    Errno error() const { return error_; }
    const T& value() const { return *value_; }
    T& value() { return *value_; }

private:
    std::optional<T> value_;
    Errno error_{};
};

template<> class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Errno error) : error_(error) {}

    bool is_ok() const { return error_ == Errno{}; }
    Errno error() const { return error_; }

private:
    Errno error_{};
};

} // namespace antlinux
