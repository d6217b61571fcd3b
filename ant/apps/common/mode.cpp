// SPDX-License-Identifier: GPL-2.0-only
// Permissions; see mode.h.
#include <ant/apps/common/mode.h>

namespace ant {

namespace {

std::optional<unsigned> parse_octal(std::string_view text) {
    unsigned mode = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '7' || mode > 0777)
            return std::nullopt;
        mode = 8 * mode + static_cast<unsigned>(digit - '0');
    }
    return mode;
}

/// Takes the leading characters of `letters` off the text; the bits that belong to them.
unsigned take(std::string_view& text, std::string_view letters, const unsigned* bits) {
    unsigned found = 0;
    while (!text.empty() && letters.find(text.front()) != std::string_view::npos) {
        found |= bits[letters.find(text.front())];
        text.remove_prefix(1);
    }
    return found;
}

/// One of "u=rw", "g-w+x", "+x". `mode` is what was before, and what comes of it.
bool apply(std::string_view clause, unsigned& mode) {
    constexpr unsigned who_bits[] = {04700, 02070, 01007, 07777};
    constexpr unsigned what_bits[] = {0444, 0222, 0111, 0111, 06000, 01000}; // X: of a directory
    constexpr std::string_view others = "ogu"; // by their place in a mode
    unsigned who = take(clause, "ugoa", who_bits);
    const unsigned mask = who == 0 ? proxy_mask : 0; // a missing who is all that the mask leaves
    if (who == 0)
        who = 07777;
    if (clause.empty())
        return false;
    while (!clause.empty()) {
        const char operation = clause.front();
        clause.remove_prefix(1);
        unsigned what = take(clause, "rwxXst", what_bits);
        const size_t other = clause.empty() ? others.npos : others.find(clause.front());
        if (what == 0 && other != others.npos) {
            what = 0111 * (mode >> (3 * other) & 7); // what that one has
            clause.remove_prefix(1);
        }
        what &= who & ~mask;
        if (operation == '=')
            mode = (mode & ~who) | what;
        else if (operation == '+')
            mode |= what;
        else if (operation == '-')
            mode &= ~what;
        else
            return false;
    }
    return true;
}

} // namespace

std::optional<unsigned> parse_mode(std::string_view text, unsigned mode) {
    if (!text.empty() && text.front() >= '0' && text.front() <= '9')
        return parse_octal(text);
    while (true) {
        const size_t comma = text.find(',');
        if (!apply(text.substr(0, comma), mode))
            return std::nullopt;
        if (comma == std::string_view::npos)
            return mode;
        text.remove_prefix(comma + 1);
    }
}

} // namespace ant
