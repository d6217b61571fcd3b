// SPDX-License-Identifier: GPL-2.0-only
// The names that the Tab key completes, on the real AnT: its shell's commands, its RAM disk's
// programs, Linux's files.
#ifndef ANT_APPS_ANTSH_NAMES_H
#define ANT_APPS_ANTSH_NAMES_H

#include "completion.h"

namespace ant {

/// Linux's are fetched by a child (errand.h): Ctrl-C ends it, and there are none then.
extern const NameSource names_of_ant;

} // namespace ant

#endif
