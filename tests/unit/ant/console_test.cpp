// SPDX-License-Identifier: GPL-2.0-only
// Output to a console that nobody reads, or that is slow: who waits, who does not, and what comes
// out. On the real sources (machine/machine.h).
#include "ant/mkernel/console.h"

#include <algorithm>
#include <sstream>

#include "ant/mkernel/log.h"
#include "ant/mkernel/process_manager.h"
#include "core_pairs.h"

namespace ant::test {
namespace {

using testing::ElementsAre;
using testing::EndsWith;

constexpr auto terminal = ConsoleNumber::terminal;
constexpr auto control = ConsoleNumber::control;

std::string numbered_lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += std::to_string(100'000 + i) + '\n';
    return text;
}

std::string on_terminal(const std::string& text) {
    std::string shown;
    for (const char c : text)
        shown += c == '\n' ? "\r\n" : std::string(1, c);
    return shown;
}

std::int32_t write(User& user, const std::string& text, Stream stream = Stream::output) {
    const auto size = static_cast<std::uint32_t>(text.size());
    const auto at = static_cast<std::uint32_t>(user.call(SystemCall::memory_map, size));
    for (std::uint32_t i = 0; i < size; ++i)
        user.store(at + i, text[i]);
    return user.call(SystemCall::console_write, static_cast<std::uint32_t>(stream), at, size);
}

class ConsoleTest : public MachineTest, public testing::WithParamInterface<CoreNumber> {
protected:
    void SetUp() override {
        MachineTest::SetUp();
        machine.take_output(terminal);
        machine.take_output(control);
    }
    CoreNumber core() const { return GetParam(); }

    ProcessNumber start_on_control(Program program) {
        const std::string words = machine.add_program(std::move(program)) + '\0';
        ProcessNumber number{};
        machine.interrupt(m_core, [&] {
            number = mkernel::create_process(mkernel::Arguments::check(words).value(),
                                             {.core = core(), .console = control})
                         .value();
        });
        return number;
    }

