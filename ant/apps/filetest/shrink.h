// SPDX-License-Identifier: GPL-2.0-only
// Makes a failing sequence of operations short: leaves out parts, then makes what is left simple,
// as long as it still fails (delta debugging: Zeller, Hildebrandt, IEEE TSE 28(2), 2002).
#ifndef ANT_APPS_FILETEST_SHRINK_H
#define ANT_APPS_FILETEST_SHRINK_H

#include "operation.h"

#include <algorithm>

namespace ant {

/// `fails(span)` replays a sequence and tells whether it fails; it is called `budget` times at
/// most.
template<typename Fails> class Shrinker {
public:
    /// `scratch` is as long as the longest sequence.
    Shrinker(Fails fails, std::span<Operation> scratch, unsigned budget)
        : fails_(fails), scratch_(scratch), budget_(budget) {}

    /// Shrinks in place; how many operations are left.
    size_t shrink(std::span<Operation> operations) {
        size_t count = operations.size();
        while (true) {
            const size_t shorter = leave_out(operations.first(count));
            const bool simpler = simplify(operations.first(shorter));
            if (budget_ == 0 || (shorter == count && !simpler))
                return shorter;
            count = shorter;
        }
    }

private:
    bool still_fails(std::span<const Operation> operations) {
        if (budget_ == 0)
            return false;
        budget_--;
        return fails_(operations);
    }

    /// Parts of half the length first, single operations last.
    size_t leave_out(std::span<Operation> operations) {
        size_t count = operations.size();
        for (size_t part = std::max(count / 2, size_t{1}); part > 0; part /= 2) {
            // From behind: what is last is what fails, and the rest mostly leads up to it.
            for (size_t end = count; end >= part; end -= std::min(part, end)) {
                const auto before = operations.first(end - part);
                const auto behind = operations.subspan(end, count - end);
                std::ranges::copy(behind, std::ranges::copy(before, scratch_.begin()).out);
                if (!still_fails(scratch_.first(count - part)))
                    continue;
                count -= part;
                std::ranges::copy(scratch_.first(count), operations.begin());
            }
        }
        return count;
    }

    /// Smaller numbers; true: something has become simpler.
    bool simplify(std::span<Operation> operations) {
        bool simpler = false;
        for (Operation& operation : operations) {
            simpler |= set(operations, operation.in_ica, false);
            simpler |= set(operations, operation.misalignment, uint8_t{0});
            simpler |= set(operations, operation.seed, uint32_t{1});
            simpler |= reduce(operations, operation.length);
            simpler |= reduce(operations, operation.offset);
        }
        return simpler;
    }

    template<typename T> bool set(std::span<Operation> operations, T& field, T value) {
        const T before = field;
        if (before == value)
            return false;
        field = value;
        if (still_fails(operations))
            return true;
        field = before;
        return false;
    }

    /// Towards 0: all of it, half of it, one less.
    template<typename T> bool reduce(std::span<Operation> operations, T& field) {
        bool reduced = false;
        while (field != 0) {
            const T before = field;
            if (!set(operations, field, T{0}) &&
                !set(operations, field, static_cast<T>(before / 2)) &&
                !set(operations, field, static_cast<T>(before > 0 ? before - 1 : before + 1)))
                break;
            reduced = true;
        }
        return reduced;
    }

    Fails fails_;
    std::span<Operation> scratch_;
    unsigned budget_;
};

} // namespace ant

#endif
