// SPDX-License-Identifier: GPL-2.0-only
// What the table of system calls (ant/abi/syscall.h) means in C++, in the kernel and in libant: the
// numbers, and how typed arguments travel in words.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include "ant/abi/syscall.h"
#include "ant/base/number.h"
#include "ant/base/time.h"

struct antlinux_lca;

namespace ant {

enum class SystemCall : std::uint32_t {
#define ANT_NUMBER(name, ...) name,
    ANT_SYSTEM_CALLS(ANT_NUMBER, ANT_NUMBER, ANT_NUMBER, ANT_NUMBER)
#undef ANT_NUMBER
};

// The words of a call. A process has registers for three, a core that asks the m-kernel has four.
using CallWord = std::uintptr_t;
using CallWords = std::array<CallWord, 4>;

// Where something of the caller's lies. The kernel never follows it (ant/core/user_memory.h).
template<typename T> class UserPointer {
public:
    constexpr UserPointer() = default;
    constexpr explicit UserPointer(CallWord address) : address_(address) {}
    UserPointer(T* object) : address_(reinterpret_cast<CallWord>(object)) {}
    constexpr CallWord value() const { return address_; }

private:
    CallWord address_ = 0;
};

// One word for each argument, but two for a time: its lower half comes first.
template<typename Function> class Signature;
template<typename... Types> class Signature<void(Types...)> {
    template<typename T> static constexpr bool is_time = std::is_same_v<T, Nanoseconds>;

public:
    static constexpr std::size_t size = ((is_time<Types> ? 2 : 1) + ... + 0);

    static constexpr CallWords words(Types... arguments) {
        CallWords all{};
        [[maybe_unused]] CallWord* next = all.data();
        (put(next, arguments), ...);
        return all;
    }
    static constexpr std::tuple<Types...> arguments(const CallWords& all) {
        [[maybe_unused]] const CallWord* next = all.data();
        return {take<Types>(next)...}; // braces: from left to right
    }

private:
    template<typename T> static constexpr void put(CallWord*& next, T argument) {
        if constexpr (is_time<T>) {
            *next++ = static_cast<std::uint32_t>(argument.count);
            *next++ = static_cast<std::uint32_t>(argument.count >> 32);
        } else if constexpr (std::is_class_v<T>) {
            *next++ = argument.value();
        } else {
            *next++ = argument;
        }
    }
    template<typename T> static constexpr T take(const CallWord*& next) {
        if constexpr (is_time<T>) {
            const std::uint64_t low = static_cast<std::uint32_t>(*next++);
            return {low | static_cast<std::uint64_t>(*next++) << 32};
        } else if constexpr (std::is_class_v<T>) {
            return T{static_cast<decltype(T{}.value())>(*next++)};
        } else {
            return static_cast<T>(*next++);
        }
    }
};

// The arguments of each call.
template<SystemCall> struct Call;
#define ANT_CALL(name, purpose, ...)                                                               \
    template<> struct Call<SystemCall::name> : Signature<void(__VA_ARGS__)> {};
ANT_SYSTEM_CALLS(ANT_CALL, ANT_CALL, ANT_CALL, ANT_CALL)
#undef ANT_CALL

} // namespace ant
