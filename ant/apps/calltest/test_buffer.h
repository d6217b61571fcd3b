// SPDX-License-Identifier: GPL-2.0-only
// The data buffer of calltest: at a chosen place, with guard bytes around it that
// tell when a call touches more than it was given.
#ifndef ANT_APPS_CALLTEST_TEST_BUFFER_H
#define ANT_APPS_CALLTEST_TEST_BUFFER_H

#include <ant/lib/sha256.h>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ant {

class TestBuffer {
public:
    TestBuffer() = default;
    ~TestBuffer();
    TestBuffer(const TestBuffer&) = delete;
    TestBuffer& operator=(const TestBuffer&) = delete;

    /// Gets memory for `length` bytes that start `offset` (0..4095) bytes into a page,
    /// in the ICA or in private memory. False: none, last_error is set.
    [[nodiscard]] bool allocate(bool in_ica, size_t offset, size_t length);

    [[nodiscard]] std::byte* data() const { return area_ + guard_bytes + offset_; }

    /// Fills everything, buffer and guards, with one value.
    void clear();

    /// Fills the buffer's first bytes: byte i is (seed + 7 * i + 13 * (i / 256)) mod 256,
    /// so that neither a page nor 256 bytes look like the ones before.
    void fill_pattern(size_t length, unsigned seed) const;

    /// True when nothing outside the buffer's first `length` bytes has changed since
    /// clear().
    [[nodiscard]] bool guards_intact(size_t length) const;

    /// Digest of the buffer's first bytes.
    [[nodiscard]] Sha256::Text digest(size_t length) const;

private:
    static constexpr size_t guard_bytes = 4096; // a page, so that the offset is kept
    static constexpr std::byte guard_value = std::byte{0xa5};

    void* block_ = nullptr; // as allocated
    bool in_ica_ = false;
    std::byte* area_ = nullptr; // page aligned
    size_t area_bytes_ = 0;
    size_t offset_ = 0;
};

} // namespace ant

#endif
