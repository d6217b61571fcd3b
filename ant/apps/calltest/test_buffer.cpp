// SPDX-License-Identifier: GPL-2.0-only
// Buffer with guards; see test_buffer.h.
#include "test_buffer.h"

#include <algorithm>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>

namespace ant {

TestBuffer::~TestBuffer() {
    if (in_ica_ && block_ != nullptr)
        ica_free(block_);
    else
        free(block_);
}

bool TestBuffer::allocate(bool in_ica, size_t offset, size_t length) {
    constexpr size_t page = 4096;
    in_ica_ = in_ica;
    offset_ = offset;
    area_bytes_ = guard_bytes + offset + length + guard_bytes;
    block_ = in_ica ? ica_alloc(area_bytes_) : malloc(area_bytes_ + page);
    if (block_ == nullptr)
        return false;
    const auto start = reinterpret_cast<uintptr_t>(block_);
    const size_t skipped = (page - start % page) % page; // 0 in the ICA
    area_ = static_cast<std::byte*>(block_) + skipped;
    return true;
}

void TestBuffer::clear() { memset(area_, std::to_integer<int>(guard_value), area_bytes_); }

void TestBuffer::fill_pattern(size_t length, unsigned seed) const {
    for (size_t i = 0; i < length; i++)
        data()[i] = static_cast<std::byte>(seed + 7 * i + 13 * (i / 256));
}

bool TestBuffer::guards_intact(size_t length) const {
    const std::span area(area_, area_bytes_);
    const size_t start = guard_bytes + offset_;
    const auto is_guard = [](std::byte value) { return value == guard_value; };
    return std::ranges::all_of(area.first(start), is_guard) &&
           std::ranges::all_of(area.subspan(start + length), is_guard);
}

Sha256::Text TestBuffer::digest(size_t length) const {
    Sha256 sha256;
    sha256.update(data(), length);
    return Sha256::text(sha256.finish());
}

} // namespace ant
