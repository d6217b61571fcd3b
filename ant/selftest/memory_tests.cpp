// SPDX-License-Identifier: GPL-2.0-only
// Page tables as the processor reads them, and the allocators of the running kernel.
#include <algorithm>

#include "ant/arch/x86/processor.h"
#include "ant/core/core.h"
#include "ant/core/ica.h"
#include "ant/core/image.h"
#include "ant/core/physical_memory.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/pkernel_image.h"
#include "ant/selftest/suite.h"

namespace ant::mkernel {

namespace {

constexpr VirtualAddress somewhere{ANT_USER_HEAP}; // free in a thread's address space
constexpr std::uint32_t accessed = 1u << 5;        // SDM vol. 3, figure 4-4
constexpr std::uint32_t dirty = 1u << 6;

volatile std::uint32_t& word_at(VirtualAddress address) {
    return *pointer_to<volatile std::uint32_t>(address);
}

std::uint32_t entry_bits(const Space& space, VirtualAddress page) {
    const auto read = [](PhysicalAddress table, std::uint32_t index) {
        return PageEntry{physical_memory.read(entry_address(table, index))};
    };
    const PageEntry directory = read(space.top(), top_index(page));
    const PageEntry table = read(directory.frame(), directory_index(page));
    return read(table.frame(), table_index(page)).lower_half();
}

// Frames in a list, each one's first word leading to the next.
class FrameList {
public:
    FrameList() = default;
    FrameList(const FrameList&) = delete;
    FrameList& operator=(const FrameList&) = delete;
    ~FrameList() {
        while (first_.value() != 0) {
            const PhysicalAddress next{word_at(identity(first_))};
            frames.free(first_);
            first_ = next;
        }
    }
    bool take() {
        const auto frame = frames.allocate();
        if (frame.is_error())
            return false;
        word_at(identity(frame.value())) = first_.value();
        first_ = frame.value();
        ++count_;
        return true;
    }
    std::uint32_t count() const { return count_; }

private:
    PhysicalAddress first_{};
    std::uint32_t count_ = 0;
};

} // namespace

void test_page_tables(Suite& suite) {
    Process& self = *this_core().scheduler.current();
    Space space{physical_memory, self.mkernel.page_directory};
    const PageCount before = frames.available();
    // The kernel's own: a process's it could not touch there (SMAP).
    const PhysicalAddress frame = physical_memory.allocate_zeroed_frame().value();
    const auto mapped = space.map_page(somewhere, frame, PageFlags::writable | PageFlags::owned);
    suite.check(mapped.is_ok() && word_at(somewhere) == 0, "a new page is there, and zero");
    suite.check((entry_bits(space, somewhere) & (accessed | dirty)) == accessed,
                "reading marks the entry as accessed, not as dirty");
    word_at(somewhere) = 4711;
    suite.check((entry_bits(space, somewhere) & dirty) != 0, "writing marks it as dirty");
    suite.check(word_at(identity(frame)) == 4711, "the frame has what was written to the page");

    const PhysicalAddress other = physical_memory.allocate_zeroed_frame().value();
    word_at(identity(other)) = 815;
    const auto removed = space.unmap_page(somewhere);
    const auto again = space.map_page(somewhere, other, PageFlags::writable | PageFlags::owned);
    suite.check(removed.is_ok() && again.is_ok() && word_at(somewhere) == 815,
                "a page mapped anew is the new one: the TLB has forgotten the old one");
    physical_memory.free_frame(frame);

    // The last 2 MiB of the ICA, of the kernel's large page, become small pages of this process.
    const PhysicalRange ica = LockedIca()->ica();
    const VirtualAddress last = identity(ica.base) + (ica.size - page_size);
    word_at(last) = 12345;
    const auto split = space.split_large_pages({last, page_size});
    x86::flush_tlb();
    suite.check(split.is_ok() && !space.translate(last).value().is_large && word_at(last) == 12345,
                "a split large page leads to the same memory");
    word_at(last) = 54321;
    suite.check((entry_bits(space, last) & dirty) != 0 && word_at(last) == 54321,
                "and the processor uses the small entries");
    self.mkernel.private_pages += before - frames.available();
}

// What each page of AnT's region may be used for, in the tables that the processor reads.
void test_protection(Suite& suite) {
    const Space kernel{physical_memory, kernel_directory()};
    const PhysicalRange region = kernel_ranges()[0];
    const KernelImage* const images[] = {&kernel_image, pkernel_image()};
    const auto is_code = [&images](std::uint32_t address) {
        return std::ranges::any_of(images, [address](const KernelImage* image) {
            return image != nullptr && image->has_code_at(address);
        });
    };
    const auto is_constant = [&images](std::uint32_t address) {
        return std::ranges::any_of(images, [address](const KernelImage* image) {
            return image != nullptr && address >= KernelImage::number(image->constants) &&
                   address < KernelImage::number(image->data);
        });
    };
    bool code = true;
    bool constants = true;
    bool rest = true;
    std::uint32_t guards = 0;
    for (std::uint64_t at = region.base.value(); at < region.end(); at += page_size) {
        const auto address = static_cast<std::uint32_t>(at);
        const auto page = kernel.translate(VirtualAddress{address});
        if (page.is_error()) {
            ++guards;
            continue;
        }
        const bool writable = has(page.value().flags, PageFlags::writable);
        const bool executable = !has(page.value().flags, PageFlags::no_execute);
        if (is_code(address))
            code = code && !writable && executable;
        else if (is_constant(address))
            constants = constants && !writable && !executable;
        else
            rest = rest && !executable;
    }
    suite.check(code, "the kernels' code can be executed and not written");
    suite.check(constants, "their constants can be neither");
    suite.check(rest, "nothing else in the region can be executed");
    suite.check(guards == kernel_stacks.size() + idle_stacks.size() + 1,
                "below each kernel stack there is a page that is not mapped");
}

// The kernel sees the ICA where no process does, or where it is if nothing forbids it that.
void test_view_of_ica(Suite& suite) {
    const Space kernel{physical_memory, kernel_directory()};
    const PhysicalRange ica = LockedIca()->ica();
    bool right = true;
    for (std::uint32_t offset = 0; offset < ica.size; offset += page_size) {
        const auto page = kernel.translate(ica_view(ica.base) + offset);
        right = right && page.is_ok() && page.value().address == ica.base + offset &&
                has(page.value().flags, PageFlags::writable | PageFlags::no_execute) &&
                !has(page.value().flags, PageFlags::user);
    }
    suite.check(right, "the kernel has a view of the whole ICA to itself");
    suite.check((ica_view(ica.base) != identity(ica.base)) == x86::paging.has_smap(),
                "which is another than the processes' if the processor has SMAP");
}

void test_allocators(Suite& suite) {
    const PageCount before = frames.available();
    {
        FrameList all;
        while (all.take()) {
        }
        suite.check(all.count() == before.value() && frames.available() == PageCount{},
                    "every free frame can be allocated once");
        suite.check(frames.allocate().error() == Errno::enomem, "then the answer is ENOMEM");
        const Process& self = *this_core().scheduler.current();
        Space space{physical_memory, self.mkernel.page_directory};
        suite.check(
            add_process_page(space, somewhere + large_page_size, PageFlags::none).is_error(),
            "a page without a frame is an error");
        suite.check(make_page_directory().is_error(), "an address space, too");
    }
    suite.check(frames.available() == before, "all frames come back");

    const ProcessNumber nobody{0x7fff'fffe};
    const PageCount free_ica = LockedIca()->available();
    std::uint32_t areas = 0;
    while (LockedIca()->allocate(1u << 20, nobody).is_ok())
        ++areas;
    suite.check(areas == free_ica.bytes() >> 20, "the whole ICA can be allocated");
    suite.check(LockedIca()->allocate(1u << 20, nobody).error() == Errno::enomem,
                "then the answer is ENOMEM, too");
    LockedIca()->free_all(nobody);
    suite.check(LockedIca()->available() == free_ica, "and all of it comes back");
}

} // namespace ant::mkernel
