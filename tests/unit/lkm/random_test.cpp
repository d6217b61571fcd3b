// SPDX-License-Identifier: GPL-2.0-only
// The module's state machine with AnT, a parent and many proxies that act in random order, die at
// every step, and start anew; and with an AnT that writes nonsense.
#include <map>
#include <random>
#include <set>

#include "tests/unit/lkm/world.h"

namespace lkm {
namespace {

constexpr antlinux_u32 lcas = 40;
constexpr antlinux_u32 most_proxies = 12;

class ModuleRandom : public testing::TestWithParam<unsigned> {
protected:
    antlinux_u32 random(antlinux_u32 low, antlinux_u32 high) {
        return std::uniform_int_distribution<antlinux_u32>{low, high}(generator_);
    }
    bool one_in(antlinux_u32 n) { return random(1, n) == 1; }

    // ---- AnT: what is in Linux's hands, and on which core it was sent

    void ant_starts() {
        world_.start(++generation_, 1U << random(0, 6));
        in_flight_.clear();
        ending_.clear();
        heard_ = false;
    }
    void ant_calls() {
        const antlinux_u64 raddr = lca(random(0, lcas - 1));
        const antlinux_u32 core = random(1, 3);
        if (!heard_ || in_flight_.contains(raddr) || !world_.send(core, raddr))
            return;
        world_.at(raddr).retval = asked;
        in_flight_[raddr] = core;
        if (!one_in(4)) // its doorbell merges with the next one's
            world_.doorbell(core);
    }
    // Some process of AnT's ends, or has no patience any more.
    void ant_cancels() {
        if (in_flight_.empty() || !heard_)
            return;
        const antlinux_u32 some = random(0, static_cast<antlinux_u32>(in_flight_.size() - 1));
        const auto call = std::next(in_flight_.begin(), some);
        const auto [raddr, core] = *call;
        if (one_in(2)) {
            world_.send(core, raddr | ANTLINUX_ENTRY_INTERRUPT);
        } else if (!ending_.contains(raddr) && world_.send(core, raddr | ANTLINUX_ENTRY_END)) {
            ending_.insert(raddr);
        }
        if (!one_in(4))
            world_.doorbell(core);
    }
    void ant_hears(antlinux_u32 core) {
        if (!heard_ && world_.is_answered()) {
            heard_ = true;
            for (const auto& file : world_.files) // nobody can write into the new AnT's memory
                ASSERT_FALSE(file->client.is_proxy && file->client.maps);
            for (antlinux_u32 i = 0; i < lcas; ++i)
                world_.at(lca(i)).incarnation = 0;
        }
        while (const auto entry = world_.result(core)) {
            const antlinux_u64 raddr = *entry & ~antlinux_u64{ANTLINUX_ENTRY_BITS};
            antlinux_lca& block = world_.at(raddr);
            ASSERT_TRUE(in_flight_.contains(raddr)) << "answered twice, or never asked";
            ASSERT_EQ(in_flight_[raddr], core);
            if (*entry != raddr) {
                ASSERT_EQ(*entry, raddr | ANTLINUX_ENTRY_END);
                ASSERT_EQ(ending_.erase(raddr), 1U);
                for (const auto& file : world_.files)
                    ASSERT_FALSE(file->client.lca && file->client.lca->raddr == raddr);
                block.incarnation = 0; // somebody else's from now on
                in_flight_.erase(raddr);
                ++ended_;
                continue;
            }
            if (ending_.contains(raddr))
                continue; // it met the end on its way
            in_flight_.erase(raddr);
            const antlinux_s64 retval = block.retval;
            ASSERT_TRUE(retval == done || retval == -ENXIO || retval == -EAGAIN ||
                        retval == -EOWNERDEAD || retval == -EINTR)
                << retval;
            if (retval == -EOWNERDEAD)
                block.incarnation = 0;
            retval == done ? ++done_ : ++failed_;
        }
    }

    // ---- Linux

