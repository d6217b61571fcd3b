// SPDX-License-Identifier: GPL-2.0-only
// The Linux-cooperation driver, case by case: refusals, merged IPIs, a full ring, misbehaving
// peers.
#include "linux_driver_fixture.h"

namespace ant::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Finished = FakeKernel::Finished;

TEST_F(LinuxDriverTest, HandshakeComesFirst) {
    Machine machine;
    EXPECT_THAT(machine.kernel->doorbells, ElementsAre(1)); // core 1's doorbell
    EXPECT_EQ(machine.driver->handshake().error(), Errno::enxio);
    machine.kernel->page_owner[0] = &alice;
    machine.kernel->prepare(lca_in(0), 39, 0);
    EXPECT_EQ(machine.driver->submit(core, alice, lca_in(0)).error(), Errno::enxio);
    machine.linux->answer_handshake();
    EXPECT_TRUE(machine.driver->handshake().is_ok());
    EXPECT_TRUE(machine.driver->submit(core, alice, lca_in(0)).is_ok());
}

TEST_F(LinuxDriverTest, RefusedHandshakeSaysWhy) {
    Machine machine;
    machine.table->linux_error = -22;
    machine.linux->answer_handshake();
    EXPECT_EQ(machine.driver->handshake().error(), Errno::einval);
    EXPECT_EQ(machine.driver->submit(core, alice, lca_in(0)).error(), Errno::einval);
}

TEST_F(LinuxDriverTest, AloneWithoutLinux) {
    LinuxDriver driver;
    EXPECT_EQ(driver.submit(core, alice, lca_in(0)).error(), Errno::enxio);
    driver.on_result_interrupt(core);
    driver.poll(core);
    EXPECT_TRUE(driver.end_process(core, alice));
    EXPECT_EQ(driver.counters(core), nullptr);
}

TEST_F(LinuxDriverTest, RefusesImpossibleSettings) {
    auto refused = [](auto change) {
        LinuxDriverSettings settings;
        settings.header = {4, 0b1110, Vector{0x50}, generation, ica};
        settings.linux_vector = Vector{linux_vector};
        settings.first_core = core;
        change(settings);
        Machine machine;
        LinuxDriver driver;
        return driver.initialise(*machine.table, *machine.counters, settings).is_error();
    };
    EXPECT_FALSE(refused([](LinuxDriverSettings&) {}));
    EXPECT_TRUE(refused([](LinuxDriverSettings& s) { s.first_core = CoreNumber{0}; }));
    EXPECT_TRUE(refused([](LinuxDriverSettings& s) { s.first_core = CoreNumber{40}; }));
    EXPECT_TRUE(refused([](LinuxDriverSettings& s) { s.linux_vector = Vector{0xfc}; }));
    EXPECT_TRUE(refused([](LinuxDriverSettings& s) { s.header.depth = 5; }));
}

TEST_F(LinuxDriverTest, OneCallThereAndBack) {
    ASSERT_TRUE(call(alice, lca_in(2)).is_ok());
    EXPECT_THAT(kernel().doorbells, ElementsAre(core.value()));
    EXPECT_EQ(entry().request.head, 1u);
    EXPECT_EQ(entry().request.lca[0], lca_in(2).value());
    const antlinux_lca& lca = kernel().lca_at(lca_in(2));
    EXPECT_EQ(lca.cid, core.value());
    EXPECT_EQ(lca.owner, alice.number.value());
    EXPECT_THAT(kernel().finished, IsEmpty());

    linux().take_requests(core.value());
    linux().answer(core.value(), 0, 4711);
    driver().on_result_interrupt(core);
    EXPECT_THAT(kernel().finished, ElementsAre(Finished{11, Errno{}}));
    EXPECT_EQ(lca.retval, 4711);
    EXPECT_EQ(counters().calls, 1u);
    EXPECT_EQ(counters().results, 1u);
    EXPECT_EQ(counters().interrupts, 1u);
    EXPECT_EQ(counters().spurious, 0u);
    EXPECT_EQ(counters().refused, 0u);
}

