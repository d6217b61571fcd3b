// SPDX-License-Identifier: GPL-2.0-only
// Intrusive list, ready queue and ring buffer against the standard library's containers.
#include <algorithm>
#include <deque>
#include <list>
#include <memory>
#include <vector>

#include "ant/base/list.h"
#include "ant/base/ring_buffer.h"
#include "ant/core/ready_queue.h"
#include "support.h"

namespace ant::test {
namespace {

struct Thread {
    int number = 0;
    ListLink<Thread> link{};
};

using Threads = IntrusiveList<Thread, &Thread::link>;
using Queue = ReadyQueue<Thread, 3, &Thread::link>;

TEST(IntrusiveList, CatchesMisuse) {
    Threads list;
    Threads other;
    Thread thread;
    EXPECT_PANIC(list.remove(thread), "assertion failed");
    list.push_back(thread);
    EXPECT_PANIC(list.push_back(thread), "assertion failed");
    EXPECT_PANIC(other.push_back(thread), "assertion failed");
    EXPECT_PANIC(other.remove(thread), "assertion failed");
    Thread second;
    EXPECT_PANIC(other.insert_before(second, &thread), "assertion failed");
    EXPECT_EQ(list.pop_front(), &thread);
    EXPECT_EQ(list.pop_front(), nullptr);
}

class ListRandom : public Seeded {};

TEST_P(ListRandom, AgreesWithStdList) {
    std::vector<Thread> threads(20);
    Threads list;
    std::list<Thread*> model;
    for (int step = 0; step < 20000; ++step) {
        Thread& thread = threads[random(0, 19)];
        const bool inside = std::find(model.begin(), model.end(), &thread) != model.end();
        ASSERT_EQ(list.contains(thread), inside);
        if (one_in(4)) {
            Thread* const expected = model.empty() ? nullptr : model.front();
            if (!model.empty())
                model.pop_front();
            ASSERT_EQ(list.pop_front(), expected);
        } else if (inside) {
            list.remove(thread);
            model.remove(&thread);
        } else if (one_in(2)) {
            list.push_back(thread);
            model.push_back(&thread);
        } else {
            const auto place =
                std::next(model.begin(), random(0, static_cast<std::uint32_t>(model.size())));
            list.insert_before(thread, place == model.end() ? nullptr : *place);
            model.insert(place, &thread);
        }
        ASSERT_EQ(list.size(), model.size());
        ASSERT_EQ(list.is_empty(), model.empty());
        Thread* at = list.front();
        for (Thread* expected : model) {
            ASSERT_EQ(at, expected);
            at = Threads::next(*at);
        }
        ASSERT_EQ(at, nullptr);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ListRandom, testing::Range(1u, 4u));

TEST(ReadyQueue, RoundRobinWithinAPriority) {
    Queue queue;
    Thread a{1}, b{2}, urgent{3}, idle{4};
    EXPECT_TRUE(queue.is_empty());
    EXPECT_EQ(queue.take(), nullptr);
    queue.insert(idle, 2);
    queue.insert(a, 1);
    queue.insert(b, 1);
    EXPECT_FALSE(queue.has_ready(0));
    EXPECT_TRUE(queue.has_ready(1));
    for (int turn = 0; turn < 3; ++turn) {
        Thread* const first = queue.take();
        EXPECT_EQ(first, turn % 2 == 0 ? &a : &b);
        queue.insert(*first, 1);
    }
    queue.insert(urgent, 0);
    EXPECT_EQ(queue.take(), &urgent);
    queue.remove(b, 1); // from the front, as a kill does
    EXPECT_EQ(queue.take(), &a);
    EXPECT_FALSE(queue.has_ready(1));
    EXPECT_EQ(queue.take(), &idle);
    EXPECT_TRUE(queue.is_empty());
}

TEST(ReadyQueue, CatchesMisuse) {
    Queue queue;
    Thread thread;
    EXPECT_PANIC(queue.insert(thread, 3), "assertion failed");
    queue.insert(thread, 1);
    EXPECT_PANIC(queue.remove(thread, 2), "assertion failed");
    EXPECT_PANIC(queue.insert(thread, 1), "assertion failed");
}

class ReadyQueueRandom : public Seeded {};

TEST_P(ReadyQueueRandom, AgreesWithOneDequePerPriority) {
    std::vector<Thread> threads(16);
    for (std::size_t i = 0; i < threads.size(); ++i)
        threads[i].number = static_cast<int>(i);
    Queue queue;
    std::array<std::deque<Thread*>, 3> model;
    for (int step = 0; step < 20000; ++step) {
        Thread& thread = threads[random(0, 15)];
        const unsigned priority = static_cast<unsigned>(thread.number) % 3;
        auto& line = model[priority];
        const auto place = std::find(line.begin(), line.end(), &thread);
        if (one_in(3)) {
            Thread* expected = nullptr;
            for (auto& candidates : model) {
                if (candidates.empty())
                    continue;
                expected = candidates.front();
                candidates.pop_front();
                break;
            }
            ASSERT_EQ(queue.take(), expected);
        } else if (place != line.end()) {
            line.erase(place);
            queue.remove(thread, priority);
        } else {
            line.push_back(&thread);
            queue.insert(thread, priority);
        }
        ASSERT_EQ(queue.has_ready(0), !model[0].empty());
        ASSERT_EQ(queue.has_ready(1), !model[0].empty() || !model[1].empty());
        ASSERT_EQ(queue.is_empty(), model[0].empty() && model[1].empty() && model[2].empty());
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReadyQueueRandom, testing::Range(1u, 4u));

class RingBufferRandom : public Seeded {};

TEST_P(RingBufferRandom, AgreesWithADeque) {
    RingBuffer<std::uint32_t, 8> ring;
    std::deque<std::uint32_t> model;
    for (std::uint32_t step = 0; step < 20000; ++step) {
        if (one_in(500)) {
            ring.clear();
            model.clear();
        } else if (one_in(2)) {
            const bool room = model.size() < 8;
            ASSERT_EQ(ring.push(step), room);
            if (room)
                model.push_back(step);
        } else {
            const auto oldest = ring.pop();
            ASSERT_EQ(oldest.has_value(), !model.empty());
            if (oldest) {
                ASSERT_EQ(*oldest, model.front());
                model.pop_front();
            }
        }
        ASSERT_EQ(ring.size(), model.size());
        ASSERT_EQ(ring.space(), 8 - model.size());
        ASSERT_EQ(ring.is_full(), model.size() == 8);
        ASSERT_EQ(ring.is_empty(), model.empty());
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RingBufferRandom, testing::Range(1u, 4u));

} // namespace
} // namespace ant::test
