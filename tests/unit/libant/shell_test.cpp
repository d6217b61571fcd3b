// SPDX-License-Identifier: GPL-2.0-only
// antsh's command lines, run on the fake kernel.
#include "fake_kernel.h"

#include <ant/apps/antsh/shell.h>

class ShellTest : public LibantTest {
protected:
    ShellTest() {
        for (const auto& [name, status] : std::map<std::string, int>{
                 {"ok", 0}, {"bad", 1}, {"seven", 7}, {"stopped", 130}, {"killed", 137}})
            kernel.programs[name] = [this, status = status](const std::vector<std::string>& words) {
                for (const std::string& word : words)
                    ran += word + " ";
                ran += "| ";
                return status;
            };
    }
    ant::Shell shell{false};
    std::string ran; // words of all programs that ran
};

TEST_F(ShellTest, ProgramsAndTheirStatus) {
    EXPECT_EQ(shell.run_line("ok a 'b c'"), 0);
    EXPECT_EQ(shell.run_line("seven"), 7);
    EXPECT_EQ(shell.run_line(""), 7) << "an empty line changes nothing";
    EXPECT_EQ(ran, "ok a b c | seven | ");
    EXPECT_EQ(kernel.owners, (std::vector<int>{2, 0, 3, 0})) << "Ctrl-C ends the program";
    EXPECT_EQ(kernel.output + kernel.errors, "");
}

TEST_F(ShellTest, TraceIsForTheWholeLineAndEndsWithIt) {
    EXPECT_EQ(shell.run_line(" trace ok 1; seven"), 7);
    EXPECT_EQ(ran, "ok 1 | seven | ");
    EXPECT_EQ(kernel.trace_wishes, (std::vector<bool>{true, false}));
    EXPECT_EQ(shell.run_line("trace stopped; ok"), 130);
    EXPECT_EQ(kernel.trace_wishes, (std::vector<bool>{true, false, true, false})) << "Ctrl-C";
    EXPECT_EQ(shell.run_line("trace 'not closed"), 2);
    EXPECT_EQ(kernel.trace_wishes.size(), 6u);
    EXPECT_FALSE(kernel.trace_wishes.back());
    EXPECT_EQ(shell.run_line("tracer"), 127) << "another word";
    EXPECT_EQ(kernel.trace_wishes.size(), 6u);
}

TEST_F(ShellTest, Lists) {
    shell.run_line("ok 1; bad 2 && ok 3; bad 4 || ok 5 && seven 6; ok 7 || ok 8");
    EXPECT_EQ(ran, "ok 1 | bad 2 | bad 4 | ok 5 | seven 6 | ok 7 | ");
    ran.clear();
    EXPECT_EQ(shell.run_line("bad && ok a || ok b;"), 0);
    EXPECT_EQ(ran, "bad | ok b | ");
}

TEST_F(ShellTest, StatusVariable) {
    shell.run_line("echo $?; bad; echo $?; seven || echo \"was $?\"; missing; echo $?");
    EXPECT_EQ(kernel.output, "0\n1\nwas 7\n127\n");
}

TEST_F(ShellTest, AFullProcessTableIsShownAndRepairedWithoutAnotherProcess) {
    EXPECT_EQ(shell.run_line("ok & ok &"), 0);
    kernel.programs.clear(); // whatever would be started fails
    EXPECT_EQ(shell.run_line("ps"), 0);
    EXPECT_NE(kernel.output.find("antsh"), std::string::npos) << kernel.output;
    EXPECT_EQ(shell.run_line("kill 2 3"), 0);
    EXPECT_EQ(kernel.killed, (std::vector<int>{2, 3}));
    EXPECT_EQ(shell.run_line("kill 99"), 1);
    EXPECT_EQ(kernel.errors, "kill: 99: No such process\n");
    for (const char* line : {"kill", "kill x", "kill 0", "ps x"})
        EXPECT_EQ(shell.run_line(line), 2) << line;
}

