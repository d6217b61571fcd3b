// SPDX-License-Identifier: GPL-2.0-only
// A set of file descriptors.
#ifndef ANT_LIB_DESCRIPTOR_SET_H
#define ANT_LIB_DESCRIPTOR_SET_H

#include <array>
#include <cstddef>
#include <cstdint>

namespace ant {

/// Numbers from 0 up to Linux's usual limit of open files. Others are never in it.
class DescriptorSet {
public:
    static constexpr int64_t capacity = 1024;

    [[nodiscard]] constexpr bool contains(int64_t descriptor) const {
        return fits(descriptor) && (word(descriptor) & bit(descriptor)) != 0;
    }
    constexpr void insert(int64_t descriptor) {
        if (fits(descriptor))
            words_[place(descriptor)] |= bit(descriptor);
    }
    constexpr void erase(int64_t descriptor) {
        if (fits(descriptor))
            words_[place(descriptor)] &= ~bit(descriptor);
    }
    /// All of `other`, too.
    constexpr void insert(const DescriptorSet& other) {
        for (size_t i = 0; i < words_.size(); ++i)
            words_[i] |= other.words_[i];
    }

private:
    static constexpr bool fits(int64_t descriptor) {
        return descriptor >= 0 && descriptor < capacity;
    }
    static constexpr size_t place(int64_t descriptor) {
        return static_cast<size_t>(descriptor) / 32;
    }
    static constexpr uint32_t bit(int64_t descriptor) {
        return uint32_t{1} << (static_cast<size_t>(descriptor) % 32);
    }
    [[nodiscard]] constexpr uint32_t word(int64_t descriptor) const {
        return words_[place(descriptor)];
    }

    std::array<uint32_t, capacity / 32> words_{};
};

} // namespace ant

#endif
