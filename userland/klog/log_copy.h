// SPDX-License-Identifier: GPL-2.0-only
// Reading AnT's kernel log while AnT writes it.
#pragma once

#include <antlinux/observe/log.h>

#include <string>

#include "userland/common/errno.h"

namespace antlinux {

// The lines that the log at `header`, with its text behind it, holds now. What AnT overwrote while
// it was copied is left out. ENODATA: no log is there; EPROTO: not one that we understand.
Result<std::string> copy_log(const antlinux_log& header, const char* text);

} // namespace antlinux
