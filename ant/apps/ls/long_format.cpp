// SPDX-License-Identifier: GPL-2.0-only
// Modes and dates; see long_format.h.
#include "long_format.h"

#include <ant/lib/fcntl.h>

namespace ant {

std::array<char, 11> mode_text(unsigned mode) {
    std::array<char, 11> text = {};
    switch (mode & S_IFMT) {
    case S_IFDIR:
        text[0] = 'd';
        break;
    case S_IFCHR:
        text[0] = 'c';
        break;
    case S_IFBLK:
        text[0] = 'b';
        break;
    case S_IFIFO:
        text[0] = 'p';
        break;
    case S_IFSOCK:
        text[0] = 's';
        break;
    case S_IFLNK:
        text[0] = 'l';
        break;
    default:
        text[0] = '-';
        break;
    }
    for (unsigned bit = 0; bit < 9; bit++)
        text[1 + bit] = (mode & (0400u >> bit)) != 0 ? "rwx"[bit % 3] : '-';
    // Set-user-id, set-group-id, sticky: a capital letter when x is off.
    constexpr struct {
        unsigned bit, place;
        const char* letters;
    } special[] = {{04000, 3, "sS"}, {02000, 6, "sS"}, {01000, 9, "tT"}};
    for (const auto& s : special)
        if ((mode & s.bit) != 0)
            text[s.place] = s.letters[text[s.place] == 'x' ? 0 : 1];
    return text;
}

CivilTime civil_time(int64_t seconds) {
    constexpr int64_t day_seconds = 86400;
    int64_t days = seconds / day_seconds;
    int64_t rest = seconds % day_seconds;
    if (rest < 0) {
        rest += day_seconds;
        days--;
    }
    // The calendar repeats every 400 years (146,097 days). Years that start on 1 March
    // have their leap day at the end, which makes the rest regular: from March on,
    // five months have 153 days. 719,468 days lie between 0000-03-01 and 1970-01-01.
    days += 719468;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const int64_t day_of_era = days - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t march_month = (5 * day_of_year + 2) / 153; // 0 = March
    const auto day = static_cast<unsigned>(day_of_year - (153 * march_month + 2) / 5 + 1);
    const auto month = static_cast<unsigned>(march_month < 10 ? march_month + 3 : march_month - 9);
    return {.year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
            .month = month,
            .day = day,
            .hour = static_cast<unsigned>(rest / 3600),
            .minute = static_cast<unsigned>(rest / 60 % 60)};
}

} // namespace ant
