// SPDX-License-Identifier: GPL-2.0-only
// Reading AnT's command line.
#include "ant/mkernel/settings.h"

#include <antlinux/abi.h>
#include <antlinux/table.h>
#include <array>

#include "ant/base/text.h"
#include "ant/linux/table.h"

namespace ant::mkernel {

namespace {

constexpr std::array<std::string_view, 12> words{
    "cores", "tsc_khz", "lapic_khz", "linux_core", "linux_vector", "start_page",
    "depth", "pci",     "ecam",      "ica",        "debug_exit",   "script"};

// QEMU's local APIC timer, for an AnT that is started without Mint, which otherwise tells it.
constexpr std::uint32_t default_lapic_khz = 1'000'000;
constexpr std::uint32_t default_start_page = 0x9000;
constexpr std::uint32_t default_depth = 16;
constexpr std::uint32_t default_ecam = 0xb000'0000;
constexpr std::size_t longest_script = 128; // bytes of its name
constexpr std::uint32_t default_ica_bytes = 256u << 20;

template<typename T> T accept(Parsed<T> parsed) {
    if (parsed.is_error())
        panic("AnT's command line: %.*s: %s", TEXT(parsed.error().word), parsed.error().reason);
    return std::move(parsed).value();
}

[[noreturn]] void refuse(const char* name, const char* reason) {
    panic("AnT's command line: %s: %s", name, reason);
}

std::uint32_t number(const CommandLine& line, std::string_view name, std::uint32_t fallback,
                     std::uint32_t low, std::uint32_t high) {
    return line.has(name) ? accept(line.number_between(name, low, high)) : fallback;
}

} // namespace

std::optional<std::uint16_t> read_debug_exit_port(const CommandLine& line) {
    // debug_exit=0 takes an earlier one back.
    const std::uint32_t port = number(line, "debug_exit", 0, 0, 0xffff);
    if (port == 0)
        return std::nullopt;
    return static_cast<std::uint16_t>(port);
}

Settings read_settings(const CommandLine& line) {
    constexpr std::uint32_t highest_core = ANTLINUX_MAX_CORES - 1;
    constexpr std::uint32_t any = 0xffff'ffff;
    Settings settings;
    settings.cores = accept(line.cores("cores", CoreNumber{highest_core}));
    settings.frequencies.time_stamp_counter = number(line, "tsc_khz", 0, 1, any);
    settings.frequencies.local_apic_timer =
        number(line, "lapic_khz", default_lapic_khz, 1'000, 10'000'000);
    settings.linux_core = CoreNumber{number(line, "linux_core", 0, 0, highest_core)};
    if (line.has("linux_vector")) {
        settings.linux_vector = Vector{number(line, "linux_vector", 0, 0x20, 0xff - highest_core)};
        if (settings.cores.contains(settings.linux_core))
            refuse("linux_core", "the core is also in cores=");
    }
    settings.start_page =
        PhysicalAddress{number(line, "start_page", default_start_page, page_size, 0xff000)};
    if (!settings.start_page.is_page_aligned())
        refuse("start_page", "not the address of a page");
    settings.ring_depth = number(line, "depth", default_depth, 1, ANTLINUX_MAX_DEPTH);
    if (!is_ring_depth(settings.ring_depth))
        refuse("depth", "not a power of two");
    settings.pci = accept(line.pci_ids("pci"));
    settings.ecam = PhysicalAddress{number(line, "ecam", default_ecam, 0x8000'0000, any)};
    if (!settings.ecam.is_aligned(large_page_size))
        refuse("ecam", "not aligned to 2 MiB");
    settings.ica_bytes = number(line, "ica", default_ica_bytes, large_page_size, any);
    if (settings.ica_bytes % large_page_size != 0)
        refuse("ica", "not a multiple of 2 MiB");
    settings.script = line.value("script").value_or(std::string_view{});
    if (settings.script.size() >= longest_script)
        refuse("script", "too long a name");
    settings.unknown_word = line.unknown_word(words);
    return settings;
}

} // namespace ant::mkernel