TEST_F(ShellTest, OnlyWhatRulesOverProcessesHasTheRightTo) {
    for (const char* name : {"antsh", "kill", "servers"})
        kernel.programs[name] = kernel.programs["ok"];
    EXPECT_EQ(shell.run_line("ok; on 2 kill 7; servers; antsh; ok kill; seven"), 7);
    EXPECT_EQ(kernel.spawn_rights, (std::vector<uint32_t>{0, ANT_RIGHT_PROCESSES, ANT_RIGHTS_ALL,
                                                          ANT_RIGHTS_ALL, 0, 0}));
}

TEST_F(ShellTest, ADriverMayClaimDevices) {
    EXPECT_EQ(shell.run_line("driver ok; on 2 driver ok; driver seven & wait; ok driver"), 0);
    EXPECT_EQ(kernel.spawn_rights,
              (std::vector<uint32_t>{ANT_RIGHT_DEVICES, ANT_RIGHT_DEVICES, ANT_RIGHT_DEVICES, 0}));
    EXPECT_EQ(shell.run_line("driver"), 2);
}

TEST_F(ShellTest, UnknownCommand) {
    EXPECT_EQ(shell.run_line("foo bar"), 127);
    EXPECT_EQ(kernel.errors, "antsh: foo: command not found\n");
}

TEST_F(ShellTest, SyntaxErrorsRunNothing) {
    for (const char* line : {"ok; ; ok", "ok &&", "|| ok", "ok | ok", "ok; 'x", "&", "ok & ; ok",
                             "ok && || ok", "ok > file"}) {
        kernel.errors.clear();
        EXPECT_EQ(shell.run_line(line), 2) << line;
        EXPECT_TRUE(kernel.errors.starts_with("antsh: ")) << line;
        EXPECT_TRUE(kernel.errors.ends_with("\n")) << line;
    }
    EXPECT_EQ(ran, "");
}

TEST_F(ShellTest, OnACore) {
    EXPECT_EQ(shell.run_line("on 2 ok x; ok; on 0x3 seven"), 7);
    EXPECT_EQ(kernel.spawn_cores, (std::vector<uint32_t>{2, ANT_CORE_HERE, 3}));
    EXPECT_EQ(shell.run_line("on 0 ok"), 126);
    EXPECT_EQ(kernel.errors, "antsh: on: 0 is not one of AnT's cores\n");
    for (const char* line : {"on", "on 2", "on x ok", "on -1 ok", "on 4294967295 ok"})
        EXPECT_EQ(shell.run_line(line), 2) << line;
    EXPECT_EQ(shell.run_line("on 2 missing"), 127);
}

TEST_F(ShellTest, Time) {
    EXPECT_EQ(shell.run_line("time seven a"), 7);
    EXPECT_EQ(shell.run_line("time on 2 ok"), 0);
    EXPECT_EQ(shell.run_line("time echo x"), 0);
    EXPECT_EQ(ran, "seven a | ok | ");
    EXPECT_EQ(kernel.spawn_cores, (std::vector<uint32_t>{ANT_CORE_HERE, 2}));
    unsigned seconds = 9;
    unsigned fraction = 0;
    unsigned calls = 9;
    ASSERT_EQ(sscanf(kernel.errors.c_str(), "real %u.%u s, %u Linux calls\n", &seconds, &fraction,
                     &calls),
              3);
    EXPECT_EQ(seconds, 0u);
    EXPECT_EQ(calls, 0u);
    EXPECT_EQ(shell.run_line("time"), 2);
}

TEST_F(ShellTest, Background) {
    EXPECT_EQ(shell.run_line("seven & ok & echo started"), 0);
    EXPECT_EQ(kernel.output, "started\n");
    EXPECT_EQ(kernel.owners, std::vector<int>{}) << "Ctrl-C does not end them";
    EXPECT_EQ(shell.run_line("wait"), 7) << "the status of the one that failed";
    EXPECT_EQ(shell.run_line("wait"), 0) << "nothing is left";
    EXPECT_EQ(shell.run_line("on 2 ok & on 3 bad &"), 0);
    EXPECT_EQ(kernel.spawn_cores[2], 2u);
    EXPECT_EQ(kernel.spawn_cores[3], 3u);
    EXPECT_EQ(shell.wait_for_jobs(), 1);
}

