// SPDX-License-Identifier: GPL-2.0-only
// A page of boot_params of any bytes, and the command line that it points at: what AnT makes of it
// lies where the page says.
#include "ant/mkernel/boot_parameters.h"

#include <antlinux/table.h>
#include <sys/mman.h>

#include <cstdlib>

#include "tests/fuzz/fuzz.h"

namespace {

using ant::PhysicalAddress;

// AnT reads physical memory. A piece of this process's plays it, with nothing behind it: a page for
// boot_params, and as much as the longest command line.
constexpr std::uint32_t memory_base = 0x1000'0000;
constexpr std::uint32_t memory_size = 2 * ant::page_size;
constexpr std::size_t command_line_pointer = 0x228; // boot_params's field
constexpr std::size_t longest_command_line = 2048;
constexpr std::uint32_t most = 512u << 20;

std::byte* map_memory() {
    void* memory =
        ::mmap(reinterpret_cast<void*>(std::uintptr_t{memory_base}), memory_size,
               PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (memory == MAP_FAILED)
        std::abort();
    return static_cast<std::byte*>(memory);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    static std::byte* const memory = map_memory();
    std::memset(memory, 'x', memory_size);
    if (size > 0)
        std::memcpy(memory, data, std::min<std::size_t>(size, memory_size));
    // kexec's pointer is believed, so it points somewhere, or nowhere.
    std::uint32_t pointer = 0;
    std::memcpy(&pointer, memory + command_line_pointer, sizeof pointer);
    if (pointer != 0)
        pointer = memory_base + pointer % (memory_size - longest_command_line + 1);
    std::memcpy(memory + command_line_pointer, &pointer, sizeof pointer);

    const ant::mkernel::BootParameters parameters{PhysicalAddress{memory_base}};
    ASSERT(parameters.command_line().size() <= longest_command_line);
    ASSERT(parameters.command_line().find('\0') == std::string_view::npos);
    if (const auto disk = parameters.ram_disk()) {
        ASSERT(!disk->is_empty());
        ASSERT(disk->is_valid());
    }
    const ant::PhysicalRange region = parameters.region(most);
    if (!region.is_empty())
        ASSERT(region.base == PhysicalAddress{ANTLINUX_REGION_BASE});
    ASSERT(region.size <= most);
    ASSERT(region.size % ant::large_page_size == 0);
    return 0;
}
