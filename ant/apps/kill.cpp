// SPDX-License-Identifier: GPL-2.0-only
// kill PID...: ends AnT processes.
#include <ant/apps/common/process_commands.h>
#include <cstddef>

int main(int argc, char** argv) {
    return ant::kill_processes({argv + 1, static_cast<size_t>(argc - 1)});
}
