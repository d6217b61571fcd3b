// SPDX-License-Identifier: GPL-2.0-only
// Around main(): from crt0 to it and, with its result, to the end of the process; and where a
// program ends that breaks the rules of libstdc++'s headers.
#include <ant/lib/process.h>

int main(int argc, char** argv);

extern "C" [[noreturn]] void ant_program_start(int argc, char** argv) {
    ant::exit(main(argc, argv));
}

namespace std {

// string_view::substr() and the like, with a position beyond the end. With exceptions off there is
// nothing to throw: an invalid-opcode fault, which the kernel reports.
void __throw_out_of_range_fmt(const char*, ...) { __builtin_trap(); }

} // namespace std
