// SPDX-License-Identifier: GPL-2.0-only
// Physical memory for page-table tests: frames in a map, and a record of each step.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "ant/arch/x86/page_table.h"
#include "support.h"

namespace ant::test {

struct Step {
    enum class Kind { write, invalidate, invalidate_all } kind;
    std::uint32_t address;
    std::uint64_t value;
    friend bool operator==(const Step&, const Step&) = default;
};

class FakeMemory {
public:
    std::uint32_t read(PhysicalAddress at) const {
        EXPECT_TRUE(frames_.contains(at.page_start().value())) << "read of no page table";
        const auto word = words_.find(at.value());
        return word == words_.end() ? 0 : static_cast<std::uint32_t>(word->second);
    }
    void write(PhysicalAddress at, std::uint64_t value) {
        EXPECT_TRUE(frames_.contains(at.page_start().value())) << "write to no page table";
        words_[at.value()] = value;
        steps_.push_back({Step::Kind::write, at.value(), value});
    }
    void mask_entries(PhysicalAddress at, std::uint32_t count, std::uint32_t keep,
                      std::uint32_t set) {
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint64_t upper_half = words_[at.value() + 8 * i] >> 32 << 32;
            write(at + 8 * i, upper_half | (read(at + 8 * i) & keep) | set);
        }
    }
    Result<PhysicalAddress> allocate_zeroed_frame() {
        if (left_ == 0)
            return Errno::enomem;
        --left_;
        const std::uint32_t frame = next_;
        next_ += page_size;
        frames_.insert(frame);
        return PhysicalAddress{frame};
    }
    void free_frame(PhysicalAddress frame) {
        // A page table, or a frame that the test mapped as owned.
        if (frames_.erase(frame.value()) == 0) {
            EXPECT_EQ(owned_.erase(frame.value()), 1u) << "freed what was not owned";
        }
    }
    void invalidate(VirtualAddress page) {
        steps_.push_back({Step::Kind::invalidate, page.value(), 0});
    }

    void invalidate_all() { steps_.push_back({Step::Kind::invalidate_all, 0, 0}); }

    PhysicalAddress new_top() { return allocate_zeroed_frame().value(); }
    PhysicalAddress own(std::uint32_t frame) {
        owned_.insert(frame);
        return PhysicalAddress{frame};
    }
    void limit(std::uint32_t frames) { left_ = frames; }
    std::vector<Step> take_steps() { return std::exchange(steps_, {}); }
    const std::set<std::uint32_t>& frames() const { return frames_; }
    const std::set<std::uint32_t>& owned() const { return owned_; }

private:
    std::uint32_t next_ = 0x100000;
    std::uint32_t left_ = 1000;
    std::set<std::uint32_t> frames_; // page tables and directories, all zero at first
    std::set<std::uint32_t> owned_;  // memory of a process
    std::map<std::uint32_t, std::uint64_t> words_;
    std::vector<Step> steps_;
};

using Table = PageTable<FakeMemory>;

} // namespace ant::test
