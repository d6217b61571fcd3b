// SPDX-License-Identifier: GPL-2.0-only
// The newc reader. Format: cpio(5), Linux's Documentation/driver-api/early-userspace/buffer-format.
#include "ant/mkernel/cpio.h"

#include "ant/base/text.h"

namespace ant {
namespace {

// An entry: a header of 110 characters, the name with its NUL, the data; name and data are padded
// to a multiple of 4. After the magic number the header is 13 fields of 8 hexadecimal digits.
constexpr std::size_t header_size = 110;
constexpr std::size_t magic_size = 6;
constexpr std::size_t field_digits = 8;
constexpr std::size_t mode_field = 1;
constexpr std::size_t file_size_field = 6;
constexpr std::size_t name_size_field = 11;

constexpr std::string_view end_marker = "TRAILER!!!";

std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Nothing when it is not eight hexadecimal digits.
std::optional<std::uint32_t> field(std::string_view header, std::size_t number) {
    std::uint32_t value = 0;
    for (const char c : part(header, magic_size + number * field_digits, field_digits)) {
        std::uint32_t digit = 0;
        if (c >= '0' && c <= '9')
            digit = static_cast<std::uint32_t>(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = static_cast<std::uint32_t>(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            digit = static_cast<std::uint32_t>(c - 'A') + 10;
        else
            return std::nullopt;
        value = value << 4 | digit;
    }
    return value;
}

std::size_t padding(std::size_t offset) { return (4 - offset % 4) % 4; }

// The same file whether it was archived as bin/x, ./bin/x or /bin/x.
std::string_view relative(std::string_view name) {
    if (first_part(name, 2) == "./")
        name.remove_prefix(2);
    while (name.starts_with('/'))
        name.remove_prefix(1);
    return name;
}

} // namespace

// Sizes are compared with what is left, never added to an offset first: a sum could wrap around.
Result<std::optional<CpioEntry>> CpioReader::next() {
    if (ended_)
        return std::optional<CpioEntry>{};
    std::span<const std::byte> rest = archive_.subspan(offset_);
    if (rest.size() < header_size)
        return Errno::einval;
    const std::string_view header = as_text(rest.first(header_size));
    // 070702 is the same with a checksum, which Linux ignores, too.
    const std::string_view magic = first_part(header, magic_size);
    if (magic != "070701" && magic != "070702")
        return Errno::einval;
    const auto mode = field(header, mode_field);
    const auto file_size = field(header, file_size_field);
    const auto name_size = field(header, name_size_field);
    if (!mode || !file_size || !name_size)
        return Errno::einval;

    rest = rest.subspan(header_size);
    if (*name_size == 0 || *name_size > rest.size())
        return Errno::einval;
    const std::string_view name = as_text(rest.first(*name_size - 1));
    if (rest[*name_size - 1] != std::byte{0} || name.find('\0') != std::string_view::npos)
        return Errno::einval;

    rest = rest.subspan(*name_size);
    if (name == end_marker) {
        ended_ = true;
        return std::optional<CpioEntry>{};
    }
    const std::size_t name_padding = padding(header_size + *name_size);
    if (name_padding > rest.size() || *file_size > rest.size() - name_padding)
        return Errno::einval;
    const std::span<const std::byte> data = rest.subspan(name_padding, *file_size);
    rest = rest.subspan(name_padding + *file_size);
    const std::size_t data_padding = padding(*file_size);
    if (data_padding > rest.size())
        return Errno::einval;
    offset_ = archive_.size() - (rest.size() - data_padding);
    return std::optional{CpioEntry{relative(name), data, *mode}};
}

Result<CpioEntry> find_file(std::span<const std::byte> archive, std::string_view name) {
    CpioReader reader{archive};
    const std::string_view wanted = relative(name);
    while (true) {
        const std::optional<CpioEntry> entry = TRY(reader.next());
        if (!entry)
            return Errno::enoent;
        if (entry->is_regular_file() && entry->name == wanted)
            return *entry;
    }
}

} // namespace ant
