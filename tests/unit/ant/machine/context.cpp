// SPDX-License-Identifier: GPL-2.0-only
// Switching stacks, in a way that AddressSanitizer follows where it is there.
#include "machine/context.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <utility>

extern "C" void ant_test_switch_stacks(void** save, void* load);

// The registers that a function has to keep (System V ABI for x86-64), and the stack pointer.
asm(R"(
    .text
    .type ant_test_switch_stacks, @function
ant_test_switch_stacks:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size ant_test_switch_stacks, . - ant_test_switch_stacks
)");

namespace ant::test {

namespace {

constexpr std::size_t stack_size =
    std::size_t{512} * 1024; // of unoptimised code under AddressSanitizer

Context* running = nullptr;
Context* came_from = nullptr;
std::exception_ptr failure;

// What the sanitizer is told before and behind each switch. Without it (`make coverage`) nobody
// has to know.
#ifdef __SANITIZE_ADDRESS__
void will_switch(void** keep, const void* bottom, std::size_t size) {
    __sanitizer_start_switch_fiber(keep, bottom, size);
}
void have_switched(void* kept, const void** bottom, std::size_t* size) {
    __sanitizer_finish_switch_fiber(kept, bottom, size);
}
#else
void will_switch(void** /*keep*/, const void* /*bottom*/, std::size_t /*size*/) {}
void have_switched(void* /*kept*/, const void** /*bottom*/, std::size_t* /*size*/) {}
#endif

} // namespace

Context& Context::host() {
    static Context context;
    return context;
}

Context& Context::current() { return running != nullptr ? *running : host(); }

Context::Context(std::function<void()> body) : body_(std::move(body)), stack_size_(stack_size) {
    void* const memory = mmap(nullptr, stack_size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        std::abort();
    memory_ = memory;
    bottom_ = memory;
    // As if it had been switched away from at the start of begin(): six registers, the return
    // address, and one word so that the stack is aligned as behind a call.
    auto* const top =
        reinterpret_cast<std::uintptr_t*>(static_cast<std::byte*>(memory) + stack_size);
    top[-1] = 0;
    top[-2] = reinterpret_cast<std::uintptr_t>(&Context::begin);
    for (int i = 3; i <= 8; ++i)
        top[-i] = 0;
    stack_pointer_ = &top[-8];
}

// NOLINTNEXTLINE(bugprone-exception-escape): what unwinds it stays on it, see begin()
Context::~Context() {
    if (memory_ == nullptr)
        return;
    if (started_) {
        unwinding_ = true;
        switch_here();
    }
    munmap(memory_, stack_size_);
}

void Context::switch_here() {
    Context& from = current();
    came_from = &from;
    running = this;
    will_switch(&from.fake_stack_, bottom_, stack_size_);
    ant_test_switch_stacks(&from.stack_pointer_, stack_pointer_);
    arrive();
}

// Behind each switch, in the context that was switched to.
void Context::arrive() {
    const void* bottom = nullptr;
    std::size_t size = 0;
    have_switched(running->fake_stack_, &bottom, &size);
    if (came_from == &host()) { // nobody else knows where the thread's stack is
        host().bottom_ = bottom;
        host().stack_size_ = size;
    }
    if (running->unwinding_)
        throw Unwinding{};
}

void Context::begin() {
    Context& self = *running;
    self.started_ = true;
    try {
        arrive();
        self.body_();
    } catch (const Unwinding&) {
    } catch (...) {
        failure = std::current_exception();
    }
    self.started_ = false;
    came_from = &self;
    running = &host();
    // No fake stack is kept: nobody comes back.
    will_switch(nullptr, host().bottom_, host().stack_size_);
    ant_test_switch_stacks(&self.stack_pointer_, host().stack_pointer_);
    std::abort();
}

std::exception_ptr Context::take_failure() { return std::exchange(failure, nullptr); }

} // namespace ant::test
