// SPDX-License-Identifier: GPL-2.0-only
// The module with real threads, under ThreadSanitizer: AnT's cores share nothing with it but the
// rings and the LCAs; parent, proxies and interrupts share its one lock.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/unit/lkm/world.h"

namespace lkm {
namespace {

constexpr antlinux_u32 lcas_of_each_core = 3;
constexpr antlinux_u32 calls = 200; // of each core

class ModuleThreads : public testing::Test {
protected:
    // A command of /dev/ant: sleeps as long as there is nothing to do.
    int run(Opened& opened, unsigned int number, antlinux_u64 raddr = 0, antlinux_u32 core = 0) {
        std::unique_lock lock{mutex_};
        int result = world_.answer(opened, number, raddr, core);
        for (;;) {
            woken_.notify_all(); // whoever it is that this has woken
            if (result != -EAGAIN || ended_)
                return result;
            woken_.wait(lock, [&] { return opened.woken || ended_; });
            result = world_.go_on(opened);
        }
    }
    // Mint's interrupts: each core rings by a flag of its own.
    void hear() {
        while (!ended_) {
            for (antlinux_u32 core = 1; core <= 3; ++core)
                if (doorbells_[core].exchange(false, std::memory_order_acquire)) {
                    const std::lock_guard lock{mutex_};
                    world_.doorbell(core);
                    world_.tick();
                    woken_.notify_all();
                }
            std::this_thread::yield();
        }
    }
    void core_calls(antlinux_u32 core) {
        for (antlinux_u32 call = 0; call < calls; ++call) {
            const antlinux_u64 raddr = lca(core * lcas_of_each_core + call % lcas_of_each_core);
            world_.at(raddr).args[0] = call;
            ASSERT_TRUE(world_.send(core, raddr));
            doorbells_[core].store(true, std::memory_order_release);
            std::optional<antlinux_u64> result;
            while (!(result = world_.result(core)))
                std::this_thread::yield();
            ASSERT_EQ(*result, raddr);
            ASSERT_EQ(world_.at(raddr).retval, call + 1);
        }
    }
    void proxy_serves(Opened& proxy, antlinux_u64 raddr, antlinux_u32 core) {
        int next = static_cast<int>(core);
        while (next > 0) {
            antlinux_lca& block = world_.at(raddr);
            block.retval = static_cast<antlinux_s64>(block.args[0] + 1);
            next = run(proxy, ANT_NEXT, raddr, static_cast<antlinux_u32>(next));
        }
    }
    void parent_serves() {
        std::vector<std::thread> proxies;
        int result = run(parent_, ANT_GET);
        while (!ended_) {
            ASSERT_EQ(result, 0);
            const antlinux_request request = parent_.command.request;
            result = run(parent_, ANT_WAKE, request.raddr);
            if (result != -ESRCH)
                continue;
            Opened& proxy = [&]() -> Opened& {
                const std::lock_guard lock{mutex_};
                Opened& opened = world_.open();
                EXPECT_EQ(world_.bind(parent_, opened, request.raddr), 0);
                return opened;
            }();
            proxies.emplace_back(
                [this, &proxy, request] { proxy_serves(proxy, request.raddr, request.cid); });
            result = run(parent_, ANT_GET);
        }
        for (std::thread& proxy : proxies)
            proxy.join();
    }

    World world_;
    Opened& parent_ = world_.open();
    std::mutex mutex_;
    std::condition_variable woken_;
    std::atomic<bool> ended_ = false;
    std::array<std::atomic<bool>, ANTLINUX_MAX_CORES> doorbells_{};
};

TEST_F(ModuleThreads, CallsOfThreeCoresAtOnce) {
    world_.start(1, 2);
    world_.doorbell(1);
    std::thread parent{[this] { parent_serves(); }};
    std::thread interrupts{[this] { hear(); }};
    std::vector<std::thread> cores;
    for (antlinux_u32 core = 1; core <= 3; ++core)
        cores.emplace_back([this, core] { core_calls(core); });
    for (std::thread& core : cores)
        core.join();
    {
        const std::lock_guard lock{mutex_};
        ended_ = true;
        woken_.notify_all();
    }
    parent.join();
    interrupts.join();
    EXPECT_EQ(world_.counters().results, 3U * calls);
    EXPECT_EQ(world_.files.size(), 1U + 3 * lcas_of_each_core);
    world_.check();
}

} // namespace
} // namespace lkm
