// SPDX-License-Identifier: GPL-2.0-only
// The allocator behind malloc: first fit over a list of free blocks sorted by
// address, so that neighbours are found and joined when memory is given back.
#ifndef ANT_LIB_HEAP_H
#define ANT_LIB_HEAP_H

#include <cstddef>

namespace ant {

class Heap {
public:
    /// Alignment of all memory handed out, in bytes.
    static constexpr size_t alignment = 16;

    /// Gets at least `bytes` bytes of new memory, aligned to `alignment`; nullptr
    /// when there is no more. It is never given back.
    using Source = void* (*)(size_t bytes);

    /// `growth`: the source is asked for multiples of so many bytes; itself a
    /// multiple of the source's granularity (a page).
    constexpr Heap(Source source, size_t growth) : source_(source), growth_(growth) {}
    ~Heap() = default;
    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;

    /// Memory for `bytes` bytes, or nullptr. 0 bytes get a block of their own.
    [[nodiscard]] void* allocate(size_t bytes);

    /// The same at a multiple of `at`, a power of two.
    [[nodiscard]] void* allocate_aligned(size_t at, size_t bytes);

    /// Takes back what allocate() gave; nullptr is allowed. A block that the heap
    /// did not give, or that was freed already, ends the process (see heap.cpp).
    void free(void* memory);

    /// Bytes usable at `memory`, which allocate() gave.
    [[nodiscard]] static size_t usable_size(void* memory);

    /// Bytes in free blocks, headers included.
    [[nodiscard]] size_t free_bytes() const;
    /// Number of free blocks; 1 or 0 when everything was freed and joined.
    [[nodiscard]] size_t free_blocks() const;

private:
    /// In front of each block, free or not.
    struct alignas(alignment) Block {
        size_t size; // of header and memory, a multiple of the alignment
        size_t state;
        Block* next; // while free: the next free block, at a higher address
    };

    static Block* block_of(void* memory);
    static bool touch(const Block* left, const Block* right);
    void insert(Block* block);
    bool grow(size_t size);

    Source source_;
    size_t growth_;
    Block* first_ = nullptr;
};

} // namespace ant

#endif
