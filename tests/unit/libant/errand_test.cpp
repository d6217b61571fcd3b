// SPDX-License-Identifier: GPL-2.0-only
// What antsh has a child do: it never makes a call to Linux itself.
#include "fake_kernel.h"
#include "sample_program.h"

#include <ant/apps/antsh/control.h>
#include <ant/apps/antsh/errand.h>
#include <ant/apps/antsh/shell.h>
#include <ant/lib/errno.h>
#include <ant/lib/server.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/unistd.h>

namespace {

std::string_view text_of(const ant::Errand& errand) {
    return {reinterpret_cast<const char*>(errand.bytes().data()), errand.bytes().size()};
}

class ErrandTest : public LibantTest {
protected:
    ErrandTest() {
        ant::linux_files().lca().release(); // of an earlier test
        child_does([](const std::vector<std::string>& words) {
            const int status = run_program(words);
            ant::linux_files().lca().release(); // at its end a process has nothing any more
            return status;
        });
    }
    /// What a child of the shell does instead.
    void child_does(FakeKernel::Program program) { kernel.programs["antsh"] = std::move(program); }
    /// A child that ends with that status before it has brought anything.
    void child_ends(int status) {
        child_does([status](const std::vector<std::string>&) { return status; });
    }
    ant::Shell shell{false};
};

TEST_F(ErrandTest, BringsAFileAndLeavesNothingBehind) {
    const size_t areas = kernel.ica_areas();
    const std::string text = test_bytes(100'000);
    {
        ant::Errand errand;
        ASSERT_EQ(errand.fetch_file(make_file("file", text).c_str()), 0);
        EXPECT_EQ(text_of(errand), text);
        EXPECT_EQ(kernel.replies.size(), 1u) << "the child waits for it";
    }
    EXPECT_EQ(kernel.ica_areas(), areas);
    ant::Errand errand;
    EXPECT_EQ(errand.fetch_file(make_file("empty", "").c_str()), 0);
    EXPECT_TRUE(errand.bytes().empty());
    EXPECT_EQ(errand.fetch_file(path("nope").c_str()), -ENOENT);
    EXPECT_EQ(errand.fetch_file(path("").c_str()), -EISDIR);
    EXPECT_EQ(kernel.ica_areas(), areas);
}

TEST_F(ErrandTest, ControlCEndsTheChildAndTheLine) {
    child_ends(130);
    ant::Errand errand;
    EXPECT_EQ(errand.fetch_file("/file"), -EINTR);
    EXPECT_TRUE(errand.interrupted());
    EXPECT_EQ(kernel.owners, (std::vector<int>{2, 0})) << "the child is what Ctrl-C ends";
    EXPECT_EQ(shell.run_line("/file; echo not this"), 130);
    EXPECT_EQ(shell.run_line("run /file & echo nor this"), 130);
    EXPECT_EQ(kernel.output + kernel.errors, "");
    EXPECT_EQ(shell.run_line("echo but this"), 0);
}

TEST_F(ErrandTest, AChildThatEndsWithoutAWordIsAnError) {
    child_ends(137);
    ant::Errand errand;
    EXPECT_EQ(errand.fetch_file("/file"), -EINTR);
    EXPECT_FALSE(errand.interrupted());
    EXPECT_EQ(shell.run_line("/file"), 126);
    EXPECT_EQ(kernel.errors, "antsh: /file: Interrupted system call\n");
    kernel.programs.clear();
    EXPECT_EQ(errand.fetch_file("/file"), -ENOENT) << "what spawn() says";
}

TEST_F(ErrandTest, AChildThatCannotBeWatchedIsEnded) {
    kernel.watch_error = ENFILE;
    ant::Errand errand;
    EXPECT_EQ(errand.fetch_file(make_file("file", "text").c_str()), -ENFILE);
    EXPECT_EQ(kernel.killed, std::vector<int>{2});
}

TEST_F(ErrandTest, OnlyTheChildIsListenedTo) {
    const size_t areas = kernel.ica_areas();
    ant_message intruder = {};
    intruder.kind = ANT_MESSAGE_REQUEST;
    intruder.sender = 99;
    intruder.area_count = 1;
    intruder.areas[0] = {.address = uint32_t(reinterpret_cast<uintptr_t>(ant::ica_alloc(4096))),
                         .size = 4096,
                         .use = ANT_AREA_MOVE};
    ant_message old_notice = {};
    old_notice.kind = ANT_MESSAGE_ENDED;
    old_notice.words[0] = 77;
    kernel.messages = {intruder, old_notice};
    {
        ant::Errand errand;
        ASSERT_EQ(errand.fetch_file(make_file("file", "text").c_str()), 0);
        EXPECT_EQ(text_of(errand), "text");
    }
    ASSERT_EQ(kernel.replies.size(), 2u);
    EXPECT_EQ(kernel.replies[0].first, 99);
    EXPECT_EQ(static_cast<int32_t>(kernel.replies[0].second.words[0]), -EPERM);
    EXPECT_EQ(kernel.ica_areas(), areas) << "what was moved here is given back";
}

TEST_F(ErrandTest, AChildThatSaysMoreThanItBringsIsNotBelieved) {
    child_does([](const std::vector<std::string>&) {
        ant_message message = {};
        message.words[1] = 1 << 20;
        message.area_count = 1;
        message.areas[0] = {.address = uint32_t(reinterpret_cast<uintptr_t>(ant::ica_alloc(4096))),
                            .size = 0,
                            .use = ANT_AREA_MOVE};
        return ant::call_server(1, message);
    });
    ant::Errand errand;
    ASSERT_EQ(errand.fetch_file("/file"), 0);
    EXPECT_EQ(errand.bytes().size(), 4096u);
}

TEST_F(ErrandTest, Names) {
    make_file("one", "");
    make_file("other", "");
    make_file("two", "");
    ant::Errand errand;
    ASSERT_EQ(errand.fetch_names(path("").c_str(), "o"), 0);
    const std::string names(text_of(errand));
    EXPECT_TRUE(names == std::string("one\0other\0", 10) ||
                names == std::string("other\0one\0", 10));
    ant::Errand none;
    EXPECT_EQ(none.fetch_names(path("nope").c_str(), ""), -ENOENT);
}

TEST_F(ErrandTest, TheControlChannelsScriptIsFetchedWhenLinuxIsReady) {
    int refused = 0;
    kernel.linux_answer = [&](const antlinux_lca& lca) -> std::optional<int64_t> {
        const bool is_stat = lca.syscallno == 4;
        return is_stat && refused++ < 3 ? std::optional<int64_t>(-ENXIO) : std::nullopt;
    };
    ant::serve_control_script(shell, make_file("script", "run echo hello\nrun exit 3\n").c_str());
    EXPECT_EQ(kernel.output, "hello\n");
    EXPECT_EQ(kernel.ends, (std::vector<uint32_t>{0, 3}));
    EXPECT_EQ(kernel.slept_ns, 30'000'000u);
    child_ends(130);
    ant::serve_control_script(shell, "/script");
    EXPECT_EQ(kernel.ends.back(), 126u);
}

TEST_F(ErrandTest, UsageOfTheChild) {
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"antsh", "--errand"},
                                               {"antsh", "--errand", "1", "file", "/x"},
                                               {"antsh", "--errand", "x", "file", "/x", ""},
                                               {"antsh", "--errand", "1", "what", "/x", ""}})
        EXPECT_EQ(run_program(words), 2);
    EXPECT_EQ(kernel.linux_calls.size(), 0u);
}

} // namespace
