// SPDX-License-Identifier: GPL-2.0-only
// Around main(): from crt0 to it and, with its result, to the end of the process; and where a
// program ends that breaks the rules of libstdc++'s headers.
#include <ant/lib/process.h>

int main(int argc, char** argv);

extern "C" [[noreturn]] void ant_program_start(int argc, char** argv) {
    ant::exit(main(argc, argv));
}

// What string_view::substr() and the like call with a position beyond the end: with exceptions off
// there is nothing to throw. An invalid-opcode fault, which the kernel reports. Which function it
// is depends on the compiler's release.
namespace std {

#if _GLIBCXX_RELEASE < 13
void __throw_out_of_range_fmt(const char*, ...) { __builtin_trap(); }
#else
void terminate() noexcept { __builtin_trap(); }
#endif

} // namespace std
