// SPDX-License-Identifier: GPL-2.0-only
// crash null|privileged|divide|stack|kernel: does what a process must not do, to
// see that only this process ends.
#include <ant/lib/report.h>
#include <ant/lib/string.h>

using namespace ant;

namespace {

/// Each level takes a page of stack, until the guard page is hit. (A stack is 256
/// KiB, so a depth of 1,000 is never reached.)
unsigned overrun_stack(unsigned depth) {
    volatile unsigned char frame[4096];
    frame[depth % sizeof(frame)] = static_cast<unsigned char>(depth);
    return depth == 1000 ? 0 : overrun_stack(depth + 1) + frame[0];
}

/// A zero that the compiler does not know to be one.
int opaque_zero() {
    int zero = 0;
    asm volatile("" : "+r"(zero));
    return zero;
}

unsigned char load(uintptr_t address) {
    return *reinterpret_cast<const volatile unsigned char*>(address);
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view how = argc == 2 ? argv[1] : "";
    if (how == "null")
        return load(static_cast<uintptr_t>(opaque_zero())); // page fault (#PF)
    if (how == "privileged")
        asm volatile("cli"); // general protection (#GP): CPL 3 > IOPL
    else if (how == "divide")
        return 12345 / opaque_zero(); // divide error (#DE); for 1 / x GCC would not divide
    else if (how == "stack")
        return static_cast<int>(overrun_stack(0)); // page fault on the guard page
    else if (how == "kernel")
        return load(0x40400000); // page fault: AnT's kernel, not for user mode
    else
        return usage("crash null|privileged|divide|stack|kernel");
    return 0;
}
