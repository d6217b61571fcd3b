// SPDX-License-Identifier: GPL-2.0-only
// A process's console: descriptors 0, 1 and 2. On the terminal it is the server "console" that
// reads and writes, as long as there is one; otherwise, and on the control channel, the kernel.
#ifndef ANT_LIB_CONSOLE_H
#define ANT_LIB_CONSOLE_H

#include <cstddef>
#include <cstdint>

namespace ant {

/// Taken for granted: a serial console does not tell.
constexpr size_t console_columns = 80;

/// How this process's read() gets what is typed on the terminal.
enum class ConsoleInput : uint8_t {
    lines, ///< edited and echoed by the server; 0 bytes: Ctrl-D
    keys,  ///< as it is typed
};

/// `lines` until this is called. When the kernel reads it is always keys.
void set_console_input(ConsoleInput how);

// ---- Behind read() and write(): bytes, or minus an errno.

/// Blocks for at least one byte (lines: for a line).
[[nodiscard]] intptr_t console_read(void* data, size_t length);

/// Perhaps not all. What a server was writing when it was killed comes once more.
[[nodiscard]] intptr_t console_write(int stream, const void* data, size_t length);

// ---- For the server, ant/abi/syscall.h tells more. -1 and last_error on failure.

/// This process serves the terminal from now on. EBUSY: another one does.
[[nodiscard]] int serve_console();

/// The process that serves this process's console; 0: the kernel does.
[[nodiscard]] int console_server();

/// Ctrl-C: ends the terminal's owner and the next ones until it is called with false. 1: there was
/// an owner.
[[nodiscard]] int console_interrupt(bool on);

} // namespace ant

#endif
