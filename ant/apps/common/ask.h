// SPDX-License-Identifier: GPL-2.0-only
// A question to the person at the terminal, for -i.
#ifndef ANT_APPS_COMMON_ASK_H
#define ANT_APPS_COMMON_ASK_H

namespace ant {

/// Prints "PROGRAM: WHAT 'PATH'? ". Does the answer begin with y? Without anybody to answer: no.
[[nodiscard]] bool ask(const char* program, const char* what, const char* path);

} // namespace ant

#endif
