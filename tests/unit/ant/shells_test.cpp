// SPDX-License-Identifier: GPL-2.0-only
// A console is never without its shell for good, and a full process table has space for one. On the
// real sources (machine/machine.h).
#include "ant/mkernel/console.h"
#include "ant/mkernel/shells.h"
#include "machine/machine.h"

namespace ant::test {
namespace {

class ShellsTest : public MachineTest {
protected:
    void SetUp() override {
        MachineTest::SetUp();
        machine.use_ram_disk({{"antsh", [this](User& user) { shell(user); }},
                              {"sleeper", [](User& user) { user.sleep({~0ull}); }}});
        machine.interrupt(m_core, [] { mkernel::start_init({}); }); // it is not there either
        machine.run();
    }
    void TearDown() override {
        machine.use_own_ram_disk(); // no further shell
        MachineTest::TearDown();
    }

    // Of both consoles, those that live.
    std::vector<ProcessNumber> shells() const {
        std::vector<ProcessNumber> found;
        for (const Process& process : processes)
            if (process.is_alive() && process.name() == "antsh")
                found.push_back(process.number());
        return found;
    }
    // Kernel's own processes until there is no slot left.
    void fill_the_table() {
        while (machine.try_start(p_core, "sleeper").is_ok())
            machine.run();
    }
    ProcessNumber any_sleeper() const {
        for (const Process& process : processes)
            if (process.is_alive() && process.name() == "sleeper")
                return process.number();
        return {};
    }
    std::size_t count_in_log(std::string_view text) {
        log_ += machine.take_output(ConsoleNumber::terminal);
        std::size_t count = 0;
        for (std::size_t at = 0; (at = log_.find(text, at)) != std::string::npos; ++at)
            ++count;
        return count;
    }

    std::function<void(User&)> shell = [](User& user) { user.sleep({~0ull}); };

private:
    std::string log_;
};

TEST_F(ShellsTest, OneThatEndsHasASuccessor) {
    const auto first = shells();
    ASSERT_EQ(first.size(), console_count);
    machine.run_for(milliseconds(1500));
    machine.kill(first[0]);
    machine.run();
    const auto next = shells();
    EXPECT_EQ(next.size(), console_count);
    EXPECT_NE(next, first);
}

TEST_F(ShellsTest, AFullTableKeepsAConsoleWithoutItsShellOnlyAsLongAsItIsFull) {
    fill_the_table();
    const auto first = shells();
    ASSERT_EQ(first.size(), console_count);
    machine.kill(first[1]);
    machine.run();
    fill_the_table(); // with the slot that it left
    machine.run_for(milliseconds(5000));
    EXPECT_EQ(shells().size(), console_count - 1u);
    EXPECT_EQ(count_in_log("console 1 has no shell"), 1u) << "said once";
    machine.kill(any_sleeper());
    machine.run_for(milliseconds(1500));
    EXPECT_EQ(shells().size(), std::size_t{console_count});
}

TEST_F(ShellsTest, ProcessesLeaveTheLastSlotsToTheShells) {
    std::int32_t result = 0;
    std::uint32_t started = 0;
    shell = [&](User& user) {
        while ((result = user.spawn("sleeper", p_core)) > 0)
            ++started;
        user.sleep({~0ull});
    };
    machine.run_for(milliseconds(1500));
    machine.kill(shells()[0]);
    machine.run_for(milliseconds(100));
    EXPECT_EQ(result, -EAGAIN);
    EXPECT_EQ(started, max_processes - 2 * console_count);
    shell = [](User& user) { user.sleep({~0ull}); };
    for (const ProcessNumber each : shells())
        machine.kill(each);
    machine.run_for(milliseconds(100));
    EXPECT_EQ(shells().size(), std::size_t{console_count}) << "without a moment's delay";
}

TEST_F(ShellsTest, OneThatEndsAtOnceIsTriedAgainNowAndThen) {
    unsigned lives = 0;
    shell = [&](User& user) {
        ++lives;
        user.exit(1);
    };
    for (const ProcessNumber each : shells())
        machine.kill(each);
    machine.run_for(milliseconds(10'500));
    EXPECT_LT(lives, console_count * 20u) << "no loop";
    EXPECT_GT(lives, console_count * 10u) << "but never given up";
    EXPECT_EQ(count_in_log("it ends at once"), std::size_t{console_count});
    shell = [](User& user) { user.sleep({~0ull}); };
    machine.run_for(milliseconds(1500));
    EXPECT_EQ(shells().size(), std::size_t{console_count});
}

} // namespace
} // namespace ant::test
