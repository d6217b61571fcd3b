// SPDX-License-Identifier: GPL-2.0-only
// First-fit allocator; see heap.h.
#include <ant/lib/heap.h>
#include <cstdint>

namespace ant {

namespace {
// Block::state: values that stray writes hardly produce.
constexpr size_t state_free = 0x46524545; // "FREE"
constexpr size_t state_used = 0x55534544; // "USED"
} // namespace

Heap::Block* Heap::block_of(void* memory) {
    auto* bytes = static_cast<std::byte*>(memory);
    auto* block = reinterpret_cast<Block*>(static_cast<void*>(bytes - sizeof(Block)));
    // A wild or second free would corrupt the list and show up far from its
    // cause. So stop here, with an invalid-opcode fault the kernel reports.
    if (reinterpret_cast<uintptr_t>(memory) % alignment != 0 || block->state != state_used)
        __builtin_trap();
    return block;
}

bool Heap::touch(const Block* left, const Block* right) {
    return reinterpret_cast<uintptr_t>(left) + left->size == reinterpret_cast<uintptr_t>(right);
}

void Heap::insert(Block* block) {
    block->state = state_free;
    Block* before = nullptr;
    Block* after = first_;
    while (after != nullptr && after < block) {
        before = after;
        after = after->next;
    }
    block->next = after;
    if (after != nullptr && touch(block, after)) {
        block->size += after->size;
        block->next = after->next;
    }
    if (before == nullptr) {
        first_ = block;
    } else if (touch(before, block)) {
        before->size += block->size;
        before->next = block->next;
    } else {
        before->next = block;
    }
}

bool Heap::grow(size_t size) {
    // Whole steps: a source of pages would keep what is left of the last one.
    const size_t wanted = (size + growth_ - 1) / growth_ * growth_;
    void* memory = source_(wanted);
    if (memory == nullptr)
        return false;
    auto* block = static_cast<Block*>(memory);
    block->size = wanted;
    insert(block);
    return true;
}

void* Heap::allocate(size_t bytes) {
    // Beyond half of the address space nothing can be had, and sums overflow.
    if (bytes > SIZE_MAX / 2)
        return nullptr;
    const size_t size = sizeof(Block) + (bytes + alignment - 1) / alignment * alignment;
    do {
        Block* before = nullptr;
        for (Block* block = first_; block != nullptr; before = block, block = block->next) {
            if (block->size < size)
                continue;
            Block* rest = block->next;
            if (block->size - size > sizeof(Block)) {
                // Split: the end stays free.
                auto* start = reinterpret_cast<std::byte*>(block);
                auto* tail = reinterpret_cast<Block*>(static_cast<void*>(start + size));
                tail->size = block->size - size;
                tail->state = state_free;
                tail->next = rest;
                block->size = size;
                rest = tail;
            }
            (before != nullptr ? before->next : first_) = rest;
            block->state = state_used;
            return reinterpret_cast<std::byte*>(block) + sizeof(Block);
        }
    } while (grow(size));
    return nullptr;
}

void* Heap::allocate_aligned(size_t at, size_t bytes) {
    if (at <= alignment)
        return allocate(bytes);
    if (at > SIZE_MAX / 4 || bytes > SIZE_MAX / 4)
        return nullptr;
    // What lies before the place becomes a free block of its own, so it has space for a header.
    void* const memory = allocate(bytes + at + sizeof(Block));
    if (memory == nullptr || reinterpret_cast<uintptr_t>(memory) % at == 0)
        return memory;
    auto* const start = static_cast<std::byte*>(memory);
    const size_t gap = (at - (reinterpret_cast<uintptr_t>(memory) + sizeof(Block)) % at) % at;
    auto* const place = start + gap + sizeof(Block);
    auto* const front = block_of(memory);
    auto* const block = reinterpret_cast<Block*>(static_cast<void*>(place - sizeof(Block)));
    block->size = front->size - gap - sizeof(Block);
    block->state = state_used;
    front->size = gap + sizeof(Block);
    insert(front);
    return place;
}

void Heap::free(void* memory) {
    if (memory != nullptr)
        insert(block_of(memory));
}

size_t Heap::usable_size(void* memory) { return block_of(memory)->size - sizeof(Block); }

size_t Heap::free_bytes() const {
    size_t sum = 0;
    for (const Block* block = first_; block != nullptr; block = block->next)
        sum += block->size;
    return sum;
}

size_t Heap::free_blocks() const {
    size_t count = 0;
    for (const Block* block = first_; block != nullptr; block = block->next)
        count++;
    return count;
}

} // namespace ant
