// SPDX-License-Identifier: GPL-2.0-only
// Operations as text: one table says what each consists of.
#include "operation.h"

#include <ant/lib/fcntl.h>
#include <ant/lib/format.h>
#include <ant/lib/string.h>

namespace ant {

namespace {

struct Form {
    std::string_view name;
    std::string_view fields;
};

// In the order of Operation::Kind.
constexpr Form forms[] = {
    {"open", "spf"},     {"close", "s"},    {"dup", "sS"},       {"read", "slb"},
    {"write", "sldb"},   {"pread", "slob"}, {"pwrite", "slodb"}, {"lseek", "sow"},
    {"ftruncate", "sl"}, {"fsync", "s"},    {"fstat", "s"},      {"truncate", "pl"},
    {"rename", "pP"},    {"unlink", "p"},   {"mkdir", "p"},      {"rmdir", "p"},
    {"stat", "p"},       {"list", "p"},
};
static_assert(std::size(forms) == Operation::kinds);

struct Flag {
    char letter;
    uint32_t value;
};
constexpr Flag open_flags[] = {{'c', O_CREAT}, {'t', O_TRUNC}, {'a', O_APPEND}, {'x', O_EXCL}};
constexpr std::string_view accesses[] = {"r", "w", "rw"}; // O_RDONLY, O_WRONLY, O_RDWR
constexpr std::string_view whences[] = {"set", "cur", "end"};
constexpr std::string_view places[] = {"private+", "ica+"};

std::string_view flags_text(uint32_t flags, std::span<char> buffer) {
    size_t length = 0;
    for (const char letter : accesses[flags & 3u])
        buffer[length++] = letter;
    for (const Flag& flag : open_flags)
        if ((flags & flag.value) != 0)
            buffer[length++] = flag.letter;
    return {buffer.data(), length};
}

bool parse_flags(std::string_view text, uint32_t& flags) {
    flags = text.starts_with("rw") ? O_RDWR : text.starts_with('w') ? O_WRONLY : O_RDONLY;
    if (!text.starts_with(accesses[flags]))
        return false;
    text.remove_prefix(accesses[flags].size());
    for (const char letter : text) {
        const Flag* found = nullptr;
        for (const Flag& flag : open_flags)
            if (flag.letter == letter)
                found = &flag;
        if (found == nullptr)
            return false;
        flags |= found->value;
    }
    return true;
}

bool parse_path(std::string_view text, FilePath& path) {
    const auto number = [](char letter) { return static_cast<uint8_t>(letter - 'a' + 1); };
    if (text.size() != 1 && (text.size() != 3 || text[1] != '/'))
        return false;
    path = {static_cast<uint8_t>(text.size() == 3 ? number(text[0]) : 0), number(text.back())};
    return path.directory <= FilePath::names && path.name >= 1 && path.name <= FilePath::names;
}

bool parse_word(std::string_view text, std::span<const std::string_view> words, uint32_t& value) {
    for (value = 0; value < words.size(); value++)
        if (words[value] == text)
            return true;
    return false;
}

bool parse_below(std::string_view text, uint64_t end, uint64_t& value) {
    return parse_number(text, value) && value < end;
}

bool parse_place(std::string_view text, Operation& operation) {
    operation.in_ica = text.starts_with(places[1]);
    const std::string_view place = places[operation.in_ica ? 1 : 0];
    uint64_t value = 0;
    if (!text.starts_with(place) ||
        !parse_below(text.substr(place.size()), Operation::max_misalignment + 1, value))
        return false;
    operation.misalignment = static_cast<uint8_t>(value);
    return true;
}

bool parse_field(char field, std::string_view text, Operation& operation) {
    uint64_t value = 0;
    bool good = true;
    switch (field) {
    case 's':
    case 'S':
        good = parse_below(text, Operation::slots, value);
        (field == 's' ? operation.slot : operation.other_slot) = static_cast<uint8_t>(value);
        return good;
    case 'p':
        return parse_path(text, operation.path);
    case 'P':
        return parse_path(text, operation.other_path);
    case 'f':
        return parse_flags(text, operation.flags);
    case 'w':
        return parse_word(text, whences, operation.flags);
    case 'o':
        return parse_number(text, operation.offset);
    case 'l':
    case 'd':
        good = parse_below(text, uint64_t{1} << 32, value);
        (field == 'l' ? operation.length : operation.seed) = static_cast<uint32_t>(value);
        return good;
    default:
        return parse_place(text, operation);
    }
}

std::string_view field_text(char field, const Operation& operation, std::span<char> buffer) {
    switch (field) {
    case 's':
        return format_to(buffer, "%u", unsigned{operation.slot});
    case 'S':
        return format_to(buffer, "%u", unsigned{operation.other_slot});
    case 'p':
        return path_text(operation.path, buffer);
    case 'P':
        return path_text(operation.other_path, buffer);
    case 'f':
        return flags_text(operation.flags, buffer);
    case 'w':
        return whences[operation.flags];
    case 'l':
        return format_to(buffer, "%u", operation.length);
    case 'o':
        return format_to(buffer, "%" PRId64, operation.offset);
    case 'd':
        return format_to(buffer, "%u", operation.seed);
    default:
        return format_to(buffer, "%s%u", places[operation.in_ica ? 1 : 0].data(),
                         unsigned{operation.misalignment});
    }
}

std::string_view take_word(std::string_view& text) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size() < text.size() ? word.size() + 1 : word.size());
    return word;
}

} // namespace

std::string_view fields_of(Operation::Kind kind) { return forms[static_cast<size_t>(kind)].fields; }
std::string_view name_of(Operation::Kind kind) { return forms[static_cast<size_t>(kind)].name; }

std::string_view path_text(FilePath path, std::span<char> buffer) {
    const auto letter = [](uint8_t number) { return static_cast<char>('a' + number - 1); };
    if (path.directory == 0)
        return format_to(buffer, "%c", letter(path.name));
    return format_to(buffer, "%c/%c", letter(path.directory), letter(path.name));
}

std::string_view operation_text(const Operation& operation, std::span<char> buffer) {
    BufferSink sink(buffer);
    sink.write(name_of(operation.kind));
    char field_buffer[32] = {};
    for (const char field : fields_of(operation.kind)) {
        sink.write(" ");
        sink.write(field_text(field, operation, field_buffer));
    }
    return sink.text();
}

bool parse_operation(std::string_view text, Operation& operation) {
    operation = {};
    const std::string_view name = take_word(text);
    size_t kind = 0;
    while (kind < Operation::kinds && forms[kind].name != name)
        kind++;
    if (kind == Operation::kinds)
        return false;
    operation.kind = static_cast<Operation::Kind>(kind);
    for (const char field : forms[kind].fields)
        if (!parse_field(field, take_word(text), operation))
            return false;
    return text.empty();
}

void fill_data(std::byte* to, size_t count, uint32_t seed, size_t start) {
    // A word of its own for every four bytes, so that no place looks like another.
    const auto word_of = [seed](size_t position) {
        uint32_t word =
            (static_cast<uint32_t>(position / 4) + 1) * 0x9e3779b1u ^ seed * 0x85ebca6bu;
        word ^= word >> 15;
        return word * 0x2c1b3c6du;
    };
    uint32_t word = word_of(start);
    for (size_t i = 0; i < count; i++) {
        const size_t position = start + i;
        if (position % 4 == 0)
            word = word_of(position);
        to[i] = static_cast<std::byte>(word >> (position % 4 * 8));
    }
}

} // namespace ant
