// SPDX-License-Identifier: GPL-2.0-only
// antsh as a program: the control channel, -c, and the terminal.
#include "fake_kernel.h"

class ControlTest : public LibantTest {
protected:
    ControlTest() { install_programs(kernel); }

    /// Serves the input until it ends, which a real console never does.
    void serve(const std::string& input) {
        kernel.input = input;
        EXPECT_EQ(run_program({"antsh", "--control"}), 1);
    }
};

TEST_F(ControlTest, RunsLinesAndReportsTheirEnd) {
    serve("run echo hello\nrun false\nrun exit 9\nrun true\nrun nope\n");
    EXPECT_EQ(kernel.ends, (std::vector<uint32_t>{0, 1, 9, 0, 127}));
    EXPECT_EQ(kernel.output, "hello\n");
    EXPECT_EQ(kernel.errors, "antsh: nope: command not found\n");
}

TEST_F(ControlTest, ALineMayComeInPieces) {
    // The service reads 256 bytes at a time.
    const std::string text(3000, 'x');
    serve("run echo " + text + "\n");
    EXPECT_EQ(kernel.ends, (std::vector<uint32_t>{0}));
    EXPECT_EQ(kernel.output, text + "\n");
}

TEST_F(ControlTest, WhatIsNoRequest) {
    serve("\n\x03\x03run true\nwalk\nrun echo " + std::string(5000, 'x') + "\nrun true\n");
    EXPECT_EQ(kernel.ends, (std::vector<uint32_t>{0, 2, 2, 0}));
    EXPECT_EQ(kernel.errors, "antsh: the control channel knows only: run COMMAND LINE\n"
                             "antsh: the line is longer than 4096 bytes\n");
    EXPECT_EQ(kernel.output, "");
}

TEST_F(ControlTest, AnInterruptDropsTheUnfinishedLine) {
    serve("run echo bro\x03run echo whole\n");
    EXPECT_EQ(kernel.ends, (std::vector<uint32_t>{0}));
    EXPECT_EQ(kernel.output, "whole\n");
}

TEST_F(ControlTest, AnInterruptThatIsAlreadyThereEndsTheLineBeforeItBegins) {
    serve("run echo one\n\x03run echo two\n");
    EXPECT_EQ(kernel.ends, (std::vector<uint32_t>{130, 0}));
    EXPECT_EQ(kernel.output, "two\n");
}

TEST_F(ControlTest, WaitsForTheBackgroundBeforeTheEnd) {
    serve("run false & echo x\n");
    EXPECT_EQ(kernel.ends, (std::vector<uint32_t>{1}));
}

TEST_F(ControlTest, OneLine) {
    EXPECT_EQ(run_program({"antsh", "-c", "echo a; false"}), 1);
    EXPECT_EQ(run_program({"antsh", "-c", "exit 4"}), 4);
    EXPECT_EQ(run_program({"antsh", "-c", "false & true"}), 1);
    EXPECT_EQ(kernel.output, "a\n");
    EXPECT_EQ(run_program({"antsh", "-c"}), 2);
    EXPECT_EQ(run_program({"antsh", "file"}), 2);
}

TEST_F(ControlTest, Terminal) {
    kernel.input = "echo one\r\nfalse\recho $?\rexit 5\rnever\r";
    EXPECT_EQ(run_program({"antsh"}), 5);
    EXPECT_NE(kernel.output.find("antsh$ echo one\none\nantsh$ false\nantsh$ echo $?\n1\nantsh$ "),
              std::string::npos)
        << kernel.output;
    EXPECT_EQ(kernel.input, "");
}
