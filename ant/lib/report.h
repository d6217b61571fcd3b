// SPDX-License-Identifier: GPL-2.0-only
// Messages of the programs, worded as on any Unix.
#ifndef ANT_LIB_REPORT_H
#define ANT_LIB_REPORT_H

#include <ant/lib/errno.h>
#include <ant/lib/options.h>
#include <ant/lib/stdio.h>

namespace ant {

constexpr int exit_failure = 1; ///< something could not be done
constexpr int exit_usage = 2;   ///< the command line is wrong

/// Prints "PROGRAM: SUBJECT: text of last_error". Returns exit_failure.
inline int report(const char* program, const char* subject) {
    dprintf(standard_error, "%s: %s: %s\n", program, subject, strerror(last_error));
    return exit_failure;
}

/// Prints "PROGRAM: WHAT 'SUBJECT'REST: text of last_error", as in "cannot open 'x' for reading".
/// Returns exit_failure.
inline int report(const char* program, const char* what, const char* subject,
                  const char* rest = "") {
    dprintf(standard_error, "%s: %s '%s'%s: %s\n", program, what, subject, rest,
            strerror(last_error));
    return exit_failure;
}

/// Prints "usage: TEXT". Returns exit_usage.
inline int usage(const char* text) {
    dprintf(standard_error, "usage: %s\n", text);
    return exit_usage;
}

} // namespace ant

#endif
