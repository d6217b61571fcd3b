// SPDX-License-Identifier: GPL-2.0-only
// Reading boot_params.
#include "ant/mkernel/boot_parameters.h"

#include <algorithm>
#include <antlinux/table.h>
#include <array>
#include <cstring>

namespace ant::mkernel {

namespace {

// Offsets in boot_params.
enum class Field : std::size_t {
    e820_entries = 0x1e8,   // one byte
    ram_disk_image = 0x218, // u32 each
    ram_disk_size = 0x21c,
    command_line = 0x228,
    e820_table = 0x2d0,
};

constexpr std::size_t e820_max_entries = 128;
constexpr std::uint32_t e820_usable = 1;

struct [[gnu::packed]] E820Entry {
    std::uint64_t base;
    std::uint64_t size;
    std::uint32_t type;
};
static_assert(sizeof(E820Entry) == 20);

// The command line is copied: it may lie in memory that is not AnT's.
constexpr std::size_t command_line_bytes = 2048;
constinit std::array<char, command_line_bytes> command_line_copy{};

template<typename T> T read(std::span<const std::byte> page, Field field, std::size_t index = 0) {
    T value{};
    std::memcpy(&value, page.data() + static_cast<std::size_t>(field) + index * sizeof(T),
                sizeof(T));
    return value;
}

std::string_view copy_command_line(PhysicalAddress from) {
    if (from.value() == 0)
        return {};
    const auto* text = pointer_to<const char>(identity(from));
    std::size_t length = 0;
    while (length < command_line_bytes && text[length] != '\0') {
        command_line_copy[length] = text[length];
        ++length;
    }
    return {command_line_copy.data(), length};
}

} // namespace

BootParameters::BootParameters(PhysicalAddress boot_params)
    : page_(pointer_to<const std::byte>(identity(boot_params)), page_size) {
    command_line_ =
        copy_command_line(PhysicalAddress{read<std::uint32_t>(page_, Field::command_line)});
    const PhysicalRange disk{PhysicalAddress{read<std::uint32_t>(page_, Field::ram_disk_image)},
                             read<std::uint32_t>(page_, Field::ram_disk_size)};
    if (!disk.is_empty() && disk.is_valid())
        ram_disk_ = disk;
}

PhysicalRange BootParameters::region(std::uint32_t most) const {
    constexpr std::uint64_t base = ANTLINUX_REGION_BASE;
    const std::size_t entries =
        std::min<std::size_t>(read<std::uint8_t>(page_, Field::e820_entries), e820_max_entries);
    for (std::size_t i = 0; i < entries; ++i) {
        const auto entry = read<E820Entry>(page_, Field::e820_table, i);
        if (entry.type != e820_usable || entry.base > base || entry.base + entry.size <= base)
            continue;
        const std::uint64_t size = std::min<std::uint64_t>(entry.base + entry.size - base, most);
        return {PhysicalAddress{static_cast<std::uint32_t>(base)},
                static_cast<std::uint32_t>(size) & ~(large_page_size - 1)};
    }
    return {};
}

} // namespace ant::mkernel
