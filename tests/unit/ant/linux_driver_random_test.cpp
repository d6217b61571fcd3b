// SPDX-License-Identifier: GPL-2.0-only
// The Linux-cooperation driver with many processes, every ring depth, merged IPIs, sudden deaths.
#include "fake_linux.h"

namespace ant::test {
namespace {

constexpr std::uint32_t processes = 8; // two pages of ICA each

struct Caller {
    Process itself{};
    enum class State { running, calling, ending } state = State::running;
    PhysicalAddress lca{};
    std::int64_t expected = 0;
};

class LinuxDriverRandom : public Seeded {
protected:
    // Processes 1 to 8 live on cores 1 to 3 in turn; one that ends is born again.
    static CoreNumber core_of(std::uint32_t process) { return CoreNumber{1 + process % 3}; }
    Caller& caller_at(std::uint32_t number) { return callers_[number - 1]; }

    void begin(std::uint32_t depth) {
        machine_ = std::make_unique<Machine>(Machine::ready(depth));
        for (std::uint32_t number = 1; number <= processes; ++number) {
            Process& process = caller_at(number).itself;
            process.number = ProcessNumber{number};
            for (std::uint32_t page = 0; page < 2; ++page)
                machine_->kernel->page_owner[2 * (number - 1) + page] = &process;
        }
    }

    void make_call(std::uint32_t number) {
        Caller& caller = caller_at(number);
        const std::uint32_t offset = random(0, 20) * 128; // more LCAs than it may keep proxies
        caller.lca = ica.base + (2 * (number - 1)) * page_size + offset;
        machine_->kernel->prepare(caller.lca, 39, one_in(2));
        const auto submitted = machine_->driver->submit(core_of(number), caller.itself, caller.lca);
        if (submitted.is_ok())
            caller.state = Caller::State::calling;
        else
            ASSERT_EQ(submitted.error(), Errno::emfile);
    }

    void end(std::uint32_t number) {
        Caller& victim = caller_at(number);
        if (victim.state == Caller::State::ending)
            return;
        if (one_in(2)) { // killed
            machine_->driver->cancel(core_of(number), victim.itself);
            std::erase(machine_->kernel->finished, FakeKernel::Finished{number, Errno::eintr});
        }
        if (machine_->driver->end_process(core_of(number), victim.itself))
            born_again(number);
        else
            victim.state = Caller::State::ending;
    }

    // Its memory is free now: Linux must have nothing to do with it any more.
    void born_again(std::uint32_t number) {
        const PhysicalRange own{ica.base + 2 * (number - 1) * page_size, 2 * page_size};
        for (const std::uint32_t proxy : machine_->linux->proxies)
            ASSERT_FALSE(own.contains(PhysicalAddress{proxy}));
        for (const auto& [core, calls] : machine_->linux->in_progress)
            for (const std::uint32_t address : calls)
                ASSERT_FALSE(own.contains(PhysicalAddress{address}));
        caller_at(number).state = Caller::State::running;
    }

    void linux_works() {
        const std::uint32_t core = random(1, 3);
        machine_->linux->take_requests(core);
        auto& calls = machine_->linux->in_progress[core];
        if (calls.empty())
            return;
        const auto index = random(0, static_cast<std::uint32_t>(calls.size() - 1));
        const antlinux_lca& lca =
            machine_->kernel->lca_at(PhysicalAddress{calls[index] & ~ANTLINUX_ENTRY_BITS});
        Caller& caller = caller_at(lca.owner);
        const std::int64_t retval = random(0, 1000);
        if (machine_->linux->answer(core, index, retval) && caller.state == Caller::State::calling)
            caller.expected = retval;
    }

    void ant_hears(std::uint32_t core) {
        if (one_in(3))
            machine_->driver->poll(CoreNumber{core});
        else
            machine_->driver->on_result_interrupt(CoreNumber{core});
        for (const auto& finished : std::exchange(machine_->kernel->finished, {})) {
            Caller& caller = caller_at(finished.process);
            ASSERT_EQ(caller.state, Caller::State::calling);
            ASSERT_EQ(core, core_of(finished.process).value());
            ASSERT_EQ(finished.error, Errno{});
            ASSERT_EQ(machine_->kernel->lca_at(caller.lca).retval, caller.expected);
            caller.state = Caller::State::running;
            ++completed_;
        }
        for (const std::uint32_t number : std::exchange(machine_->kernel->processes_released, {})) {
            ASSERT_EQ(caller_at(number).state, Caller::State::ending);
            born_again(number);
            ++deaths_;
        }
    }

