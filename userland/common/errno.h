// SPDX-License-Identifier: GPL-2.0-only
// AnT's Result and Errno (ant/base/result.h), with what Linux's <errno.h> has to say.
#pragma once

#include <cerrno>

#include "ant/base/result.h"

namespace antlinux {

using ant::Errno;
using ant::Result;

inline Errno last_errno() { return Errno{errno}; }
inline int number(Errno error) { return static_cast<int>(error); }

} // namespace antlinux
