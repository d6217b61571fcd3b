// SPDX-License-Identifier: GPL-2.0-only
// The LCA that LinuxCall fills in, and what becomes of its area and its proxy.
#include "fake_kernel.h"

#include <ant/lib/errno.h>

using ant::Continue;
using ant::LinuxCall;
using ant::LinuxNumber;

class LinuxCallTest : public LibantTest {};

TEST_F(LinuxCallTest, TheLcaHoldsTheCall) {
    LinuxCall call;
    EXPECT_TRUE(call.payload().empty());
    kernel.linux_answer = [](const antlinux_lca&) { return INT64_C(5'000'000'000); };
    EXPECT_EQ(call.call(LinuxNumber::lseek, Continue::on, {3, UINT64_MAX, 2}), 5'000'000'000);
    ASSERT_EQ(kernel.linux_calls.size(), 1u);
    const antlinux_lca& lca = kernel.linux_calls[0].lca;
    EXPECT_EQ(lca.magic, ANTLINUX_LCA_MAGIC);
    EXPECT_EQ(lca.syscallno, 8u);
    EXPECT_EQ(lca.cflag, ANTLINUX_CFLAG_CONTINUE);
    EXPECT_EQ(lca.args[0], 3u);
    EXPECT_EQ(lca.args[1], UINT64_MAX);
    EXPECT_EQ(lca.args[2], 2u);
    for (int i = 3; i < 6; i++)
        EXPECT_EQ(lca.args[i], 0u);
    EXPECT_EQ(kernel.linux_calls[0].lca_address % ANTLINUX_LCA_ALIGN, 0u);
    EXPECT_EQ(kernel.linux_calls[0].lca_address, ant::address_of(call.block()));
    EXPECT_EQ(call.payload().size(), LinuxCall::payload_bytes);
    EXPECT_TRUE(kernel.in_ica(ant::address_of(call.payload().data()), call.payload().size()));
}

TEST_F(LinuxCallTest, OldArgumentsDoNotStay) {
    LinuxCall call;
    kernel.linux_answer = [](const antlinux_lca&) { return 0; };
    EXPECT_EQ(call.call(LinuxNumber::read, Continue::on, {1, 2, 3, 4, 5, 6}), 0);
    EXPECT_EQ(call.call(LinuxNumber::null, Continue::off, {}), 0);
    EXPECT_EQ(kernel.linux_calls[0].lca.args[5], 6u);
    for (const uint64_t argument : kernel.linux_calls[1].lca.args)
        EXPECT_EQ(argument, 0u);
    EXPECT_EQ(kernel.linux_calls[1].lca.cflag, ANTLINUX_CFLAG_END);
    EXPECT_EQ(kernel.linux_calls[1].lca.syscallno, ANTLINUX_CALL_NULL);
}

TEST_F(LinuxCallTest, TheProxyStaysWhileContinued) {
    LinuxCall call;
    const int64_t first = call.call(LinuxNumber::getpid, Continue::on, {});
    EXPECT_EQ(call.call(LinuxNumber::getpid, Continue::on, {}), first);
    EXPECT_EQ(call.call(LinuxNumber::getpid, Continue::off, {}), first);
    EXPECT_FALSE(kernel.has_proxy(call.block()));
    EXPECT_NE(call.call(LinuxNumber::getpid, Continue::on, {}), first);
}

TEST_F(LinuxCallTest, TheEndOfTheObjectEndsProxyAndArea) {
    const size_t areas = kernel.ica_areas();
    const void* block = nullptr;
    {
        LinuxCall call;
        EXPECT_GT(call.call(LinuxNumber::getpid, Continue::on, {}), 0);
        block = call.block();
        EXPECT_TRUE(kernel.has_proxy(block));
        EXPECT_EQ(kernel.ica_areas(), areas + 1);
    }
    EXPECT_FALSE(kernel.has_proxy(block));
    EXPECT_EQ(kernel.ica_areas(), areas);
    ASSERT_EQ(kernel.linux_calls.size(), 2u);
    EXPECT_EQ(kernel.linux_calls[1].lca.syscallno, ANTLINUX_CALL_NULL);
    EXPECT_EQ(kernel.linux_calls[1].lca.cflag, ANTLINUX_CFLAG_END);
}

TEST_F(LinuxCallTest, NoProxyNoFarewell) {
    {
        LinuxCall call;
        EXPECT_EQ(call.call(LinuxNumber::null, Continue::off, {}), 0);
        EXPECT_EQ(call.end_proxy(), 0);
    }
    {
        const LinuxCall unused;
        EXPECT_TRUE(kernel.linux_calls.size() == 1);
    }
    EXPECT_EQ(kernel.linux_calls.size(), 1u);
}

TEST_F(LinuxCallTest, ErrorsOfTheKernelAreResults) {
    LinuxCall call;
    kernel.linux_error = ENXIO;
    EXPECT_EQ(call.call(LinuxNumber::getpid, Continue::on, {}), -ENXIO);
    kernel.linux_error = 0;
    EXPECT_GT(call.call(LinuxNumber::getpid, Continue::on, {}), 0);
}

TEST_F(LinuxCallTest, WithoutIcaThereIsNoCall) {
    kernel.ica_limit = 0;
    LinuxCall call;
    EXPECT_EQ(call.call(LinuxNumber::null, Continue::on, {}), -ENOMEM);
    EXPECT_EQ(call.block(), nullptr);
    EXPECT_TRUE(kernel.linux_calls.empty());
    kernel.ica_limit = SIZE_MAX;
    EXPECT_EQ(call.call(LinuxNumber::null, Continue::on, {}), 0);
}

TEST_F(LinuxCallTest, LimitsOfTheProcessAndOfTheObject) {
    LinuxCall call;
    EXPECT_EQ(call.call(LinuxNumber::null, Continue::on, {}), 0);
    ant::set_linux_limit(2000);
    EXPECT_EQ(call.call(LinuxNumber::null, Continue::on, {}), 0);
    call.set_limit(50);
    EXPECT_EQ(call.call(LinuxNumber::null, Continue::on, {}), 0);
    ant::set_linux_limit(0);
    call.set_limit(0);
    EXPECT_EQ(call.call(LinuxNumber::null, Continue::on, {}), 0);
    EXPECT_EQ(kernel.limits, (std::vector<uintptr_t>{0, 2000, 50, 0}));
}

TEST_F(LinuxCallTest, AProxyThatWasDeadHasDoneNothing) {
    LinuxCall call;
    const int64_t first = call.call(LinuxNumber::getpid, Continue::on, {});
    kernel.kill_proxies();
    EXPECT_EQ(call.call(LinuxNumber::getpid, Continue::on, {}), -EOWNERDEAD);
    EXPECT_TRUE(call.nothing_was_done());
    EXPECT_NE(call.call(LinuxNumber::getpid, Continue::on, {}), first) << "told once";
    kernel.proxy_dies = true;
    EXPECT_EQ(call.call(LinuxNumber::getpid, Continue::on, {}), -EOWNERDEAD);
    EXPECT_FALSE(call.nothing_was_done());
}
