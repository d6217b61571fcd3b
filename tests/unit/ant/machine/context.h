// SPDX-License-Identifier: GPL-2.0-only
// What a core of the played machine can be in the middle of: a stack of its own and the place where
// it goes on. One thread of the host runs all of them, one at a time.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>

namespace ant::test {

class Context {
public:
    // The test's own: the thread's stack.
    static Context& host();
    // The one that executes the call.
    static Context& current();

    // Begins `body` when it is first switched to. A body that ends, or throws, goes to the host.
    explicit Context(std::function<void()> body);
    // Called by the host: the stack is unwound, whatever it was in the middle of.
    // NOLINTNEXTLINE(bugprone-exception-escape): what unwinds it stays on it, see begin()
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    // Goes on there, and returns when somebody switches back.
    void switch_here();

    // Called by the host: what a body threw since the last call.
    static std::exception_ptr take_failure();

private:
    struct Unwinding {};

    Context() = default;
    [[noreturn]] static void begin();
    static void arrive();

    std::function<void()> body_{};
    void* memory_ = nullptr;       // of the stack; the thread's own is not ours
    const void* bottom_ = nullptr; // lowest address
    std::size_t stack_size_ = 0;
    void* stack_pointer_ = nullptr;
    void* fake_stack_ = nullptr; // AddressSanitizer's, for use after return
    bool started_ = false;
    bool unwinding_ = false;
};

} // namespace ant::test
