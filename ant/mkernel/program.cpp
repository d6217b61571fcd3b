// SPDX-License-Identifier: GPL-2.0-only
// Loading a program: segments, stack, arguments.
#include "ant/mkernel/program.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "ant/abi/syscall.h"
#include "ant/base/elf.h"
#include "ant/base/format.h"
#include "ant/base/text.h"
#include "ant/mkernel/cpio.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/steps.h"

namespace ant::mkernel {

namespace {

// Set once at the start.
constinit std::span<const std::byte> ram_disk{};

// The index-th page of a segment, with what the file has for it.
Result<void> load_page(Space& space, const ElfSegment& segment, std::uint32_t index) {
    const PageFlags rights = (segment.writable ? PageFlags::writable : PageFlags::none) |
                             (segment.executable ? PageFlags::none : PageFlags::no_execute);
    std::byte* page =
        TRY(add_process_page(space, segment.pages().base + index * page_size, rights));
    const std::uint32_t before = segment.memory.base.page_offset(); // in the first page
    const std::uint32_t skip = index == 0 ? before : 0;
    const std::size_t from = index == 0 ? 0 : std::size_t{index} * page_size - before;
    const auto rest = segment.file.subspan(std::min(from, segment.file.size()));
    std::memcpy(page + skip, rest.data(), std::min<std::size_t>(rest.size(), page_size - skip));
    return {};
}

// At the top of the stack: the strings; below them argv with its NULL; below it argc. The pages
// they need are there from the start, and one more; the others come when they are touched.
Result<VirtualAddress> make_stack(Space& space, const Arguments& arguments) {
    constexpr VirtualAddress top{ANT_USER_STACK_TOP};
    const std::string_view text = arguments.text();
    const VirtualAddress strings{(top - static_cast<std::uint32_t>(text.size())).value() & ~15u};
    const VirtualAddress argc{(strings - 4 * (arguments.count() + 2)).value() & ~15u};
    for (VirtualAddress page = argc.page_start() - page_size; page < top; page += page_size)
        TRY(add_process_page(space, page, process_data));

    const auto put = [&space](VirtualAddress to, std::uint32_t word) -> Result<void> {
        const Translation place = TRY(space.translate(to));
        *pointer_to<std::uint32_t>(identity(place.address)) = word;
        return {};
    };
    for (std::uint32_t i = 0; i < text.size(); ++i) {
        const Translation place = TRY(space.translate(strings + i));
        *pointer_to<char>(identity(place.address)) = text[i];
    }
    TRY(put(argc, arguments.count()));
    VirtualAddress slot = argc + 4;
    for (std::uint32_t start = 0; start < text.size();) {
        TRY(put(slot, (strings + start).value()));
        slot += 4;
        start += static_cast<std::uint32_t>(text.substr(start).find('\0')) + 1;
    }
    TRY(put(slot, 0));
    return argc;
}

} // namespace

void set_ram_disk(std::span<const std::byte> archive) { ram_disk = archive; }

Result<std::span<const std::byte>> file_in_ram_disk(std::string_view path) {
    return TRY(find_file(ram_disk, path)).data;
}

Result<std::string_view> program_in_ram_disk(std::uint32_t index) {
    constexpr std::string_view directory = "bin/";
    CpioReader reader{ram_disk};
    while (const std::optional<CpioEntry> entry = TRY(reader.next())) {
        if (!entry->is_regular_file() || !entry->name.starts_with(directory))
            continue;
        const std::string_view name = without_first(entry->name, directory.size());
        // program_file() knows no others.
        if (name.size() < ANT_NAME_BYTES && index-- == 0)
            return name;
    }
    return Errno::esrch;
}

Result<Arguments> Arguments::check(std::string_view text) {
    if (text.size() > ANT_ARGUMENT_BYTES)
        return Errno::e2big;
    if (text.empty() || text.back() != '\0' || text.front() == '\0')
        return Errno::einval;
    Arguments arguments;
    arguments.text_ = text;
    arguments.count_ = static_cast<std::uint32_t>(std::ranges::count(text, '\0'));
    return arguments;
}

Result<std::span<const std::byte>> program_file(const Arguments& arguments,
                                                std::span<const std::byte> image) {
    if (!image.empty())
        return image;
    std::array<char, ANT_NAME_BYTES + 8> path{};
    const std::string_view name = format_to(path, "bin/%.*s", TEXT(arguments.program()));
    if (name.size() + 1 >= path.size())
        return Errno::enoent; // cut: no program has such a long name
    return file_in_ram_disk(name);
}

Result<bool> load_some(PhysicalAddress directory, const ElfLoadPlan& plan, PageCount& done) {
    Space space{physical_memory, directory};
    std::uint32_t skip = done.value();
    const PageCount end = done + pages_per_step;
    for (const ElfSegment& segment : plan.segments()) {
        const std::uint32_t pages = segment.pages().pages().value();
        for (std::uint32_t i = std::min(skip, pages); i < pages; ++i) {
            if (done == end)
                return false;
            TRY(load_page(space, segment, i));
            done += PageCount{1};
        }
        skip -= std::min(skip, pages);
    }
    return true;
}

Result<LoadedProgram> finish_program(PhysicalAddress directory, const Arguments& arguments,
                                     const ElfLoadPlan& plan) {
    Space space{physical_memory, directory};
    const VirtualAddress stack = TRY(make_stack(space, arguments));
    return LoadedProgram{.directory = directory, .entry = plan.entry(), .stack = stack};
}

bool unload_some(PhysicalAddress directory) {
    if (!Space{physical_memory, directory}.tear_down(tables_per_step))
        return false;
    physical_memory.free_frame(directory);
    return true;
}

} // namespace ant::mkernel
