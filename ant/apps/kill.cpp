// SPDX-License-Identifier: GPL-2.0-only
// kill: ends AnT processes; a signal may be named, and 0 only asks whether there is such a process.
#include <ant/apps/common/process_commands.h>
#include <cstddef>

int main(int argc, char** argv) {
    return ant::kill_processes({argv + 1, static_cast<size_t>(argc - 1)});
}