TEST_F(LinuxDriverTest, RefusesWhatIsNotAnLcaOfTheCaller) {
    EXPECT_EQ(driver().submit(core, alice, lca_in(0, 32)).error(), Errno::einval); // unaligned
    EXPECT_EQ(driver().submit(core, alice, PhysicalAddress{0x4fffffc0}).error(), Errno::efault);
    EXPECT_EQ(driver().submit(core, alice, PhysicalAddress{0xffffffc0}).error(), Errno::efault);
    EXPECT_EQ(driver().submit(core, bob, lca_in(15, page_size - 64)).error(), Errno::efault);
    EXPECT_EQ(call(bob, lca_in(0)).error(), Errno::efault);                   // alice's
    EXPECT_EQ(call(alice, lca_in(7, page_size - 64)).error(), Errno::efault); // half of it bob's
    EXPECT_EQ(driver().submit(core, alice, lca_in(0, 64)).error(), Errno::einval); // no magic
    EXPECT_EQ(call(alice, lca_in(0), 2).error(), Errno::einval);                   // unknown cflag
    kernel().prepare(lca_in(1), 39, 0);
    kernel().lca_at(lca_in(1)).magic = ANTLINUX_LCA_MAGIC + 1; // another version
    EXPECT_EQ(driver().submit(core, alice, lca_in(1)).error(), Errno::einval);
    EXPECT_THAT(kernel().doorbells, IsEmpty());
    EXPECT_EQ(entry().request.head, 0u);
}

TEST_F(LinuxDriverTest, AnLcaIsInUseOnlyOnce) {
    ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
    EXPECT_EQ(call(alice, lca_in(0)).error(), Errno::ebusy);
    serve();
    EXPECT_TRUE(call(alice, lca_in(0)).is_ok());
}

TEST_F(LinuxDriverTest, SequenceCountsTheCalls) {
    std::set<std::uint32_t> seen;
    for (int i = 0; i < 5; ++i) {
        keep(alice, lca_in(0));
        seen.insert(kernel().lca_at(lca_in(0)).sequence);
    }
    EXPECT_EQ(seen.size(), 5u);
}

TEST_F(LinuxDriverTest, TimeStampsAreForWhoAsksForThem) {
    antlinux_stamps& stamps = *antlinux_stamps_of(&kernel().lca_at(lca_in(0)));
    keep(alice, lca_in(0));
    for (const antlinux_u32 stamp : stamps.stamp)
        EXPECT_EQ(stamp, 0u);
    stamps.wanted = ANTLINUX_WANTED(ANTLINUX_STOP_RESULT);
    keep(alice, lca_in(0));
    EXPECT_EQ(stamps.stamp[ANTLINUX_STOP_REQUEST], 0u);
    EXPECT_NE(stamps.stamp[ANTLINUX_STOP_RESULT], 0u);
    stamps.wanted = ANTLINUX_WANTED(ANTLINUX_STOP_REQUEST) | ANTLINUX_WANTED(ANTLINUX_STOP_RESULT) |
                    ANTLINUX_WANTED(ANTLINUX_STOP_HEARD);
    keep(alice, lca_in(0));
    EXPECT_NE(stamps.stamp[ANTLINUX_STOP_REQUEST], 0u);
    EXPECT_NE(stamps.stamp[ANTLINUX_STOP_RESULT], stamps.stamp[ANTLINUX_STOP_REQUEST]);
    EXPECT_EQ(stamps.stamp[ANTLINUX_STOP_HEARD], 0u) << "Linux's own";
}

TEST_F(LinuxDriverTest, MergedInterruptsLoseNothing) {
    for (std::uint32_t page = 0; page < 3; ++page)
        ASSERT_TRUE(call(alice, lca_in(page)).is_ok());
    EXPECT_EQ(linux().take_requests(core.value()), 3u);
    while (!linux().in_progress[core.value()].empty())
        linux().answer(core.value(), linux().in_progress[core.value()].size() - 1); // out of order
    driver().on_result_interrupt(core); // one for all three
    EXPECT_EQ(kernel().finished.size(), 3u);
    driver().on_result_interrupt(core); // a late one finds nothing, which is no error
    EXPECT_EQ(kernel().finished.size(), 3u);
    EXPECT_EQ(counters().spurious, 1u);
    EXPECT_THAT(kernel().complaints, IsEmpty());
}

TEST_F(LinuxDriverTest, LostInterruptIsMadeGoodByTheTick) {
    ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
    linux().take_requests(core.value());
    linux().answer(core.value());
    driver().poll(core);
    EXPECT_EQ(kernel().finished.size(), 1u);
    EXPECT_EQ(counters().interrupts, 0u);
}

