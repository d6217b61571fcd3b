// SPDX-License-Identifier: GPL-2.0-only
// The Linux-cooperation driver when processes end: kept proxies, calls that are still running.
#include "linux_driver_fixture.h"

namespace ant::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Finished = FakeKernel::Finished;

TEST_F(LinuxDriverTest, ProcessKeepsABoundedNumberOfProxies) {
    for (std::uint32_t i = 0; i < LcaRecords::per_process; ++i)
        keep(alice, lca_in(0, i * 128));
    EXPECT_EQ(call(alice, lca_in(1), ANTLINUX_CFLAG_CONTINUE).error(), Errno::emfile);
    EXPECT_TRUE(call(bob, lca_in(8)).is_ok()); // others are not concerned
    serve();
    // The continued ones go on working, and ending one makes room.
    ASSERT_TRUE(call(alice, lca_in(0, 5 * 128)).is_ok());
    serve();
    EXPECT_TRUE(call(alice, lca_in(1), ANTLINUX_CFLAG_CONTINUE).is_ok());
}

TEST_F(LinuxDriverTest, EndOfAProcessThatKeepsNothing) {
    ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
    serve();
    EXPECT_TRUE(driver().end_process(core, alice));
    EXPECT_THAT(kernel().processes_released, IsEmpty());
    EXPECT_EQ(counters().calls, 1u);
}

TEST_F(LinuxDriverTest, EndOfAProcessEndsItsProxies) {
    for (std::uint32_t page = 0; page < 6; ++page) // more than the ring holds
        keep(alice, lca_in(page));
    keep(bob, lca_in(8));
    kernel().lca_at(lca_in(3)) = {}; // the process left nonsense
    EXPECT_FALSE(driver().end_process(core, alice));
    EXPECT_FALSE(driver().end_process(core, alice)); // again: still under way
    linux().take_requests(core.value());
    for (const std::uint32_t entry : linux().in_progress[core.value()])
        EXPECT_EQ(entry & ANTLINUX_ENTRY_BITS, ANTLINUX_ENTRY_END);
    EXPECT_THAT(kernel().processes_released, IsEmpty());
    serve();
    EXPECT_THAT(kernel().processes_released, ElementsAre(alice.number.value()));
    EXPECT_THAT(linux().proxies, ElementsAre(lca_in(8).value())); // bob's
    EXPECT_THAT(kernel().finished, IsEmpty());                    // nobody waits for those
    EXPECT_TRUE(driver().end_process(core, alice));
}

TEST_F(LinuxDriverTest, AProxyWhoseLastCallDidNotComeToItIsEnded) {
    const auto end_by = [&](std::int64_t retval) {
        keep(alice, lca_in(0));
        EXPECT_TRUE(call(alice, lca_in(0), ANTLINUX_CFLAG_END).is_ok());
        linux().take_requests(core.value());
        linux().answer(core.value(), 0, retval);
        driver().on_result_interrupt(core);
        return driver().end_process(core, alice);
    };
    EXPECT_TRUE(end_by(0)) << "it has executed the call, and ended";
    // The module has answered: nobody had fetched the call in time, or there was no parent.
    for (const std::int64_t error : {EINTR, ENXIO}) {
        EXPECT_FALSE(end_by(-error));
        linux().proxies.insert(lca_in(0).value()); // which the fake has ended
        serve();
        EXPECT_THAT(linux().proxies, IsEmpty());
        EXPECT_TRUE(driver().end_process(core, alice));
    }
}

TEST_F(LinuxDriverTest, ProcessKilledInACall) {
    for (const std::uint32_t cflag : {ANTLINUX_CFLAG_END, ANTLINUX_CFLAG_CONTINUE}) {
        set_up(4);
        ASSERT_TRUE(call(alice, lca_in(0), cflag).is_ok());
        linux().take_requests(core.value());
        driver().cancel(core, alice);
        driver().cancel(core, alice);
        EXPECT_FALSE(driver().end_process(core, alice));
        EXPECT_EQ(linux().take_requests(core.value()), 1u) << "END, once";
        EXPECT_THAT(kernel().processes_released, IsEmpty());
        linux().answer(core.value());
        driver().on_result_interrupt(core);
        EXPECT_THAT(kernel().finished, IsEmpty());
        EXPECT_THAT(kernel().processes_released, ElementsAre(alice.number.value()));
        EXPECT_EQ(counters().calls, 1u);
        EXPECT_EQ(counters().results, 1u);
        EXPECT_TRUE(driver().end_process(core, alice));
        EXPECT_TRUE(driver().counters(core) != nullptr);
    }
}

TEST_F(LinuxDriverTest, TheEndOfACallMayMeetItsAnswer) {
    ASSERT_TRUE(call(alice, lca_in(0), ANTLINUX_CFLAG_CONTINUE).is_ok());
    linux().take_requests(core.value());
    linux().answer(core.value()); // in the ring, but AnT has not looked
    driver().cancel(core, alice);
    driver().on_result_interrupt(core);
    EXPECT_THAT(kernel().processes_released, IsEmpty()); // the proxy must go first
    EXPECT_THAT(kernel().finished, IsEmpty());
    EXPECT_EQ(call(alice, lca_in(0)).error(), Errno::ebusy);
    serve();
    EXPECT_THAT(kernel().processes_released, ElementsAre(alice.number.value()));
    EXPECT_THAT(linux().proxies, IsEmpty());
    EXPECT_EQ(counters().results, 1u);
    EXPECT_THAT(kernel().complaints, IsEmpty());
    EXPECT_TRUE(call(alice, lca_in(0)).is_ok());
}

