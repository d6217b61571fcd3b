// SPDX-License-Identifier: GPL-2.0-only
// From crt0 to main() and, with its result, to the end of the process.
#include <ant/lib/process.h>

int main(int argc, char** argv);

extern "C" [[noreturn]] void ant_program_start(int argc, char** argv) {
    ant::exit(main(argc, argv));
}
