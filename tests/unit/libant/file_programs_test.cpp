// SPDX-License-Identifier: GPL-2.0-only
// Programs that change directories and look into files: rm, mkdir, mv, wc, head.
#include "fake_kernel.h"

#include <sys/stat.h>

class FileProgramsTest : public LibantTest {
protected:
    int run(const std::vector<std::string>& words) {
        kernel.output.clear();
        kernel.errors.clear();
        return run_program(words);
    }
    static bool exists(const std::string& file) { return access(file.c_str(), F_OK) == 0; }
};

TEST_F(FileProgramsTest, Rm) {
    const std::string file = make_file("a", "x");
    const std::string directory = path("d");
    ASSERT_EQ(::mkdir(directory.c_str(), 0700), 0);
    EXPECT_EQ(run({"rm", file, path("nope"), directory}), 1);
    EXPECT_EQ(kernel.errors, "rm: " + path("nope") + ": No such file or directory\n");
    EXPECT_FALSE(exists(file));
    EXPECT_FALSE(exists(directory)) << "an empty one";
    ASSERT_EQ(::mkdir(directory.c_str(), 0700), 0);
    const std::string inner = make_file("d/b", "x");
    EXPECT_EQ(run({"rm", directory}), 1);
    EXPECT_EQ(kernel.errors, "rm: " + directory + ": Directory not empty\n");
    EXPECT_TRUE(exists(inner));
    EXPECT_EQ(run({"rm"}), 2);
    EXPECT_EQ(run({"rm", inner, directory}), 0);
}

TEST_F(FileProgramsTest, Mkdir) {
    EXPECT_EQ(run({"mkdir", path("d"), path("d/e")}), 0);
    struct stat status = {};
    ASSERT_EQ(::stat(path("d/e").c_str(), &status), 0);
    EXPECT_TRUE(S_ISDIR(status.st_mode));
    EXPECT_EQ(run({"mkdir", path("d"), path("x/y")}), 1);
    EXPECT_EQ(kernel.errors, "mkdir: " + path("d") + ": File exists\nmkdir: " + path("x/y") +
                                 ": No such file or directory\n");
    EXPECT_EQ(run({"mkdir"}), 2);
    EXPECT_EQ(run({"rm", path("d/e"), path("d")}), 0);
}

TEST_F(FileProgramsTest, Mv) {
    const std::string from = make_file("from", "text");
    EXPECT_EQ(run({"mv", from, path("to")}), 0);
    EXPECT_FALSE(exists(from));
    EXPECT_EQ(content_of(path("to")), "text");
    make_file("other", "other");
    EXPECT_EQ(run({"mv", path("to"), path("other")}), 0);
    EXPECT_EQ(content_of(path("other")), "text") << "what had the name is gone";
    ASSERT_EQ(run({"mkdir", path("d")}), 0);
    EXPECT_EQ(run({"mv", path("other"), path("d")}), 0);
    EXPECT_EQ(content_of(path("d/other")), "text") << "into the directory";
    EXPECT_EQ(run({"mv", path("d") + "///", path("e")}), 0);
    EXPECT_EQ(content_of(path("e/other")), "text");
    EXPECT_EQ(run({"mv", path("nope"), path("x")}), 1);
    EXPECT_EQ(kernel.errors, "mv: " + path("nope") + ": No such file or directory\n");
    EXPECT_EQ(run({"mv", path("e/other"), path(std::string(300, 'x'))}), 1);
    EXPECT_EQ(kernel.errors, "mv: " + path("e/other") + ": File name too long\n");
    EXPECT_EQ(run({"mv", from}), 2);
    EXPECT_EQ(run({"rm", path("e/other"), path("e")}), 0);
}

TEST_F(FileProgramsTest, Wc) {
    const std::string file = make_file("f", "one two\n three\tfour  \n\nfive");
    EXPECT_EQ(run({"wc", file}), 0);
    EXPECT_EQ(kernel.output, "      3       5      27 " + file + "\n");
    const std::string big = make_file("big", std::string(70'000, 'x') + "\n");
    EXPECT_EQ(run({"wc", file, path("nope"), big}), 1);
    EXPECT_EQ(kernel.output, "      3       5      27 " + file + "\n      1       1   70001 " +
                                 big + "\n      4       6   70028 total\n");
    EXPECT_EQ(kernel.errors, "wc: " + path("nope") + ": No such file or directory\n");
    EXPECT_EQ(run({"wc"}), 2);
}

TEST_F(FileProgramsTest, Head) {
    std::string text;
    for (int i = 1; i <= 12; i++)
        text += "line " + std::to_string(i) + "\n";
    const std::string file = make_file("f", text);
    EXPECT_EQ(run({"head", file}), 0);
    EXPECT_EQ(kernel.output, text.substr(0, text.find("line 11")));
    EXPECT_EQ(run({"head", "-n", "2", file, file}), 0);
    const std::string part = "==> " + file + " <==\nline 1\nline 2\n";
    EXPECT_EQ(kernel.output, part + "\n" + part);
    EXPECT_EQ(run({"head", "-n", "0", file}), 0);
    EXPECT_EQ(kernel.output, "");
    EXPECT_EQ(run({"head", "-n", "5", make_file("g", "no newline")}), 0);
    EXPECT_EQ(kernel.output, "no newline");
    EXPECT_EQ(run({"head", path("")}), 1);
    EXPECT_EQ(kernel.errors, "head: " + path("") + ": Is a directory\n");
    EXPECT_EQ(run({"head", "-n", "x", file}), 2);
    EXPECT_EQ(run({"head"}), 2);
}
