// SPDX-License-Identifier: GPL-2.0-only
// The first processes: init, then a shell on each console, and its successors.
#pragma once

#include <cstdint>
#include <string_view>

#include "ant/core/process.h"

namespace ant {
class CommandLine;
}

namespace ant::mkernel {

struct Settings;

// AnT's last step at boot: start_init(). The self-test's image has one of its own
// (selftest/start.cpp).
void start_processes(const CommandLine& line, const Settings& settings);

// init, with the names of the servers that are to be there before anybody asks for them. `script`,
// unless empty, is the name of a file of Linux's: the control channel's first shell serves it
// before the host.
void start_init(std::string_view script);

// What cannot be started now may start later: each second while a console is without its shell.
void retry_shells();

// A process has ended. If it was init: antsh on the terminal and antsh --control on the control
// channel. If it was a console's shell: the console gets a new one.
void start_successor(ProcessNumber ended, Nanoseconds started, std::uint32_t status);

} // namespace ant::mkernel
