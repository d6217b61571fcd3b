// SPDX-License-Identifier: GPL-2.0-only
// filetest -k: proxies die in the middle of calls and between them.
#include "filetest_fixture.h"

#include <ant/apps/filetest/run.h>
#include <filesystem>
#include <fstream>
#include <sys/syscall.h>
#include <unistd.h>

/// A proxy that dies: its open files are gone, and the call under way is carried out, is not, or
/// half.
class SurviveTest : public FiletestTest {
protected:
    /// Without the call, with it, with half of it; found out by it; a live one without a parent.
    enum class Death { before, after, half, between, none };

    /// Every `each`-th call meets one.
    void kill_proxies(int each, Death death) {
        kernel.linux_answer = [=, this,
                               calls = 0](antlinux_lca& lca) mutable -> std::optional<int64_t> {
            if (lca.syscallno == SYS_open)
                note_open();
            if (++calls % each != 0)
                return std::nullopt;
            if (death == Death::none)
                return -ENXIO;
            if (death == Death::half &&
                (lca.syscallno == SYS_write || lca.syscallno == SYS_pwrite64))
                static_cast<void>(syscall(static_cast<long>(lca.syscallno), lca.args[0],
                                          lca.args[1], lca.args[2] / 2, lca.args[3]));
            if (death == Death::after)
                static_cast<void>(syscall(static_cast<long>(lca.syscallno), lca.args[0],
                                          lca.args[1], lca.args[2], lca.args[3]));
            close_files(); // of this proxy; those of the test are below
            if (death != Death::between)
                lca.incarnation = 0;
            return -EOWNERDEAD;
        };
    }

    void note_open() {
        if (lowest_ < 0) {
            lowest_ = ::dup(0);
            ::close(lowest_);
        }
    }
    /// All from the lowest that a proxy may have had.
    void close_files() const {
        for (int file = lowest_; lowest_ >= 0 && file < lowest_ + 40; file++)
            ::close(file);
    }

    int lowest_ = -1;
};

TEST_F(SurviveTest, WhatWasAcknowledgedIsThere) {
    for (const Death death :
         {Death::before, Death::after, Death::half, Death::between, Death::none}) {
        kill_proxies(499, death);
        EXPECT_EQ(run("-k -n 3000 -s 3"), 0) << int(death) << kernel.output;
        EXPECT_EQ(kernel.output.find("lost: 0,"), std::string::npos) << kernel.output;
    }
    EXPECT_NE(kernel.output.find("lost: "), std::string::npos) << kernel.output;
}

TEST_F(SurviveTest, ALostAcknowledgedWriteIsFound) {
    kill_proxies(137, Death::before);
    auto kill = kernel.linux_answer;
    kernel.linux_answer = [=](antlinux_lca& lca) mutable -> std::optional<int64_t> {
        if (lca.syscallno == SYS_pwrite64 && lca.args[2] > 3000)
            return static_cast<int64_t>(lca.args[2]); // acknowledged, and never done
        return kill(lca);
    };
    EXPECT_EQ(run("-k -n 20000 -s 3"), 1);
    EXPECT_NE(kernel.output.find("MISMATCH"), std::string::npos) << kernel.output;
}

TEST_F(SurviveTest, ALinuxThatDoesNotComeBackEndsIt) {
    ASSERT_EQ(run("-k -n 10"), 0);
    kernel.linux_answer = [](const antlinux_lca&) -> std::optional<int64_t> { return -ENXIO; };
    EXPECT_EQ(run("-k -n 10"), 1);
}

// ---- Processes that are killed, and others that go on with their journals

struct Killed {};

class WorkerTest : public SurviveTest {
protected:
    /// A worker with the journal, which its supervisor lends it. Killed in its `call`-th call, if
    /// there is one.
    int work(const std::string& line, int call = 0) {
        ant_message request = {};
        request.kind = ANT_MESSAGE_REQUEST;
        request.sender = 7;
        request.area_count = 1;
        request.areas[0].address = static_cast<uint32_t>(ant::address_of(&journal_));
        kernel.messages.push_back(request);
        kernel.linux_answer = [=, calls = 0](antlinux_lca&) mutable -> std::optional<int64_t> {
            if (++calls == call)
                throw Killed{};
            return std::nullopt;
        };
        return run("-W " + line);
    }

    ant::Journal& journal_ =
        *new (ant::ica_alloc(sizeof(ant::Journal))) ant::Journal; // the kernel's, as all of the ICA
};

TEST_F(WorkerTest, AnotherGoesOnWithTheJournalOfOneThatWasKilled) {
    uint64_t made = 0;
    for (const int call : {1, 2, 30, 500, 1200, 1300}) {
        EXPECT_THROW(static_cast<void>(work("-s 3 -n 5000", call)), Killed);
        EXPECT_GE(journal_.earlier + journal_.begun, made);
        made = journal_.earlier + journal_.begun;
        journal_.processes_lost++;
    }
    EXPECT_GT(made, 1000u);
    EXPECT_EQ(work("-s 3 -n 5000"), 0) << kernel.output;
    EXPECT_NE(kernel.output.find("5000 operations in "), std::string::npos) << kernel.output;
    EXPECT_NE(kernel.output.find("processes lost: 6, all as expected"), std::string::npos);
    EXPECT_EQ(kernel.replies.back().first, 7);
}

TEST_F(WorkerTest, WhatAKilledOneHadAcknowledgedIsMissed) {
    EXPECT_THROW(static_cast<void>(work("-s 3 -n 5000", 600)), Killed);
    ASSERT_GT(journal_.done, 300u);
    bool changed = false;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path("d")))
        if (!changed && entry.is_regular_file()) {
            std::ofstream(entry.path(), std::ios::app) << "more";
            changed = true;
        }
    ASSERT_TRUE(changed);
    EXPECT_EQ(work("-s 3 -n 5000"), 1);
    EXPECT_NE(kernel.output.find("of a process that was killed"), std::string::npos);
    EXPECT_NE(kernel.output.find("MISMATCH"), std::string::npos) << kernel.output;
}
