// SPDX-License-Identifier: GPL-2.0-only
// What an image of AnT's says of itself: where its parts lie, its symbols, and what it takes for
// the shared memory. The same object in both images; the linker scripts give the addresses.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ant {

struct Symbol {
    std::uint32_t address;
    const char* name;
};

struct KernelImage {
    static constexpr std::uint32_t magic_number = 0x4b746e41; // "AntK"

    std::uint32_t magic;
    const std::byte* text;
    const std::byte* text_end;
    const std::byte* constants;
    const std::byte* constants_end; // here the symbol table begins, and ends at `data`
    const std::byte* data;
    const std::byte* zero; // data that begins as zero
    const std::byte* end;
    const Symbol* symbols; // sorted by address
    const std::uint32_t* symbol_count;
    // Two images that were not built together would share nonsense.
    const void* shared_cores;
    const void* shared_processes;
    std::uint32_t core_bytes;
    std::uint32_t process_bytes;

    bool has_code_at(std::uint32_t address) const {
        return address >= number(text) && address < number(text_end);
    }
    bool has_data_at(std::uint32_t address) const {
        return address >= number(data) && address < number(end);
    }
    bool shares_with(const KernelImage& other) const {
        return magic == magic_number && shared_cores == other.shared_cores &&
               shared_processes == other.shared_processes && core_bytes == other.core_bytes &&
               process_bytes == other.process_bytes;
    }

    static std::uint32_t number(const std::byte* label) {
        return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(label));
    }
};

// Its first symbol by this name: of this image.
extern const KernelImage kernel_image;

} // namespace ant
