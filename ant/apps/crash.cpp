// SPDX-License-Identifier: GPL-2.0-only
// crash null|privileged|divide|stack|kernel|write-code|write-constant|run-data|run-stack|
// run-heap|run-ica: does what a process must not do, to see that only this process ends.
#include <ant/lib/report.h>
#include <ant/lib/stdlib.h>
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

void store(uintptr_t address, unsigned char value) {
    *reinterpret_cast<volatile unsigned char*>(address) = value;
}

/// Puts a RET there and calls it.
void run(void* memory) {
    store(reinterpret_cast<uintptr_t>(memory), 0xc3);
    reinterpret_cast<void (*)()>(memory)();
}

unsigned char in_data[1] = {0x90};
constexpr unsigned char constant[1] = {0};

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
    // Page faults, too: no memory is writable and executable at once.
    else if (how == "write-code")
        store(reinterpret_cast<uintptr_t>(&overrun_stack), 0x90);
    else if (how == "write-constant")
        store(reinterpret_cast<uintptr_t>(constant), 1);
    else if (how == "run-data")
        run(in_data);
    else if (how == "run-stack") {
        unsigned char in_stack[1];
        run(in_stack);
    } else if (how == "run-heap")
        run(malloc(1));
    else if (how == "run-ica")
        run(ica_alloc(1));
    else
        return usage("crash null|privileged|divide|stack|kernel|write-code|write-constant|run-data|"
                     "run-stack|run-heap|run-ica");
    return 0;
}