    std::vector<std::int32_t> results{};
};
INSTANTIATE_TEST_SUITE_P(, ConsoleTest, testing::Values(m_core, p_core), name_of_core);

TEST_P(ConsoleTest, EverythingComesOutInOrderWhenThePortGoesOn) {
    const std::string text = numbered_lines(3000);
    const ProcessNumber writer =
        machine.start(core(), [&](User& user) { results.push_back(write(user, text)); });
    machine.stall(terminal);
    machine.run_for(milliseconds(1'500));
    EXPECT_TRUE(machine.is_alive(writer)) << "it waits: there is no space for so much";
    EXPECT_EQ(machine.take_output(terminal), "");
    machine.resume(terminal);
    machine.run_for(milliseconds(200));
    EXPECT_FALSE(machine.is_alive(writer));
    EXPECT_THAT(results, ElementsAre(text.size()));
    EXPECT_TRUE(machine.take_output(terminal) == on_terminal(text)); // long
}

TEST_P(ConsoleTest, NobodyElseWaits) {
    machine.stall(terminal);
    const ProcessNumber writer =
        machine.start(core(), [](User& user) { write(user, numbered_lines(3000)); });
    machine.run();
    std::uint64_t time = ~0ull;
    machine.start(core(), [&](User& user) {
        const std::uint64_t start = user.time();
        for (int i = 0; i < 100; ++i)
            results.push_back(user.call(SystemCall::memory_map, 1));
        user.compute(milliseconds(1));
        time = user.time() - start;
    });
    start_on_control([](User& user) { write(user, "heard"); });
    machine.run_for(milliseconds(50));
    EXPECT_TRUE(machine.is_alive(writer));
    EXPECT_EQ(time, 1'000'000u);
    EXPECT_GT(std::ranges::min(results), 0);
    EXPECT_EQ(machine.take_output(control), "out 5\nheard");
}

TEST_P(ConsoleTest, APortThatTakesNothingForTwoSecondsIsGivenUp) {
    const std::string text = numbered_lines(5000);
    std::vector<std::uint64_t> times;
    machine.start(core(), [&](User& user) {
        for (int i = 0; i < 2; ++i) {
            const std::uint64_t start = user.time();
            results.push_back(write(user, text));
            times.push_back((user.time() - start) / 10'000'000);
        }
    });
    machine.stall(terminal);
    machine.run_for(milliseconds(2'500));
    EXPECT_THAT(results, ElementsAre(text.size(), text.size()));
    EXPECT_THAT(times, ElementsAre(200u, 0u)) << "in ticks; the second time it is known";
    machine.resume(terminal);
    machine.run_for(milliseconds(50));
    // What had space is there, in whole pieces: the first ones, and the short last ones.
    const std::string last = text.substr(text.size() - text.size() % 1024);
    const std::string kept = on_terminal(text.substr(0, std::size_t{6} * 1024) + last + last);
    EXPECT_TRUE(machine.take_output(terminal) == kept);
    machine.start(core(), [](User& user) { write(user, "again\n"); });
    machine.run();
    EXPECT_EQ(machine.take_output(terminal), "again\r\n");
}

TEST_P(ConsoleTest, AWriterThatWaitsCanBeKilled) {
    machine.stall(terminal);
    const ProcessNumber writer =
        machine.start(core(), [](User& user) { write(user, numbered_lines(3000)); });
    machine.run_for(milliseconds(100));
    ASSERT_TRUE(machine.is_alive(writer));
    machine.kill(writer);
    machine.run();
    EXPECT_FALSE(machine.is_alive(writer));
}

TEST_P(ConsoleTest, TheControlChannelsFramesStayWhole) {
    const auto writes = [](Stream stream, char letter) {
        return [=](User& user) {
            for (std::size_t size = 100; size <= 6'000; size += 590)
                write(user, std::string(size, letter), stream);
        };
    };
    machine.stall(control);
    start_on_control(writes(Stream::output, 'o'));
    start_on_control(writes(Stream::error, 'e'));
    machine.run_for(milliseconds(3'000)); // most of it is given up
    start_on_control([](User& user) { user.call(SystemCall::console_end, 7); });
    machine.run();
    machine.resume(control);
    machine.run_for(milliseconds(100));

    std::istringstream output{machine.take_output(control)};
    std::string stream;
    std::size_t size = 0;
    std::size_t total = 0;
    while (output >> stream >> size && stream != "end") {
        std::string bytes(size, '\0');
        output.get();
        output.read(bytes.data(), static_cast<std::streamsize>(size));
        ASSERT_TRUE(stream == "out" || stream == "err") << stream;
        EXPECT_EQ(bytes, std::string(size, stream == "out" ? 'o' : 'e'));
        total += size;
    }
    EXPECT_GT(total, 6'000u);
    EXPECT_EQ(stream, "end");
    EXPECT_EQ(size, 7u);
    EXPECT_EQ(output.get(), '\n');
    EXPECT_EQ(output.get(), EOF);
}

TEST_P(ConsoleTest, OfTheKernelsLinesOnlyWholeOnesAreLeftOut) {
    machine.stall(terminal);
    machine.start(core(), [](User& user) { write(user, numbered_lines(5000)); });
    machine.run_for(milliseconds(100));
    machine.interrupt(m_core, [] {
        for (unsigned i = 0; i < 50; ++i)
            log(LogLevel::info, "line %u of fifty", i);
    });
    machine.resume(terminal);
    machine.run_for(milliseconds(10));
    std::vector<std::string> lines;
    std::istringstream shown{machine.take_output(terminal)};
    for (std::string line; std::getline(shown, line);)
        if (line.find(" of fifty") != std::string::npos)
            lines.push_back(line);
    EXPECT_GE(lines.size(), 1u) << "what processes write leaves space";
    EXPECT_LT(lines.size(), 50u);
    for (std::size_t i = 0; i < lines.size(); ++i)
        EXPECT_THAT(lines[i], EndsWith(" line " + std::to_string(i) + " of fifty\r"));
    std::array<char, 1024> kept{};
    const std::string log{kept.data(), read_log_from(log_end() - kept.size(), kept)};
    EXPECT_THAT(log, EndsWith(" line 49 of fifty\n"));
}

TEST_P(ConsoleTest, WhatWaitsComesBeforeAPanic) {
    const std::string text = numbered_lines(500);
    machine.stall(terminal);
    machine.start(core(), [&](User& user) { write(user, text); });
    machine.run_for(milliseconds(10));
    machine.resume(terminal);
    machine.interrupt(m_core, [&] { write_patiently(numbered_lines(3000)); });
    EXPECT_TRUE(machine.take_output(terminal) == on_terminal(text + numbered_lines(3000)));
}

TEST_P(ConsoleTest, APanicWaitsForNoPortThatHasStalled) {
    machine.stall(terminal);
    machine.start(core(), [](User& user) { write(user, numbered_lines(500)); });
    machine.run_for(milliseconds(2'100));
    machine.interrupt(m_core, [] { write_patiently("panic\n"); });
    machine.resume(terminal);
    machine.run_for(milliseconds(10));
    EXPECT_THAT(machine.take_output(terminal), EndsWith("100499\r\npanic\r\n"));
}

TEST_P(ConsoleTest, ASlowPortKeepsInterruptsOffForAMomentOnly) {
    const std::string text = numbered_lines(2000);
    machine.slow_down(terminal, microseconds(10));
    machine.start(core(), [&](User& user) { write(user, text); });
    machine.run_for(milliseconds(2'000));
    EXPECT_TRUE(machine.take_output(terminal) == on_terminal(text)); // long
    EXPECT_LT(cores[m_core.value()].interrupts_off.longest(), 1'000'000u);
}

} // namespace
} // namespace ant::test
