// SPDX-License-Identifier: GPL-2.0-only
// What `ps` and `kill` do. They are programs, for `on CORE` and `&`, and commands of the shell's
// own: when no process can be started any more, the shell still shows and ends those that there
// are.
#ifndef ANT_APPS_COMMON_PROCESS_COMMANDS_H
#define ANT_APPS_COMMON_PROCESS_COMMANDS_H

#include <span>

namespace ant {

/// Prints AnT's processes, one a line. `words`: ps's own. An exit status.
[[nodiscard]] int list_processes(std::span<const char* const> words);

/// Ends processes. `words`: kill's own, a signal, which makes no difference, and process numbers.
/// An exit status.
[[nodiscard]] int kill_processes(std::span<const char* const> words);

} // namespace ant

#endif
