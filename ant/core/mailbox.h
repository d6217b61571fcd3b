// SPDX-License-Identifier: GPL-2.0-only
// Messages to one core from all others, without a lock: one ring per sender.
#pragma once

#include <algorithm>
#include <antlinux/ring.h>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>

#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {

// One writer and one reader, each on its own core. Either counter is stored by one side only and
// lies on a cache line of its own, so that the sides do not take the line from each other.
template<typename Message, std::uint32_t Depth> class SingleProducerRing {
    static_assert(std::has_single_bit(Depth), "so that the counters may wrap at 2^32");

public:
    [[nodiscard]] bool push(const Message& message) {
        const std::uint32_t head = head_;
        if (antlinux_ring_writable(head, &tail_, Depth) == ANTLINUX_RING_FULL)
            return false;
        messages_[head % Depth] = message;
        antlinux_store_release(&head_, head + 1); // after the message
        return true;
    }
    std::optional<Message> pop() {
        const std::uint32_t tail = tail_;
        if (antlinux_ring_readable(&head_, tail, Depth) == ANTLINUX_RING_EMPTY)
            return std::nullopt;
        std::optional<Message> message{messages_[tail % Depth]};
        antlinux_store_release(&tail_, tail + 1); // after taking the message
        return message;
    }
    bool is_empty() const {
        return antlinux_ring_readable(&head_, tail_, Depth) == ANTLINUX_RING_EMPTY;
    }

private:
    alignas(64) std::uint32_t head_ = 0;
    alignas(64) std::uint32_t tail_ = 0;
    alignas(64) std::array<Message, Depth> messages_{};
};

template<typename Message, std::uint32_t Senders, std::uint32_t Depth> class Mailbox {
public:
    struct Received {
        CoreNumber sender;
        Message message;
    };

    // Called on core `sender`. EAGAIN when its ring is full. Waking the receiver (an IPI) is the
    // caller's part; since IPIs may merge, the receiver takes until nothing is left.
    Result<void> post(CoreNumber sender, const Message& message) {
        ASSERT(sender.value() < Senders);
        if (!rings_[sender.value()].push(message))
            return Errno::eagain;
        return {};
    }

    // Called on the receiving core. Takes turns, so that a busy sender cannot starve the others.
    std::optional<Received> take() {
        for (std::uint32_t tried = 0; tried < Senders; ++tried) {
            const std::uint32_t sender = turn_;
            turn_ = (turn_ + 1) % Senders;
            if (auto message = rings_[sender].pop())
                return Received{CoreNumber{sender}, *message};
        }
        return std::nullopt;
    }

    bool is_empty() const {
        return std::ranges::all_of(rings_, [](const auto& ring) { return ring.is_empty(); });
    }

private:
    std::array<SingleProducerRing<Message, Depth>, Senders> rings_{};
    std::uint32_t turn_ = 0; // the receiver's
};

} // namespace ant
