// SPDX-License-Identifier: GPL-2.0-only
// Parsing of the command line's words and values.
#include "ant/mkernel/command_line.h"

#include <algorithm>
#include <limits>

#include "ant/base/text.h"

namespace ant {
namespace {

constexpr std::string_view blanks = " \t\r\n";

// Cuts the next word off; empty at the end.
std::string_view next_word(std::string_view& text) {
    const std::size_t start = text.find_first_not_of(blanks);
    if (start == std::string_view::npos) {
        text = {};
        return {};
    }
    text.remove_prefix(start);
    const std::size_t length = std::min(text.find_first_of(blanks), text.size());
    const std::string_view word = first_part(text, length);
    text.remove_prefix(length);
    return word;
}

std::string_view name_of_word(std::string_view word) { return first_part(word, word.find('=')); }

// Cuts the part before the next comma off, and the comma.
std::string_view next_item(std::string_view& list) {
    const std::size_t comma = list.find(',');
    const std::string_view item = first_part(list, comma);
    list = comma == std::string_view::npos ? std::string_view{} : without_first(list, comma + 1);
    return item;
}

std::optional<std::uint32_t> digit_value(char c, std::uint32_t base) {
    std::uint32_t value = base;
    if (c >= '0' && c <= '9')
        value = static_cast<std::uint32_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
        value = static_cast<std::uint32_t>(c - 'a') + 10;
    else if (c >= 'A' && c <= 'F')
        value = static_cast<std::uint32_t>(c - 'A') + 10;
    if (value >= base)
        return std::nullopt;
    return value;
}

// Nothing for no digits, another character, or a value above 64 bits.
std::optional<std::uint64_t> digits(std::string_view text, std::uint32_t base) {
    if (text.empty())
        return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : text) {
        const auto digit = digit_value(c, base);
        if (!digit || __builtin_mul_overflow(number, std::uint64_t{base}, &number) ||
            __builtin_add_overflow(number, std::uint64_t{*digit}, &number))
            return std::nullopt;
    }
    return number;
}

std::optional<std::uint64_t> plain_number(std::string_view text) {
    if (first_part(text, 2) == "0x" || first_part(text, 2) == "0X")
        return digits(without_first(text, 2), 16);
    return digits(text, 10);
}

std::optional<std::uint64_t> scaled_number(std::string_view text) {
    unsigned shift = 0;
    if (text.ends_with('K') || text.ends_with('k'))
        shift = 10;
    else if (text.ends_with('M') || text.ends_with('m'))
        shift = 20;
    else if (text.ends_with('G') || text.ends_with('g'))
        shift = 30;
    if (shift != 0)
        text.remove_suffix(1);
    const auto number = plain_number(text);
    if (!number || *number > std::numeric_limits<std::uint64_t>::max() >> shift)
        return std::nullopt;
    return *number << shift;
}

} // namespace

std::string_view CommandLine::word(std::string_view name) const {
    std::string_view found;
    std::string_view rest = text_;
    for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest))
        if (name_of_word(word) == name)
            found = word;
    return found;
}

std::optional<std::string_view> CommandLine::value(std::string_view name) const {
    const std::string_view found = word(name);
    if (found.empty())
        return std::nullopt;
    return without_first(found, name.size() + 1);
}

Parsed<std::uint64_t> CommandLine::number(std::string_view name) const {
    const auto text = value(name);
    if (!text)
        return CommandLineError{name, "is missing"};
    const auto number = scaled_number(*text);
    if (!number)
        return CommandLineError{word(name), "not a number"};
    return *number;
}

Parsed<std::uint32_t> CommandLine::number_between(std::string_view name, std::uint32_t low,
                                                  std::uint32_t high) const {
    const std::uint64_t value = TRY(number(name));
    if (value < low || value > high)
        return CommandLineError{word(name), "out of range"};
    return static_cast<std::uint32_t>(value);
}

Parsed<CoreList> CommandLine::cores(std::string_view name, CoreNumber highest) const {
    ASSERT(highest.value() < CoreList::capacity);
    const auto text = value(name);
    if (!text)
        return CommandLineError{name, "is missing"};
    const std::string_view bad = word(name);
    CoreList list;
    std::string_view rest = *text;
    do {
        const std::string_view item = next_item(rest);
        const std::size_t dash = item.find('-');
        const auto first = digits(first_part(item, dash), 10);
        const auto last =
            dash == std::string_view::npos ? first : digits(without_first(item, dash + 1), 10);
        if (!first || !last)
            return CommandLineError{bad, "not a list of cores such as 1,2 or 1-3"};
        if (*first > *last)
            return CommandLineError{bad, "a range of cores that runs backwards"};
        if (*last > highest.value())
            return CommandLineError{bad, "a core number that is too large"};
        for (auto core = static_cast<std::uint32_t>(*first); core <= *last; ++core) {
            if (list.contains(CoreNumber{core}))
                return CommandLineError{bad, "a core twice"};
            list.add(CoreNumber{core});
        }
    } while (!rest.empty());
    if (text->ends_with(','))
        return CommandLineError{bad, "not a list of cores such as 1,2 or 1-3"};
    return list;
}

Parsed<PciIdList> CommandLine::pci_ids(std::string_view name) const {
    PciIdList list;
    const auto text = value(name);
    if (!text)
        return list;
    constexpr std::size_t id_digits = 4;
    constexpr const char* bad_id = "not a list of PCI ids such as 1234:11e8";
    std::string_view rest = *text;
    do {
        const std::string_view item = next_item(rest);
        if (item.size() != 2 * id_digits + 1 || item[id_digits] != ':')
            return CommandLineError{word(name), bad_id};
        const auto vendor = digits(first_part(item, id_digits), 16);
        const auto device = digits(without_first(item, id_digits + 1), 16);
        if (!vendor || !device)
            return CommandLineError{word(name), bad_id};
        if (!list.add({static_cast<std::uint16_t>(*vendor), static_cast<std::uint16_t>(*device)}))
            return CommandLineError{word(name), "too many PCI ids"};
    } while (!rest.empty());
    if (text->ends_with(','))
        return CommandLineError{word(name), bad_id};
    return list;
}

std::optional<std::string_view>
CommandLine::unknown_word(std::span<const std::string_view> names) const {
    std::string_view rest = text_;
    for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest)) {
        bool known = false;
        for (const std::string_view name : names)
            known = known || name_of_word(word) == name;
        if (!known)
            return word;
    }
    return std::nullopt;
}

} // namespace ant
