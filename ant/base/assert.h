// SPDX-License-Identifier: GPL-2.0-only
// ASSERT(a == b): stays on in every build and, when it fails, prints both operands.
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace ant {

// Ends AnT with a message, the registers and a backtrace. The kernel and the unit tests each
// bring their own.
[[noreturn]] void panic(const char* format, ...) __attribute__((format(printf, 1, 2)));

namespace assertion {

// An operand as a number, so that one function that is not a template can print all of them.
template<typename T> constexpr std::uint64_t as_number(const T& operand) {
    if constexpr (std::is_enum_v<T>)
        return static_cast<std::uint64_t>(static_cast<std::underlying_type_t<T>>(operand));
    else if constexpr (std::is_integral_v<T>)
        return static_cast<std::uint64_t>(operand);
    else if constexpr (std::is_null_pointer_v<T>)
        return 0;
    else if constexpr (std::is_pointer_v<T>)
        return reinterpret_cast<std::uintptr_t>(operand);
    else
        return as_number(operand.value()); // addresses and numbers with a type of their own
}

[[noreturn, gnu::cold, gnu::noinline]] inline void failed(const char* file, int line,
                                                          const char* expression) {
    panic("%s:%d: assertion failed: %s", file, line, expression);
}

[[noreturn, gnu::cold, gnu::noinline]] inline void failed(const char* file, int line,
                                                          const char* expression,
                                                          std::uint64_t left, std::uint64_t right) {
    panic("%s:%d: assertion failed: %s (left is %lld = 0x%llx, right is %lld = 0x%llx)", file, line,
          expression, static_cast<long long>(left), static_cast<unsigned long long>(left),
          static_cast<long long>(right), static_cast<unsigned long long>(right));
}

struct Location {
    const char* file;
    int line;
    const char* expression;
};

struct Passed {};

template<typename T>
concept PlainInteger = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

// Numbers compare by value whatever their signs; everything else by its own operator.
#define ANT_ASSERTION_COMPARE(operation, function)                                                 \
    template<typename Right> constexpr Passed operator operation(const Right& right) const {       \
        bool holds;                                                                                \
        if constexpr (PlainInteger<Left> && PlainInteger<Right>)                                   \
            holds = std::function(left, right);                                                    \
        else                                                                                       \
            holds = left operation right;                                                          \
        if (!holds) [[unlikely]]                                                                   \
            failed(at.file, at.line, at.expression, as_number(left), as_number(right));            \
        return {};                                                                                 \
    }

template<typename Left> struct Comparison {
    const Left& left;
    Location at;

    ANT_ASSERTION_COMPARE(==, cmp_equal)
    ANT_ASSERTION_COMPARE(!=, cmp_not_equal)
    ANT_ASSERTION_COMPARE(<, cmp_less)
    ANT_ASSERTION_COMPARE(<=, cmp_less_equal)
    ANT_ASSERTION_COMPARE(>, cmp_greater)
    ANT_ASSERTION_COMPARE(>=, cmp_greater_equal)
};

#undef ANT_ASSERTION_COMPARE

// Splits `a == b`: `<=>` binds tighter than every comparison, so `Splitter{} <=> a == b` is
// `(Splitter{} <=> a) == b`.
struct Splitter {
    Location at;
    template<typename Left> constexpr Comparison<Left> operator<=>(const Left& left) const {
        return {left, at};
    }
};

constexpr void finish(Passed) {}
template<typename Condition> constexpr void finish(const Comparison<Condition>& condition) {
    if (!static_cast<bool>(condition.left)) [[unlikely]]
        failed(condition.at.file, condition.at.line, condition.at.expression);
}

} // namespace assertion
} // namespace ant

// One condition or one comparison; `a && b` does not compile: write two, so that the message says
// which of them failed.
#define ASSERT(...)                                                                                \
    ::ant::assertion::finish(::ant::assertion::Splitter{{__FILE__, __LINE__, #__VA_ARGS__}} <=>    \
                             __VA_ARGS__)
