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
    kernel().lca_at(lca_in(3)) = {}; // the process left rubbish
    EXPECT_FALSE(driver().end_process(core, alice));
    EXPECT_FALSE(driver().end_process(core, alice)); // again: still under way
    linux().take_requests(core.value());
    for (const std::uint32_t address : linux().in_progress[core.value()]) {
        const antlinux_lca& lca = kernel().lca_at(PhysicalAddress{address});
        EXPECT_EQ(lca.syscallno, ANTLINUX_CALL_NULL);
        EXPECT_EQ(lca.cflag, ANTLINUX_CFLAG_END);
        EXPECT_EQ(lca.owner, alice.number.value());
    }
    EXPECT_THAT(kernel().processes_released, IsEmpty());
    serve();
    EXPECT_THAT(kernel().processes_released, ElementsAre(alice.number.value()));
    EXPECT_THAT(linux().proxies, ElementsAre(lca_in(8).value())); // bob's
    EXPECT_THAT(kernel().finished, IsEmpty());                    // nobody waits for those
    EXPECT_TRUE(driver().end_process(core, alice));
}

TEST_F(LinuxDriverTest, ProcessKilledInACall) {
    ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
    linux().take_requests(core.value());
    EXPECT_FALSE(driver().end_process(core, alice));
    EXPECT_EQ(counters().calls, 1u); // no proxy to end, only an answer to wait for
    linux().answer(core.value());
    driver().on_result_interrupt(core);
    EXPECT_THAT(kernel().finished, IsEmpty());
    EXPECT_THAT(kernel().processes_released, ElementsAre(alice.number.value()));
}

TEST_F(LinuxDriverTest, ProcessKilledInAContinuedCall) {
    ASSERT_TRUE(call(alice, lca_in(0), ANTLINUX_CFLAG_CONTINUE).is_ok());
    linux().take_requests(core.value());
    EXPECT_FALSE(driver().end_process(core, alice));
    linux().answer(core.value());
    driver().on_result_interrupt(core);
    EXPECT_THAT(kernel().processes_released, IsEmpty()); // the proxy must go first
    EXPECT_EQ(linux().take_requests(core.value()), 1u);
    serve();
    EXPECT_THAT(kernel().processes_released, ElementsAre(alice.number.value()));
    EXPECT_THAT(linux().proxies, IsEmpty());
    EXPECT_THAT(kernel().finished, IsEmpty());
}

TEST_F(LinuxDriverTest, ProcessKilledWhileItsRequestWaits) {
    set_up(1);
    keep(alice, lca_in(0));
    ASSERT_TRUE(call(bob, lca_in(8)).is_ok());                            // fills the ring
    ASSERT_TRUE(call(alice, lca_in(0), ANTLINUX_CFLAG_CONTINUE).is_ok()); // waits, with a proxy
    ASSERT_TRUE(call(alice, lca_in(1)).is_ok());                          // waits, without
    EXPECT_FALSE(driver().end_process(core, alice));
    serve();
    driver().poll(core);
    serve();
    // The request without a proxy never reached Linux; the other became the null call.
    EXPECT_EQ(counters().calls, 3u);
    EXPECT_THAT(kernel().processes_released, ElementsAre(alice.number.value()));
    EXPECT_THAT(kernel().finished, ElementsAre(Finished{12, Errno{}}));
    EXPECT_THAT(linux().proxies, IsEmpty());
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
