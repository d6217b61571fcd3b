// SPDX-License-Identifier: GPL-2.0-only
// The smallest AnT program: says who and where it is, and what it was given.
//   make app NAME=hello; then on AnT: /host/hello one two
#include <ant/lib/process.h>
#include <ant/lib/stdio.h>

int main(int argc, char** argv) {
    ant::printf("Hello from AnT's process %d\n", ant::getpid());
    for (int i = 0; i < argc; i++)
        ant::printf("argument %d: %s\n", i, argv[i]);
    return argc > 1 ? 0 : 1;
}