TEST_F(ShellTest, WaitForOne) {
    ant::Shell interactive(true);
    interactive.run_line("seven & bad &");
    EXPECT_EQ(kernel.output, "[2]\n[3]\n");
    EXPECT_EQ(interactive.run_line("wait 2"), 7);
    EXPECT_EQ(interactive.run_line("wait"), 1);
    EXPECT_EQ(interactive.run_line("wait 2"), 127);
    EXPECT_EQ(kernel.errors, "antsh: wait: process 2: No child processes\n");
    EXPECT_EQ(interactive.run_line("wait x"), 2);
}

TEST_F(ShellTest, TooManyInTheBackground) {
    for (size_t i = 0; i < ant::Shell::max_jobs; i++)
        EXPECT_EQ(shell.run_line("ok &"), 0);
    EXPECT_EQ(shell.run_line("ok &"), 126);
    EXPECT_EQ(shell.wait_for_jobs(), 0);
    EXPECT_EQ(shell.run_line("ok &"), 0);
}

TEST_F(ShellTest, ControlCEndsTheWholeLine) {
    EXPECT_EQ(shell.run_line("killed; ok"), 0) << "by kill, not by Ctrl-C";
    ran.clear();
    EXPECT_EQ(shell.run_line("stopped; ok"), 130);
    EXPECT_EQ(ran, "stopped | ");
    EXPECT_EQ(shell.run_line("ok"), 0) << "but not the next one";
    EXPECT_EQ(shell.run_line("ok & ok & stopped"), 130);
    EXPECT_EQ(shell.wait_for_jobs(), 0);
    EXPECT_EQ(kernel.killed.size(), 2u) << "those in the background go, too";
}

TEST_F(ShellTest, Exit) {
    EXPECT_FALSE(shell.exiting());
    EXPECT_EQ(shell.run_line("exit 3; ok"), 3);
    EXPECT_TRUE(shell.exiting());
    EXPECT_EQ(shell.run_line("bad; exit"), 1);
    EXPECT_TRUE(shell.exiting());
    EXPECT_EQ(shell.run_line("exit x"), 2);
    EXPECT_FALSE(shell.exiting());
    EXPECT_EQ(shell.run_line("exit 257"), 1);
    EXPECT_EQ(ran, "bad | ");
}

TEST_F(ShellTest, EchoAndHelp) {
    EXPECT_EQ(shell.run_line("echo; echo a  'b  c'"), 0);
    EXPECT_EQ(kernel.output, "\na b  c\n");
    kernel.output.clear();
    EXPECT_EQ(shell.run_line("help"), 0);
    for (const char* name :
         {"ls",   "cat",  "stat",  "cp",  "hexdump", "sha256sum", "write", "getpid",
          "null", "time", "ps",    "mem", "cores",   "on CORE",   "bench", "run FILE",
          "mv",   "rm",   "mkdir", "wc",  "head",    "klog"})
        EXPECT_NE(kernel.output.find(name), std::string::npos) << name;
    EXPECT_EQ(shell.run_line("help me"), 2);
}

TEST_F(ShellTest, Limits) {
    std::string many = "ok";
    for (size_t i = 1; i < ant::Shell::max_words; i++)
        many += " x";
    EXPECT_EQ(shell.run_line(many), 0);
    EXPECT_EQ(shell.run_line(many + " x"), 2);
    EXPECT_EQ(kernel.errors, "antsh: too many words\n");
    kernel.errors.clear();
    EXPECT_EQ(shell.run_line("ok " + std::string(ANT_ARGUMENT_BYTES, 'x')), 126);
    EXPECT_EQ(kernel.errors, "antsh: ok: Argument list too long\n");
    EXPECT_EQ(shell.run_line("ok " + std::string(3 * ant::Shell::line_bytes, 'x')), 2);
}
