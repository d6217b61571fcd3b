// SPDX-License-Identifier: GPL-2.0-only
// Programs that change directories and look into files: rm, mkdir, mv, wc, head.
#include "fake_kernel.h"

#include <sys/stat.h>
#include <unistd.h>

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

TEST_F(FileProgramsTest, RmOfTrees) {
    ASSERT_EQ(run({"mkdir", "-p", path("d/e/f")}), 0);
    for (const char* name : {"d/one", "d/e/two", "d/e/f/.three"})
        make_file(name, "x");
    const std::string kept = make_file("kept", "x");
    ASSERT_EQ(symlink("../kept", path("d/link").c_str()), 0);
    ASSERT_EQ(symlink("..", path("d/up").c_str()), 0);
    EXPECT_EQ(run({"rm", "-r", path("d"), path("nope")}), 1);
    EXPECT_EQ(kernel.errors, "rm: " + path("nope") + ": No such file or directory\n");
    EXPECT_FALSE(exists(path("d")));
    EXPECT_TRUE(exists(kept)) << "a link is removed itself";
    EXPECT_EQ(run({"rm", "-rf", path("d"), path("nope")}), 0);
    EXPECT_EQ(run({"rm", "-f"}), 0);
    // What cannot be removed is said, and the rest goes.
    ASSERT_EQ(run({"mkdir", "-p", path("d")}), 0);
    for (const char* name : {"d/a", "d/b", "d/c"})
        make_file(name, "x");
    const std::string stubborn = path("d/b");
    kernel.linux_answer = [&](const antlinux_lca& lca) -> std::optional<int64_t> {
        const bool is_unlink = lca.syscallno == 87;
        return is_unlink && reinterpret_cast<const char*>(lca.args[0]) == stubborn
                   ? std::optional<int64_t>(-EBUSY)
                   : std::nullopt;
    };
    EXPECT_EQ(run({"rm", "-r", path("d")}), 1);
    EXPECT_EQ(kernel.errors, "rm: " + stubborn + ": Device or resource busy\n");
    EXPECT_FALSE(exists(path("d/a")) || exists(path("d/c")));
    kernel.linux_answer = nullptr;
    EXPECT_EQ(run({"rm", "-fr", path("d")}), 0);
}

TEST_F(FileProgramsTest, RmOfATreeThatIsTooDeep) {
    std::string deep = path("d");
    for (int level = 0; level < 600; level++)
        deep += "/x";
    ASSERT_EQ(run({"mkdir", "-p", deep}), 0);
    EXPECT_EQ(run({"rm", "-r", path("d")}), 1);
    EXPECT_TRUE(kernel.errors.ends_with(": File name too long\n"));
    EXPECT_EQ(run({"rm", "-r", path("d") + "/x" + deep.substr(path("d").size(), 400)}), 0);
    EXPECT_EQ(run({"rm", "-r", path("d")}), 0);
}

TEST_F(FileProgramsTest, MkdirWithWhatIsMissing) {
    EXPECT_EQ(run({"mkdir", "-p", path("a/b//c/"), path("a")}), 0);
    EXPECT_TRUE(exists(path("a/b/c")));
    make_file("file", "x");
    EXPECT_EQ(run({"mkdir", "-p", path("file")}), 1);
    EXPECT_EQ(run({"mkdir", "-p", path("file/x")}), 1);
    EXPECT_EQ(kernel.errors, "mkdir: " + path("file/x") + ": File exists\n");
}

TEST_F(FileProgramsTest, IntoADirectory) {
    const std::string one = make_file("one", "1");
    const std::string two = make_file("two", "2");
    ASSERT_EQ(run({"mkdir", path("d"), path("e")}), 0);
    EXPECT_EQ(run({"cp", one, path("d/")}), 0);
    EXPECT_EQ(run({"cp", one, two, path("nope"), path("d")}), 1);
    EXPECT_EQ(content_of(path("d/one")) + content_of(path("d/two")), "12");
    EXPECT_EQ(run({"cp", one, two, one}), 1);
    EXPECT_EQ(kernel.errors, "cp: " + one + ": Not a directory\n");
    EXPECT_EQ(content_of(one), "1");
    EXPECT_EQ(run({"mv", path("d/one"), path("d/two"), path("e")}), 0);
    EXPECT_EQ(content_of(path("e/one")) + content_of(path("e/two")), "12");
    EXPECT_EQ(run({"mv", one, two, path("nope")}), 1);
    EXPECT_TRUE(exists(one) && exists(two));
}

TEST_F(FileProgramsTest, UnknownOptionsAreUsageAndNothingIsDone) {
    const std::string file = make_file("f", "x");
    for (const char* program :
         {"cat", "cp", "head", "ls", "mkdir", "mv", "rm", "sha256sum", "stat", "wc", "write"}) {
        EXPECT_EQ(run({program, "-Z", file, path("new")}), 2) << program;
        EXPECT_TRUE(kernel.errors.starts_with("usage: ")) << program;
        EXPECT_EQ(kernel.output, "") << program;
        EXPECT_EQ(kernel.linux_calls.size(), 0u) << program;
    }
    EXPECT_EQ(content_of(file), "x");
}

TEST_F(FileProgramsTest, TwoDashesEndTheOptions) {
    make_file("-r", "x");
    const std::string text = path("-r");
    for (const char* program : {"cat", "ls", "sha256sum", "stat", "wc"})
        EXPECT_EQ(run({program, "--", text}), 0) << program;
    EXPECT_EQ(run({"cp", "--", text, path("copy")}), 0);
    EXPECT_EQ(run({"mv", "--", path("copy"), path("moved")}), 0);
    EXPECT_EQ(run({"mkdir", "--", path("d")}), 0);
    EXPECT_EQ(run({"rm", "--", text, path("moved"), path("d")}), 0);
    EXPECT_EQ(run({"rm", "--"}), 2);
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
