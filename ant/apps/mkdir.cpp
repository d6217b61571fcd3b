// SPDX-License-Identifier: GPL-2.0-only
// mkdir PATH...: makes Linux directories.
#include <ant/lib/report.h>
#include <ant/lib/unistd.h>

using namespace ant;

int main(int argc, char** argv) {
    if (argc < 2)
        return usage("mkdir PATH...");
    int status = 0;
    for (int i = 1; i < argc; i++)
        if (ant::mkdir(argv[i], 0777) != 0)
            status = report("mkdir", argv[i]);
    return status;
}
