// SPDX-License-Identifier: GPL-2.0-only
// Types, modes, dates, owners; see file_text.h.
#include <ant/apps/common/file.h>
#include <ant/apps/common/file_text.h>
#include <ant/lib/lines.h>
#include <ant/lib/string.h>

namespace ant {

namespace {

struct Type {
    unsigned mode;
    char letter;
    const char* name;
};
constexpr Type types[] = {
    {S_IFREG, '-', "regular file"},  {S_IFDIR, 'd', "directory"},
    {S_IFLNK, 'l', "symbolic link"}, {S_IFCHR, 'c', "character device"},
    {S_IFBLK, 'b', "block device"},  {S_IFIFO, 'p', "fifo"},
    {S_IFSOCK, 's', "socket"},       {0, '?', "unknown"},
};

const Type& type_of(unsigned mode) {
    const Type* type = types;
    while (type->mode != 0 && type->mode != (mode & S_IFMT))
        type++;
    return *type;
}

} // namespace

const char* type_name(unsigned mode) { return type_of(mode).name; }

std::array<char, 11> mode_text(unsigned mode) {
    std::array<char, 11> text = {};
    text[0] = type_of(mode).letter;
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
            .minute = static_cast<unsigned>(rest / 60 % 60),
            .second = static_cast<unsigned>(rest % 60)};
}

/// "NAME:x:NUMBER:...": /etc/passwd and /etc/group agree so far.
bool OwnerNames::find(uint32_t number) {
    const File file(file_, O_RDONLY);
    if (!file.valid())
        return false;
    LineReader reader(file.descriptor());
    while (const auto line = reader.next()) {
        const size_t name_end = line->find(':');
        const size_t begin = line->find(':', name_end + 1);
        uint64_t found = 0;
        if (begin == std::string_view::npos || name_end >= sizeof(name_) ||
            !parse_number(line->substr(begin + 1, line->find(':', begin + 1) - begin - 1), found) ||
            found != number)
            continue;
        strlcpy(name_, line->substr(0, name_end), sizeof(name_));
        return true;
    }
    return false;
}

const char* OwnerNames::of(uint32_t number) {
    if (known_ && number_ == number)
        return name_;
    known_ = true;
    number_ = number;
    if (!find(number))
        snprintf(name_, sizeof(name_), "%u", number);
    return name_;
}

} // namespace ant
