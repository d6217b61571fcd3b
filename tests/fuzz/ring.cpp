// SPDX-License-Identifier: GPL-2.0-only
// Both sides of a ring, each of which may overwrite what it can reach: without that it is a queue,
// and with it no side moves by more than one entry or uses one that nobody put there.
#include <antlinux/ring.h>

#include <deque>

#include "tests/fuzz/fuzz.h"

namespace {

// A ring and its two sides' own counters, which start anywhere.
struct Pair {
    antlinux_ring ring{};
    antlinux_u32 depth = 1;
    antlinux_u32 head = 0; // the writer's own
    antlinux_u32 tail = 0; // the reader's own
    std::deque<antlinux_u64> model;
    bool is_spoilt = false;

    void put(antlinux_u64 value) {
        const antlinux_u32 before = head;
        const auto status = antlinux_ring_push(&ring, depth, &head, value);
        ASSERT(head - before == (status == ANTLINUX_RING_OK ? 1u : 0u));
        if (status == ANTLINUX_RING_OK) {
            ASSERT(ring.lca[before % depth] == value);
            ASSERT(ring.head == head);
        }
        if (is_spoilt)
            return;
        ASSERT(status == (model.size() == depth ? ANTLINUX_RING_FULL : ANTLINUX_RING_OK));
        if (status == ANTLINUX_RING_OK)
            model.push_back(value);
    }
    void take() {
        const antlinux_u32 before = tail;
        antlinux_u64 value = 0;
        const auto status = antlinux_ring_pop(&ring, depth, &tail, &value);
        ASSERT(tail - before == (status == ANTLINUX_RING_OK ? 1u : 0u));
        if (status == ANTLINUX_RING_OK) {
            ASSERT(value == ring.lca[before % depth]);
            ASSERT(ring.tail == tail);
        }
        if (is_spoilt)
            return;
        ASSERT(status == (model.empty() ? ANTLINUX_RING_EMPTY : ANTLINUX_RING_OK));
        if (status == ANTLINUX_RING_OK) {
            ASSERT(value == model.front());
            model.pop_front();
        }
    }
};

} // namespace

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    fuzz::Input input{data, size};
    Pair pair;
    pair.depth = 1u << input.below(7);
    pair.head = pair.tail = input.take<antlinux_u32>();
    pair.ring.head = pair.ring.tail = pair.head;
    while (!input.is_empty())
        switch (input.below(5)) {
        case 0:
        case 1:
            pair.put(input.take<std::uint8_t>());
            break;
        case 2:
        case 3:
            pair.take();
            break;
        default:
            fuzz::spoil_word(input, &pair.ring, sizeof pair.ring);
            pair.is_spoilt = true;
        }
    return 0;
}