TEST_F(LinuxDriverTest, FullRingMakesCallersWaitInOrder) {
    set_up(1);
    ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
    ASSERT_TRUE(call(bob, lca_in(8)).is_ok());
    ASSERT_TRUE(call(alice, lca_in(1)).is_ok());
    EXPECT_EQ(entry().request.head, 1u);
    EXPECT_EQ(counters().waits, 2u);
    EXPECT_EQ(kernel().doorbells.size(), 1u);
    EXPECT_EQ(call(bob, lca_in(8)).error(), Errno::ebusy); // also while it waits

    // Linux takes the first; the second may follow, at the tick, before the first is answered.
    EXPECT_EQ(linux().take_requests(core.value()), 1u);
    driver().poll(core);
    EXPECT_EQ(kernel().doorbells.size(), 2u);
    EXPECT_EQ(linux().take_requests(core.value()), 1u);
    EXPECT_THAT(linux().in_progress[core.value()],
                ElementsAre(lca_in(0).value(), lca_in(8).value()));
    linux().answer(core.value(), 1);
    driver().on_result_interrupt(core); // the result's interrupt sends the third
    EXPECT_EQ(kernel().doorbells.size(), 3u);
    EXPECT_EQ(linux().take_requests(core.value()), 1u);
    EXPECT_THAT(linux().in_progress[core.value()],
                ElementsAre(lca_in(0).value(), lca_in(1).value()));
    serve();
    EXPECT_THAT(kernel().finished,
                ElementsAre(Finished{12, Errno{}}, Finished{11, Errno{}}, Finished{11, Errno{}}));
}

TEST_F(LinuxDriverTest, NobodyOvertakesWhoWaits) {
    set_up(1);
    ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
    ASSERT_TRUE(call(alice, lca_in(1)).is_ok()); // waits
    linux().take_requests(core.value());         // room, but no tick has come yet
    ASSERT_TRUE(call(bob, lca_in(8)).is_ok());
    EXPECT_EQ(linux().take_requests(core.value()), 1u);
    EXPECT_EQ(linux().in_progress[core.value()].back(), lca_in(1).value());
    driver().poll(core);
    EXPECT_EQ(linux().take_requests(core.value()), 1u);
    EXPECT_EQ(linux().in_progress[core.value()].back(), lca_in(8).value());
}

TEST_F(LinuxDriverTest, LinuxHearsThatItsFullResultRingHasRoomAgain) {
    set_up(1);
    ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
    linux().take_requests(core.value());
    ASSERT_TRUE(call(bob, lca_in(8)).is_ok());
    linux().take_requests(core.value());
    ASSERT_TRUE(linux().answer(core.value()));
    EXPECT_FALSE(linux().answer(core.value())); // no space: Linux holds it back
    kernel().doorbells.clear();
    driver().on_result_interrupt(core);
    EXPECT_THAT(kernel().doorbells, ElementsAre(core.value()));
    EXPECT_TRUE(linux().answer(core.value()));
    driver().on_result_interrupt(core);
    EXPECT_EQ(kernel().finished.size(), 2u);
    EXPECT_EQ(kernel().doorbells.size(), 1u); // nothing is left that it could hold back
}

TEST_F(LinuxDriverTest, CoresDoNotMix) {
    kernel().prepare(lca_in(0), 39, 0);
    kernel().prepare(lca_in(8), 39, 0);
    ASSERT_TRUE(driver().submit(CoreNumber{2}, alice, lca_in(0)).is_ok());
    ASSERT_TRUE(driver().submit(CoreNumber{3}, bob, lca_in(8)).is_ok());
    EXPECT_THAT(kernel().doorbells, ElementsAre(2, 3));
    linux().take_requests(2);
    linux().take_requests(3);
    EXPECT_EQ(kernel().lca_at(lca_in(8)).cid, 3u);

    linux().put_result(3, lca_in(0).value()); // core 2's, on core 3
    driver().on_result_interrupt(CoreNumber{3});
    EXPECT_THAT(kernel().finished, IsEmpty());
    EXPECT_EQ(driver().counters(CoreNumber{3})->refused, 1u);
    linux().answer(2);
    linux().answer(3);
    driver().on_result_interrupt(CoreNumber{2});
    EXPECT_THAT(kernel().finished, ElementsAre(Finished{11, Errno{}}));
    driver().on_result_interrupt(CoreNumber{3});
    EXPECT_THAT(kernel().finished, ElementsAre(Finished{11, Errno{}}, Finished{12, Errno{}}));
    EXPECT_PANIC(driver().on_result_interrupt(CoreNumber{0}), "assertion failed"); // Linux's core
}