TEST_F(LinuxDriverTest, AnEndThatNobodyAskedForIsRefused) {
    ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
    linux().put_result(core.value(), lca_in(0).value() | ANTLINUX_ENTRY_END);
    linux().put_result(core.value(), lca_in(1).value() | ANTLINUX_ENTRY_END);
    linux().put_result(core.value(), lca_in(0).value() | ANTLINUX_ENTRY_INTERRUPT);
    driver().on_result_interrupt(core);
    EXPECT_EQ(counters().refused, 3u);
    EXPECT_THAT(kernel().finished, IsEmpty());
    EXPECT_THAT(kernel().processes_released, IsEmpty());
}

TEST_F(LinuxDriverTest, ProcessKilledWhileItsRequestWaits) {
    set_up(1);
    keep(alice, lca_in(0));
    ASSERT_TRUE(call(bob, lca_in(8)).is_ok());                            // fills the ring
    ASSERT_TRUE(call(alice, lca_in(0), ANTLINUX_CFLAG_CONTINUE).is_ok()); // waits, with a proxy
    driver().cancel(core, alice);
    EXPECT_THAT(kernel().finished, ElementsAre(Finished{11, Errno::eintr}));
    ASSERT_TRUE(call(alice, lca_in(1)).is_ok()); // waits, without
    driver().cancel(core, alice);
    EXPECT_FALSE(driver().end_process(core, alice)); // the proxy
    serve();
    driver().poll(core);
    serve();
    EXPECT_EQ(counters().calls, 2u) << "keep()'s and bob's";
    EXPECT_THAT(kernel().processes_released, ElementsAre(alice.number.value()));
    EXPECT_THAT(kernel().finished, ElementsAre(Finished{11, Errno::eintr},
                                               Finished{11, Errno::eintr}, Finished{12, Errno{}}));
    EXPECT_THAT(linux().proxies, IsEmpty());
}

TEST_F(LinuxDriverTest, ACallWhoseTimeIsOverIsInterrupted) {
    const auto limited = [&](PhysicalAddress lca, std::uint32_t milliseconds) {
        kernel().prepare(lca, 0, ANTLINUX_CFLAG_CONTINUE);
        return driver().submit(core, alice, lca, milliseconds);
    };
    const auto at = [&](std::uint64_t time) {
        kernel().now = milliseconds(time);
        driver().poll(core);
        linux().take_requests(core.value());
    };
    ASSERT_TRUE(limited(lca_in(0), 100).is_ok());
    ASSERT_TRUE(limited(lca_in(1), 0).is_ok());
    at(99);
    EXPECT_THAT(linux().interrupts, IsEmpty());
    at(100);
    at(200);
    EXPECT_THAT(linux().interrupts, ElementsAre(lca_in(0).value())) << "once";
    linux().answer(core.value(), 0, -4);
    driver().on_result_interrupt(core);
    EXPECT_EQ(kernel().lca_at(lca_in(0)).retval, -110);
    // Linux has something to tell, and a call without a limit may well be interrupted.
    ASSERT_TRUE(limited(lca_in(0), 100).is_ok());
    at(300);
    linux().answer(core.value(), 1, 17);
    linux().answer(core.value(), 0, -4);
    driver().on_result_interrupt(core);
    EXPECT_EQ(kernel().lca_at(lca_in(0)).retval, 17);
    EXPECT_EQ(kernel().lca_at(lca_in(1)).retval, -4);
    at(1000);
    EXPECT_EQ(linux().interrupts.size(), 2u);
}

TEST_F(LinuxDriverTest, TheTimeOfACallThatWaitsEndsToo) {
    set_up(1);
    ASSERT_TRUE(call(bob, lca_in(8)).is_ok()); // fills the ring
    kernel().prepare(lca_in(0), 0, ANTLINUX_CFLAG_END);
    ASSERT_TRUE(driver().submit(core, alice, lca_in(0), 50).is_ok());
    kernel().now = milliseconds(50);
    driver().poll(core);
    EXPECT_THAT(kernel().finished, ElementsAre(Finished{11, Errno{}}));
    EXPECT_EQ(kernel().lca_at(lca_in(0)).retval, -110);
    serve();
    EXPECT_EQ(counters().calls, 1u);
    EXPECT_THAT(linux().interrupts, IsEmpty());
}

TEST_F(LinuxDriverTest, ProxiesWentWithLinuxsModule) {
    keep(alice, lca_in(0));
    machine_.table->linux_generation = 0; // what the module does when it is unloaded
    EXPECT_EQ(call(alice, lca_in(0)).error(), Errno::enxio);
    EXPECT_TRUE(driver().end_process(core, alice));
    EXPECT_THAT(kernel().doorbells, IsEmpty());
}

TEST_F(LinuxDriverTest, ReleaseOfOneArea) {
    keep(alice, lca_in(0));
    keep(alice, lca_in(1, 128));
    keep(alice, lca_in(2));
    EXPECT_TRUE(driver().release(core, alice, {lca_in(3), page_size})); // nothing there
    EXPECT_FALSE(driver().release(core, alice, {lca_in(1), page_size}));
    serve();
    EXPECT_THAT(kernel().processes_released, ElementsAre(alice.number.value()));
    EXPECT_THAT(linux().proxies, ElementsAre(lca_in(0).value(), lca_in(2).value()));
    EXPECT_TRUE(call(alice, lca_in(1, 128)).is_ok()); // would be a new proxy now
}

} // namespace
} // namespace ant::test