    std::unique_ptr<Machine> machine_;
    std::array<Caller, processes> callers_{};
    int completed_ = 0;
    int deaths_ = 0;
};

TEST_P(LinuxDriverRandom, EveryCallReturnsAndEveryProxyEnds) {
    begin(1u << GetParam() % 7); // depths 1 to 64
    for (int step = 0; step < 30000; ++step) {
        const std::uint32_t number = random(1, processes);
        switch (random(0, 9)) {
        case 0:
        case 1:
        case 2:
        case 3:
            if (caller_at(number).state == Caller::State::running) {
                ASSERT_NO_FATAL_FAILURE(make_call(number));
            }
            break;
        case 4:
            if (one_in(20)) {
                ASSERT_NO_FATAL_FAILURE(end(number));
            }
            break;
        case 5:
        case 6:
        case 7:
            linux_works();
            break;
        default:
            ASSERT_NO_FATAL_FAILURE(ant_hears(random(1, 3)));
        }
    }
    EXPECT_GT(completed_, 1000);
    EXPECT_GT(deaths_, 10);

    // Quiet comes: everything that was begun ends, and nothing stays on Linux's side.
    for (std::uint32_t number = 1; number <= processes; ++number)
        ASSERT_NO_FATAL_FAILURE(end(number));
    for (int step = 0; step < 5000; ++step) {
        linux_works();
        ASSERT_NO_FATAL_FAILURE(ant_hears(random(1, 3)));
    }
    for (const Caller& survivor : callers_)
        EXPECT_EQ(survivor.state, Caller::State::running);
    EXPECT_TRUE(machine_->linux->proxies.empty());
    EXPECT_TRUE(machine_->kernel->complaints.empty());
    for (std::uint32_t core = 1; core <= 3; ++core) {
        const antlinux_core_counters& counters = *machine_->driver->counters(CoreNumber{core});
        EXPECT_EQ(counters.calls, counters.results);
        EXPECT_EQ(counters.refused, 0u);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LinuxDriverRandom, testing::Range(0u, 14u));

class MisbehavingLinux : public Seeded {};

// Linux writes anything anywhere into its parts of the table: AnT neither crashes nor hangs, and
// looks at no memory that is not the caller's.
TEST_P(MisbehavingLinux, AntSurvives) {
    Machine machine = Machine::ready(1u << GetParam() % 7);
    Process process{ProcessNumber{1}};
    machine.kernel->page_owner.fill(&process);
    bool ended = false; // and not released yet: it must hear of no call any more
    for (int step = 0; step < 20000; ++step) {
        antlinux_core_entry& entry = machine.table->core[1];
        const auto lca = ica.base + random(0, 100) * 128;
        switch (random(0, 5)) {
        case 0:
            if (ended)
                break;
            machine.kernel->prepare(lca, random(0, 500), one_in(2));
            (void)machine.driver->submit(CoreNumber{1}, process, lca).is_ok();
            break;
        case 1:
            entry.result.head += one_in(3) ? random(0, ~0u) : random(0, 3);
            break;
        case 2:
            entry.result.lca[random(0, ANTLINUX_MAX_DEPTH - 1)] =
                one_in(2) ? lca.value() : random(0, ~0u) * std::uint64_t{random(1, 5)};
            break;
        case 3:
            entry.request.tail = one_in(2) ? entry.request.head : random(0, ~0u);
            break;
        case 4:
            machine.driver->on_result_interrupt(CoreNumber{1});
            break;
        default:
            machine.driver->poll(CoreNumber{1});
        }
        if (!machine.kernel->processes_released.empty()) {
            ASSERT_TRUE(ended);
            ended = false;
            machine.kernel->processes_released.clear();
        }
        ASSERT_TRUE(!ended || machine.kernel->finished.empty());
        machine.kernel->finished.clear();
        if (!ended && one_in(100)) {
            ended = !machine.driver->end_process(CoreNumber{1}, process);
            ASSERT_TRUE(machine.kernel->finished.empty());
        }
    }
    EXPECT_GT(machine.driver->counters(CoreNumber{1})->refused, 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, MisbehavingLinux, testing::Range(0u, 7u));

} // namespace
} // namespace ant::test