TEST_F(LinuxDriverTest, ForeignAndStaleResultsAreRefused) {
    keep(alice, lca_in(0));
    ASSERT_TRUE(call(alice, lca_in(1)).is_ok());
    linux().take_requests(core.value());
    for (const std::uint64_t address :
         {std::uint64_t{lca_in(0).value()},                          // kept: no call there
          std::uint64_t{lca_in(5).value()},                          // never used
          std::uint64_t{lca_in(1).value()} | std::uint64_t{1} << 32, // beyond 4 GiB
          std::uint64_t{lca_in(1).value()} + 1, std::uint64_t{0}, ~std::uint64_t{0}}) {
        ASSERT_TRUE(linux().put_result(core.value(), address));
        driver().on_result_interrupt(core);
    }
    EXPECT_EQ(counters().refused, 6u);
    EXPECT_EQ(kernel().complaints.size(), 6u);
    EXPECT_THAT(kernel().finished, IsEmpty());
    linux().answer(core.value());
    driver().on_result_interrupt(core);
    EXPECT_EQ(kernel().finished.size(), 1u);

    linux().put_result(core.value(), lca_in(1).value()); // the same answer again
    driver().on_result_interrupt(core);
    EXPECT_EQ(kernel().finished.size(), 1u);
    EXPECT_EQ(counters().refused, 7u);
}

TEST_F(LinuxDriverTest, OverwrittenLcaEndsTheCallWithAnError) {
    ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
    linux().take_requests(core.value());
    kernel().lca_at(lca_in(0)).sequence += 1;
    linux().answer(core.value());
    driver().on_result_interrupt(core);
    EXPECT_THAT(kernel().finished, ElementsAre(Finished{11, Errno::eproto}));
    EXPECT_EQ(counters().refused, 1u);
}

TEST_F(LinuxDriverTest, MadResultRingIsEmptyAndReportedOnce) {
    ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
    linux().take_requests(core.value());
    entry().result.head = 1000;
    for (int i = 0; i < 3; ++i)
        driver().on_result_interrupt(core);
    EXPECT_THAT(kernel().finished, IsEmpty());
    EXPECT_THAT(kernel().complaints, ElementsAre("Linux: the result ring's head is impossible"));
    EXPECT_EQ(counters().refused, 3u);
    EXPECT_EQ(counters().spurious, 3u);
}

TEST_F(LinuxDriverTest, MadRequestRingFailsTheCalls) {
    set_up(1);
    ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
    ASSERT_TRUE(call(bob, lca_in(8)).is_ok()); // waits
    entry().request.tail = 1000;
    driver().poll(core);
    EXPECT_THAT(kernel().finished, ElementsAre(Finished{12, Errno::eproto}));
    EXPECT_EQ(call(bob, lca_in(9)).error(), Errno::eproto);
    entry().request.tail = 0;
    EXPECT_EQ(call(bob, lca_in(9)).is_ok(), true); // nothing remained of the failed one
}

// What is taken back waits as long as the ring is corrupt. Callers do not.
TEST_F(LinuxDriverTest, MadRequestRingFailsTheCallsBehindAnEndingProcess) {
    keep(alice, lca_in(0));
    const std::uint32_t tail = std::exchange(entry().request.tail, 1000);
    EXPECT_FALSE(driver().end_process(core, alice));
    EXPECT_EQ(call(bob, lca_in(8)).error(), Errno::eproto);
    driver().poll(core);
    EXPECT_EQ(call(bob, lca_in(8)).error(), Errno::eproto);
    EXPECT_THAT(kernel().finished, IsEmpty());

    entry().request.tail = tail;
    driver().poll(core);
    serve();
    EXPECT_THAT(kernel().processes_released, ElementsAre(alice.number.value()));
    EXPECT_TRUE(call(bob, lca_in(8)).is_ok());
}

// A call that waited for space in the ring when it became corrupt stands behind one that is taken
// back.
TEST_F(LinuxDriverTest, MadRequestRingFailsTheCallsThatWait) {
    set_up(1);
    keep(alice, lca_in(0));
    ASSERT_TRUE(call(bob, lca_in(8)).is_ok()); // the ring is full
    EXPECT_FALSE(driver().end_process(core, alice));
    ASSERT_TRUE(call(bob, lca_in(9)).is_ok());
    const std::uint32_t tail = std::exchange(entry().request.tail, 1000);
    driver().poll(core);
    EXPECT_THAT(kernel().finished, ElementsAre(Finished{bob.number.value(), Errno::eproto}));
    entry().request.tail = tail;
    serve();
    EXPECT_THAT(kernel().processes_released, ElementsAre(alice.number.value()));
}

TEST_F(LinuxDriverTest, AProxyIsKeptForNoBorrowedLca) {
    kernel().borrowed = lca_in(0).page_start();
    EXPECT_EQ(call(alice, lca_in(0), ANTLINUX_CFLAG_CONTINUE).error(), Errno::efault);
    EXPECT_TRUE(call(alice, lca_in(0), ANTLINUX_CFLAG_END).is_ok());
    serve();
    EXPECT_FALSE(driver().knows_lca_in(core, {lca_in(0), page_size}));
}

} // namespace
} // namespace ant::test
