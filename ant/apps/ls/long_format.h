// SPDX-License-Identifier: GPL-2.0-only
// The texts of `ls -l`: "drwxr-xr-x" and dates.
#ifndef ANT_APPS_LS_LONG_FORMAT_H
#define ANT_APPS_LS_LONG_FORMAT_H

#include <array>
#include <cstdint>

namespace ant {

/// antlinux_stat::mode as ten characters and a NUL.
[[nodiscard]] std::array<char, 11> mode_text(unsigned mode);

struct CivilTime {
    int64_t year;
    unsigned month; ///< 1..12
    unsigned day;   ///< 1..31
    unsigned hour, minute;
};

/// Seconds since 1970 as date and time, UTC.
[[nodiscard]] CivilTime civil_time(int64_t seconds);

} // namespace ant

#endif
