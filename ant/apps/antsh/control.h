// SPDX-License-Identifier: GPL-2.0-only
// The shell as a service for the host: the control channel of <antlinux/testbed.h>.
#ifndef ANT_APPS_ANTSH_CONTROL_H
#define ANT_APPS_ANTSH_CONTROL_H

namespace ant {

class Shell;

/// Says "ready", then runs each "run COMMAND LINE" that comes in and reports its
/// end. Returns only when the console cannot be read any more: an exit status.
[[nodiscard]] int serve_control_channel(Shell& shell);

/// Serves the requests in a file of Linux's, as if they had come over the channel: what runs
/// then does not depend on when the host speaks. Nothing of it is open or kept by Linux while
/// the requests run. A failure is told on standard error.
void serve_control_script(Shell& shell, const char* path);

} // namespace ant

#endif