    void parent_works() {
        if (parent_ == nullptr) {
            parent_ = &world_.open();
            ASSERT_TRUE(is_asleep_or_ok(world_.get(*parent_)));
            return;
        }
        if (parent_->asleep) {
            if (parent_->woken)
                world_.go_on(*parent_);
            return;
        }
        const antlinux_request request = parent_->command.request;
        int result = one_in(50) ? world_.ret(*parent_, request.raddr, request.cid, EAGAIN)
                                : world_.wake(*parent_, request.raddr);
        if (result == -ESRCH) {
            Opened& proxy = world_.open();
            // EAGAIN: all others are busy; else AnT has started anew since.
            result = world_.bind(*parent_, proxy, request.raddr, most_proxies);
            if (result == -EAGAIN)
                world_.ret(*parent_, request.raddr, request.cid, EAGAIN);
            const bool forks = result == 0 && !one_in(20);
            if (!forks || (!one_in(20) && world_.map(proxy) != 0))
                world_.close(proxy);
        }
        if (!parent_->asleep && parent_->command.number != ANT_GET &&
            !(parent_->command.number == ANT_WAKE && result == 0))
            world_.get(*parent_);
    }
    void proxy_works(Opened& proxy) {
        if (proxy.killed) {
            world_.close(proxy);
            return;
        }
        if (proxy.asleep) {
            if (proxy.woken && world_.go_on(proxy) == -ESTALE)
                world_.close(proxy);
            return;
        }
        if (!proxy.client.maps && world_.map(proxy) != 0) {
            world_.close(proxy);
            return;
        }
        // Between two steps AnT may have started anew: then the process is killed instead.
        ASSERT_NE(proxy.client.lca, nullptr);
        ASSERT_EQ(proxy.client.lca->state, ANT_LCA_SERVED);
        const antlinux_u64 raddr = proxy.client.lca->raddr;
        ASSERT_EQ(world_.at(raddr).retval, asked);
        world_.at(raddr).retval = done;
        const antlinux_u32 core = proxy.client.lca->core;
        if (one_in(5)) {
            ASSERT_EQ(world_.ret(proxy, raddr, core), 0);
            world_.close(proxy);
        } else if (world_.next(proxy, raddr, core, one_in(2)) == -ESTALE) {
            world_.close(proxy);
        }
    }
    // A proxy that answers whatever it has, and that ends when there is nothing left to serve.
    bool ends(Opened& proxy) {
        if (proxy.asleep)
            return proxy.woken && world_.go_on(proxy) == -ESTALE;
        const ant_lca* served = proxy.client.lca;
        return served == nullptr || world_.next(proxy, served->raddr, served->core) == -ESTALE;
    }
    void linux_works() {
        // Of many proxies most are asleep, and would leave the parent too few turns.
        Opened* opened = one_in(3) ? nullptr : some_file();
        if (opened == nullptr || opened == parent_)
            parent_works();
        else
            proxy_works(*opened);
    }
    void somebody_dies() {
        Opened* victim = some_file();
        if (victim == nullptr)
            return;
        if (victim == parent_)
            parent_ = nullptr;
        world_.close(*victim);
    }

    void any_step() {
        const antlinux_u32 core = random(1, 3);
        switch (random(0, 9)) {
        case 0:
        case 1:
            ant_calls();
            break;
        case 2:
            ant_hears(core);
            break;
        case 3:
            world_.doorbell(core);
            break;
        case 4:
            world_.tick();
            break;
        case 5:
            if (one_in(20))
                somebody_dies();
            if (one_in(100))
                world_.lose_patience();
            if (one_in(4))
                ant_cancels();
            if (one_in(500))
                ant_starts();
            break;
        default:
            linux_works();
        }
    }

    static bool is_asleep_or_ok(int result) { return result == 0 || result == -EAGAIN; }
    Opened* some_file() {
        if (world_.files.empty() || (parent_ == nullptr && one_in(4)))
            return nullptr;
        return world_.files[random(0, static_cast<antlinux_u32>(world_.files.size() - 1))].get();
    }

