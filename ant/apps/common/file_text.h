// SPDX-License-Identifier: GPL-2.0-only
// What stat() says of a file, as text: "directory", "drwxr-xr-x", dates, owners.
#ifndef ANT_APPS_COMMON_FILE_TEXT_H
#define ANT_APPS_COMMON_FILE_TEXT_H

#include <array>
#include <cstdint>

namespace ant {

/// antlinux_stat::mode's type in words.
[[nodiscard]] const char* type_name(unsigned mode);

/// antlinux_stat::mode as ten characters and a NUL.
[[nodiscard]] std::array<char, 11> mode_text(unsigned mode);

struct CivilTime {
    int64_t year;
    unsigned month; ///< 1..12
    unsigned day;   ///< 1..31
    unsigned hour, minute, second;
};

/// Seconds since 1970 as date and time, UTC.
[[nodiscard]] CivilTime civil_time(int64_t seconds);

/// The two parts of a device's number, as Linux puts them together (antlinux_stat::rdev).
constexpr unsigned device_major(uint64_t number) {
    return static_cast<unsigned>((number >> 8 & 0xfff) | (number >> 32 & ~uint64_t{0xfff}));
}
constexpr unsigned device_minor(uint64_t number) {
    return static_cast<unsigned>((number & 0xff) | (number >> 12 & ~uint64_t{0xff}));
}

/// Linux's names of its users or of its groups. The last one is kept: as a rule it is the next one,
/// too.
class OwnerNames {
public:
    /// `file`: users or groups.
    explicit constexpr OwnerNames(const char* file) : file_(file) {}
    static constexpr const char* users = "/etc/passwd";
    static constexpr const char* groups = "/etc/group";

    /// A number without a name stays a number. Valid until the next call.
    [[nodiscard]] const char* of(uint32_t number);

private:
    bool find(uint32_t number);

    const char* file_;
    bool known_ = false;
    uint32_t number_ = 0;
    char name_[33] = {}; // Linux's names have 32 characters at most
};

} // namespace ant

#endif
