// SPDX-License-Identifier: GPL-2.0-only
// Mailbox and ticket lock, between real threads.
#include "ant/core/mailbox.h"

#include <memory>
#include <thread>
#include <vector>

#include "ant/base/spinlock.h"
#include "support.h"

namespace ant::test {
namespace {

struct Order {
    std::uint32_t sender = 0;
    std::uint32_t number = 0;
};

TEST(Mailbox, FullIsAnErrorAndOnlyForThatSender) {
    Mailbox<Order, 3, 2> mailbox;
    EXPECT_TRUE(mailbox.is_empty());
    EXPECT_TRUE(mailbox.post(CoreNumber{1}, {1, 0}).is_ok());
    EXPECT_TRUE(mailbox.post(CoreNumber{1}, {1, 1}).is_ok());
    EXPECT_EQ(mailbox.post(CoreNumber{1}, {1, 2}).error(), Errno::eagain);
    EXPECT_TRUE(mailbox.post(CoreNumber{2}, {2, 0}).is_ok());
    EXPECT_PANIC((void)mailbox.post(CoreNumber{3}, {}), "assertion failed");
    EXPECT_FALSE(mailbox.is_empty());
}

TEST(Mailbox, TakesTurnsBetweenSenders) {
    Mailbox<Order, 3, 4> mailbox;
    for (std::uint32_t i = 0; i < 3; ++i)
        ASSERT_TRUE(mailbox.post(CoreNumber{0}, {0, i}).is_ok());
    ASSERT_TRUE(mailbox.post(CoreNumber{2}, {2, 0}).is_ok());
    std::vector<std::uint32_t> senders;
    while (const auto received = mailbox.take()) {
        EXPECT_EQ(received->sender.value(), received->message.sender);
        senders.push_back(received->sender.value());
    }
    EXPECT_THAT(senders, testing::ElementsAre(0, 2, 0, 0));
    EXPECT_TRUE(mailbox.is_empty());
}

TEST(Mailbox, NothingIsLostOrReorderedBetweenThreads) {
    constexpr std::uint32_t senders = 3;
    constexpr std::uint32_t each = 20000;
    const auto mailbox = std::make_unique<Mailbox<Order, senders, 4>>();
    std::vector<std::thread> threads;
    threads.reserve(senders);
    for (std::uint32_t sender = 0; sender < senders; ++sender)
        threads.emplace_back([&, sender] {
            for (std::uint32_t i = 0; i < each; ++i)
                while (mailbox->post(CoreNumber{sender}, {sender, i}).is_error())
                    std::this_thread::yield();
        });
    std::array<std::uint32_t, senders> next{};
    std::uint32_t wrong = 0;
    for (std::uint32_t taken = 0; taken < senders * each;) {
        const auto received = mailbox->take();
        if (!received) {
            std::this_thread::yield();
            continue;
        }
        ++taken;
        const std::uint32_t sender = received->sender.value();
        if (received->message.sender != sender || received->message.number != next[sender]++)
            ++wrong;
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(wrong, 0u);
    EXPECT_FALSE(mailbox->take().has_value());
}

void yield_thread() { std::this_thread::yield(); }

TEST(TicketLock, OnlyOneAtATime) {
    TicketLock<yield_thread> lock;
    std::uint64_t counter = 0; // not atomic: the lock is what protects it
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int round = 0; round < 5000; ++round) {
                const LockGuard guard{lock};
                counter = counter + 1;
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(counter, 20000u);
}

} // namespace
} // namespace ant::test
