// SPDX-License-Identifier: GPL-2.0-only
// ps: AnT's processes, one a line.
#include <ant/apps/common/process_commands.h>

int main() { return ant::list_processes(); }
