// SPDX-License-Identifier: GPL-2.0-only
// ps: AnT's processes, one a line.
#include <ant/apps/common/process_commands.h>
#include <cstddef>

int main(int argc, char** argv) {
    return ant::list_processes({argv + 1, static_cast<size_t>(argc - 1)});
}
