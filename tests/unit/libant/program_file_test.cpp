// SPDX-License-Identifier: GPL-2.0-only
// Programs from Linux's files: spawn_file() and the shell's `run`.
#include "fake_kernel.h"
#include "sample_program.h"

#include <ant/apps/antsh/shell.h>
#include <ant/lib/errno.h>
#include <ant/lib/program_file.h>
#include <sys/stat.h>

class ProgramFileTest : public LibantTest {
protected:
    ProgramFileTest() {
        kernel.programs["antsh"] = run_program; // the shell's errands
        kernel.programs["image"] = [this](const std::vector<std::string>& words) {
            ran = words;
            return 7;
        };
    }
    /// Errno and the reason of a refused file.
    std::pair<int, std::string> refused(const std::string& file) {
        const char* words[] = {"p"};
        const char* why = nullptr;
        EXPECT_EQ(ant::spawn_file(file.c_str(), words, ANT_CORE_HERE, ANT_PRIORITY_INHERIT, &why),
                  -1);
        return {ant::last_error, why != nullptr ? why : ""};
    }

    std::vector<std::string> ran;
    ant::Shell shell{false};
};

TEST_F(ProgramFileTest, IsReadAndStarted) {
    const std::string program = sample_program(300'000);
    const std::string file = make_file("p", program);
    const char* words[] = {"name", "x", ""};
    const size_t areas = kernel.ica_areas();
    const int process = ant::spawn_file(file.c_str(), words, 2);
    ASSERT_GT(process, 0);
    int status = 0;
    EXPECT_GE(ant::wait(process, &status), 0);
    EXPECT_EQ(status, 7);
    EXPECT_EQ(ran, (std::vector<std::string>{"name", "x", ""}));
    EXPECT_EQ(kernel.images, std::vector<std::string>{program});
    EXPECT_EQ(kernel.spawn_cores, std::vector<uint32_t>{2});
    EXPECT_EQ(kernel.ica_areas(), areas) << "the image and the LCA are given back";
    EXPECT_EQ(kernel.linux_calls.back().lca.cflag, ANTLINUX_CFLAG_END) << "no proxy is left";
}

TEST_F(ProgramFileTest, ShortReadsAreGoneOnWith) {
    const std::string program = sample_program(5'000);
    const std::string file = make_file("p", program);
    kernel.linux_answer = [](const antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno != 0)
            return std::nullopt;
        return read(static_cast<int>(lca.args[0]), reinterpret_cast<void*>(lca.args[1]),
                    std::min<size_t>(lca.args[2], 1000));
    };
    const char* words[] = {"p"};
    EXPECT_GT(ant::spawn_file(file.c_str(), words), 0);
    EXPECT_EQ(kernel.images, std::vector<std::string>{program});
}

TEST_F(ProgramFileTest, WhatIsNoProgramIsRefusedWithItsReason) {
    const std::string good = sample_program();
    const size_t areas = kernel.ica_areas();
    using Refusal = std::pair<int, std::string>;
    EXPECT_EQ(refused(make_file("empty", "")), Refusal(ENOEXEC, "not an ELF file"));
    EXPECT_EQ(refused(make_file("text", "#!/bin/sh\n")), Refusal(ENOEXEC, "not an ELF file"));
    EXPECT_EQ(refused(make_file("cut", good.substr(0, good.size() - 1))),
              Refusal(ENOEXEC, "cut short: a segment lies behind the end of the file"));
    EXPECT_EQ(refused("/bin/busybox"), Refusal(ENOEXEC, "not a 32-bit program"));
    EXPECT_EQ(refused(path("nope")), Refusal(ENOENT, ""));
    EXPECT_EQ(refused(path("")), Refusal(EISDIR, ""));
    EXPECT_EQ(refused("/dev/zero"), Refusal(EACCES, ""));
    ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
    EXPECT_EQ(refused(path("fifo")), Refusal(EACCES, "")) << "and it does not wait for a writer";
    const std::string huge = make_file("huge", good);
    ASSERT_EQ(truncate(huge.c_str(), (off_t{1} << 32) + 1), 0);
    EXPECT_EQ(refused(huge), Refusal(EFBIG, ""));
    kernel.ica_limit = kernel.ica_bytes() + size_t{64} * 1024;
    EXPECT_EQ(refused(make_file("large", sample_program(100'000))), Refusal(ENOMEM, ""));
    kernel.linux_error = ENXIO;
    EXPECT_EQ(refused(make_file("good", good)), Refusal(ENXIO, ""));
    kernel.linux_error = 0;
    EXPECT_EQ(kernel.ica_areas(), areas);
    EXPECT_EQ(kernel.images.size(), 0u);
}

TEST_F(ProgramFileTest, AFileThatShrinksMeanwhileIsJudgedByWhatIsLeft) {
    const std::string file = make_file("p", sample_program(5'000));
    kernel.linux_answer = [&](const antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno == 2) {
            EXPECT_EQ(truncate(file.c_str(), 60), 0);
        }
        return std::nullopt;
    };
    EXPECT_EQ(refused(file),
              (std::pair<int, std::string>{ENOEXEC, "cut short inside its program headers"}));
}

TEST_F(ProgramFileTest, ShellRunsFiles) {
    const std::string file = make_file("p", sample_program());
    EXPECT_EQ(shell.run_line("run " + file + " a 'b c'"), 7);
    EXPECT_EQ(ran, (std::vector<std::string>{file, "a", "b c"}));
    EXPECT_EQ(shell.run_line(file + " d"), 7) << "a slash says that it is a file";
    EXPECT_EQ(ran, (std::vector<std::string>{file, "d"}));
    EXPECT_EQ(shell.run_line("on 2 run " + file + "; on 3 " + file + "; time run " + file), 7);
    EXPECT_EQ(shell.run_line("run " + file + " & wait"), 7);
    // Before each program comes its errand.
    constexpr uint32_t here = ANT_CORE_HERE;
    EXPECT_EQ(kernel.spawn_cores, (std::vector<uint32_t>{here, here, here, here, here, 2, here, 3,
                                                         here, here, here, here}));
}

TEST_F(ProgramFileTest, ShellSaysWhyNot) {
    const auto says = [this](const std::string& line) {
        kernel.errors.clear();
        const int status = shell.run_line(line);
        return std::to_string(status) + " " + kernel.errors;
    };
    const std::string text = make_file("text", "hello\n");
    EXPECT_EQ(says("run " + text), "126 run: " + text + ": not an AnT program: not an ELF file\n");
    EXPECT_EQ(says(text), "126 antsh: " + text + ": not an AnT program: not an ELF file\n");
    EXPECT_EQ(says("run /nope"), "127 run: /nope: No such file or directory\n");
    EXPECT_EQ(says("/nope/x"), "127 antsh: /nope/x: No such file or directory\n");
    EXPECT_EQ(says("run " + path("")), "126 run: " + path("") + ": Is a directory\n");
    EXPECT_EQ(says("run"), "2 usage: run FILE [ARGUMENT...]\n");
    EXPECT_EQ(says("on 0 run " + make_file("p", sample_program())),
              "126 antsh: on: 0 is not one of AnT's cores\n");
}