    static constexpr antlinux_s64 asked = -12345;
    static constexpr antlinux_s64 done = 42;
    World world_;
    Opened* parent_ = nullptr;
    antlinux_u32 generation_ = 0;
    bool heard_ = false; // this generation's answer
    std::map<antlinux_u64, antlinux_u32> in_flight_;
    std::set<antlinux_u64> ending_; // of these
    int ended_ = 0;
    int done_ = 0;
    int failed_ = 0;

private:
    std::mt19937 generator_{GetParam()};
};

TEST_P(ModuleRandom, EveryCallIsAnsweredOnceWhoeverDies) {
    ant_starts();
    for (int step = 0; step < 40000; ++step) {
        ASSERT_NO_FATAL_FAILURE(any_step()) << "step " << step;
        if (step % 64 == 0) {
            ASSERT_NO_FATAL_FAILURE(world_.check()) << "step " << step;
        }
        ASSERT_FALSE(HasNonfatalFailure()) << "step " << step;
    }
    EXPECT_GT(done_, 500);
    EXPECT_GT(failed_, 20);
    EXPECT_GT(world_.counters().retired, 0U);
    EXPECT_GT(ended_, 20);
    EXPECT_GT(generation_, 2U);

    // Quiet comes: what was asked is answered, and when all are gone nothing is left.
    for (int step = 0; step < 20000; ++step) {
        ASSERT_NO_FATAL_FAILURE(linux_works());
        const antlinux_u32 core = random(1, 3);
        ASSERT_NO_FATAL_FAILURE(ant_hears(core));
        world_.doorbell(core);
    }
    EXPECT_TRUE(in_flight_.empty());
    while (!world_.files.empty())
        world_.close(*world_.files.back());
    world_.check();
    for (const ant_lca& entry : world_.core().lcas.pool)
        ASSERT_EQ(entry.state, ANT_LCA_FREE);
    EXPECT_EQ(world_.counters().corrupt, 0U);
}

// AnT writes anything anywhere into its parts of the table, at any time: whatever the module makes
// of it, each LCA is in one place, and outside the ICA and Linux's parts of the table no byte
// changes.
TEST_P(ModuleRandom, AMisbehavingAntHarmsOnlyItself) {
    ant_starts();
    const auto number = [&](antlinux_u32 most) {
        return one_in(3) ? random(0, ~0U) : random(0, most);
    };
    for (int step = 0; step < 40000; ++step) {
        antlinux_table& table = world_.table();
        const antlinux_u32 core = random(0, 3);
        antlinux_core_entry& rings = table.core[core];
        switch (random(0, 7)) {
        case 0:
            rings.request.head = world_.core().request_tail[core] + number(3);
            break;
        case 1:
            rings.result.tail = world_.core().result_head[core] - number(3);
            break;
        case 2:
            rings.request.lca[random(0, ANTLINUX_MAX_DEPTH - 1)] =
                one_in(3) ? number(1) * antlinux_u64{random(1, 9)} : lca(random(0, lcas - 1));
            break;
        case 3:
            world_.doorbell(random(0, ANTLINUX_MAX_CORES));
            break;
        case 4:
            rings.request.tail = number(3); // Linux's own counters are not believed
            rings.result.head = number(3);
            break;
        case 5:
            if (one_in(100))
                ant_starts();
            if (one_in(100))
                table.depth = number(64); // after the handshake
            if (one_in(100))
                somebody_dies();
            break;
        default:
            if (Opened* opened = some_file(); opened == nullptr || opened == parent_)
                parent_works();
            else if (opened->killed || ends(*opened))
                world_.close(*opened);
        }
        if (step % 64 == 0) {
            ASSERT_NO_FATAL_FAILURE(world_.check()) << "step " << step;
        }
        ASSERT_FALSE(HasNonfatalFailure()) << "step " << step;
    }
    EXPECT_GT(world_.counters().requests, 500U);
    EXPECT_GT(world_.counters().refused, 100U);
    EXPECT_GT(world_.counters().corrupt, 100U);
    constexpr antlinux_u64 table_end = ANTLINUX_TABLE_OFFSET + sizeof(antlinux_table);
    const auto is_untouched = [&](antlinux_u64 begin, antlinux_u64 end) {
        const char* const bytes = world_.memory() + begin; // each is as its neighbour
        return *bytes == '\xa5' && std::memcmp(bytes, bytes + 1, end - begin - 1) == 0;
    };
    EXPECT_TRUE(is_untouched(0, ANTLINUX_TABLE_OFFSET));
    EXPECT_TRUE(is_untouched(table_end, ica_base - region_base));
}

INSTANTIATE_TEST_SUITE_P(Seeds, ModuleRandom, testing::Range(0U, 8U));

} // namespace
} // namespace lkm
