// SPDX-License-Identifier: GPL-2.0-only
// Programs that change directories and look into files: rm, mkdir, wc, head.
#include "file_programs_fixture.h"

#include <ant/apps/common/mode.h>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>

TEST_F(FileProgramsTest, Rm) {
    const std::string file = make_file("a", "x");
    const std::string directory = path("d");
    ASSERT_EQ(::mkdir(directory.c_str(), 0700), 0);
    EXPECT_EQ(run({"rm", file, path("nope"), directory}), 1);
    EXPECT_EQ(kernel.errors, "rm: cannot remove '" + path("nope") +
                                 "': No such file or directory\nrm: cannot remove '" + directory +
                                 "': Is a directory\n");
    EXPECT_FALSE(exists(file));
    EXPECT_TRUE(exists(directory));
    EXPECT_EQ(run({"rm", "-dv", directory}), 0);
    EXPECT_EQ(kernel.output, "removed directory '" + directory + "'\n");
    EXPECT_FALSE(exists(directory)) << "an empty one";
    ASSERT_EQ(::mkdir(directory.c_str(), 0700), 0);
    const std::string inner = make_file("d/b", "x");
    EXPECT_EQ(run({"rm", "-d", directory}), 1);
    EXPECT_EQ(kernel.errors, "rm: cannot remove '" + directory + "': Directory not empty\n");
    EXPECT_TRUE(exists(inner));
    EXPECT_EQ(run({"rm"}), 2);
    EXPECT_EQ(kernel.errors, "rm: missing operand\nusage: rm [-Rdfirv] [FILE...]\n");
    EXPECT_EQ(run({"rm", directory, "-vr"}), 0);
    EXPECT_EQ(kernel.output, "removed '" + inner + "'\nremoved directory '" + directory + "'\n");
}

TEST_F(FileProgramsTest, RmOfWhatNobodyMeans) {
    for (const char* whole : {"/", "//"}) {
        EXPECT_EQ(run({"rm", "-rf", whole}), 1);
        EXPECT_EQ(kernel.errors, "rm: it is dangerous to operate recursively on '/'\n");
    }
    for (const std::string& dots : {std::string("."), std::string(".."), path(".."), path("./")}) {
        EXPECT_EQ(run({"rm", "-rf", dots}), 1);
        EXPECT_EQ(kernel.errors,
                  "rm: refusing to remove '.' or '..' directory: skipping '" + dots + "'\n");
    }
    EXPECT_EQ(kernel.linux_calls.size(), 0u);
    EXPECT_EQ(run({"rm", ""}), 1);
    EXPECT_EQ(kernel.errors, "rm: cannot remove '': No such file or directory\n");
}

TEST_F(FileProgramsTest, RmAsks) {
    const std::string file = make_file("f", "x");
    ASSERT_EQ(run({"mkdir", path("d")}), 0);
    make_file("d/in", "x");
    EXPECT_EQ(run({"rm", "-i", file}), 0);
    EXPECT_EQ(kernel.errors, "rm: remove regular file '" + file + "'? ");
    EXPECT_TRUE(exists(file)) << "nobody answers on the control channel: no";
    FakeTerminal terminal(kernel);
    terminal.typed = "n\n";
    EXPECT_EQ(run({"rm", "-fi", file}), 0);
    EXPECT_TRUE(exists(file));
    terminal.typed = "yes\n";
    EXPECT_EQ(run({"rm", "-i", file}), 0);
    EXPECT_FALSE(exists(file));
    terminal.typed = "y\n";
    EXPECT_EQ(run({"rm", "-if", path("nope")}), 0) << "the last one counts";
    EXPECT_EQ(terminal.typed, "y\n");
    terminal.written.clear();
    terminal.typed = "";
    EXPECT_EQ(run({"rm", "-ri", path("d")}), 0);
    EXPECT_EQ(terminal.written, "rm: descend into directory '" + path("d") + "'? ");
    EXPECT_TRUE(exists(path("d/in")));
}

TEST_F(FileProgramsTest, Rmdir) {
    ASSERT_EQ(run({"mkdir", "-p", path("a/b/c"), path("d")}), 0);
    const std::string file = make_file("a/f", "x");
    EXPECT_EQ(run({"rmdir", path("d"), file, path("nope")}), 1);
    EXPECT_EQ(kernel.errors, "rmdir: failed to remove '" + file +
                                 "': Not a directory\nrmdir: failed to remove '" + path("nope") +
                                 "': No such file or directory\n");
    EXPECT_FALSE(exists(path("d")));
    EXPECT_EQ(run({"rmdir", "-p", path("a//b/c/")}), 1);
    EXPECT_EQ(kernel.errors, "rmdir: failed to remove '" + path("a") + "': Directory not empty\n");
    EXPECT_FALSE(exists(path("a/b")));
    EXPECT_EQ(run({"rmdir"}), 2);
}

TEST_F(FileProgramsTest, Mkdir) {
    EXPECT_EQ(run({"mkdir", path("d"), path("d/e")}), 0);
    struct stat status = {};
    ASSERT_EQ(::stat(path("d/e").c_str(), &status), 0);
    EXPECT_TRUE(S_ISDIR(status.st_mode));
    EXPECT_EQ(run({"mkdir", path("d"), path("x/y")}), 1);
    EXPECT_EQ(kernel.errors, "mkdir: cannot create directory '" + path("d") +
                                 "': File exists\nmkdir: cannot create directory '" + path("x/y") +
                                 "': No such file or directory\n");
    EXPECT_EQ(run({"mkdir"}), 2);
    const auto mode_of = [this](const std::string& directory) {
        struct stat made = {};
        EXPECT_EQ(::stat(path(directory).c_str(), &made), 0);
        return made.st_mode & 07777;
    };
    EXPECT_EQ(run({"mkdir", "-m", "1727", path("m")}), 0);
    EXPECT_EQ(mode_of("m"), 01727u) << "whatever the mask";
    EXPECT_EQ(run({"mkdir", "-pm", "g-w,o=", path("n/p//"), path("m")}), 0);
    EXPECT_EQ(mode_of("n/p"), 0750u);
    EXPECT_EQ(mode_of("m"), 01727u) << "it was there";
    EXPECT_EQ(run({"mkdir", "-m", "rwx", path("bad")}), 2);
    EXPECT_TRUE(kernel.errors.starts_with("mkdir: invalid mode 'rwx'\nusage: mkdir "));
    EXPECT_FALSE(exists(path("bad")));
}

TEST_F(FileProgramsTest, ModesAreChmods) {
    const std::string file = path("d");
    ASSERT_EQ(::mkdir(file.c_str(), 0777), 0);
    for (const char* mode :
         {"0",   "755", "4711", "7777", "u=rwx",   "a=rx",      "go-rwx", "u-x,g=u", "+t",    "=",
          "=rw", "+x",  "-w",   "ug+s", "a+rwxst", "u=rw,go=r", "a=,u+X", "o=t",     "u+r-w", "8",
          "u",   "rwx", "u+q",  "",     ",",       "u=r,",      "777777", "g=o,o+g", "u=go"}) {
        ASSERT_EQ(::chmod(file.c_str(), 0777), 0);
        const std::string command =
            "umask 022; chmod -- '" + std::string(mode) + "' " + file + " 2>/dev/null";
        const bool chmod_knows = std::system(command.c_str()) == 0;
        struct stat status = {};
        ASSERT_EQ(::stat(file.c_str(), &status), 0);
        const auto ours = ant::parse_mode(mode, 0777);
        EXPECT_EQ(ours.has_value(), chmod_knows) << mode;
        if (ours && chmod_knows) {
            EXPECT_EQ(*ours, status.st_mode & 07777) << mode;
        }
    }
}

TEST_F(FileProgramsTest, RmOfTrees) {
    ASSERT_EQ(run({"mkdir", "-p", path("d/e/f")}), 0);
    for (const char* name : {"d/one", "d/e/two", "d/e/f/.three"})
        make_file(name, "x");
    const std::string kept = make_file("kept", "x");
    ASSERT_EQ(symlink("../kept", path("d/link").c_str()), 0);
    ASSERT_EQ(symlink("..", path("d/up").c_str()), 0);
    EXPECT_EQ(run({"rm", "-r", path("d"), path("nope")}), 1);
    EXPECT_EQ(kernel.errors,
              "rm: cannot remove '" + path("nope") + "': No such file or directory\n");
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
    EXPECT_EQ(kernel.errors, "rm: cannot remove '" + stubborn + "': Device or resource busy\n");
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
    EXPECT_TRUE(kernel.errors.ends_with("': File name too long\n"));
    EXPECT_EQ(run({"rm", "-r", path("d") + "/x" + deep.substr(path("d").size(), 400)}), 0);
    EXPECT_EQ(run({"rm", "-r", path("d")}), 0);
}

TEST_F(FileProgramsTest, MkdirWithWhatIsMissing) {
    EXPECT_EQ(run({"mkdir", "-p", path("a/b//c/"), path("a")}), 0);
    EXPECT_TRUE(exists(path("a/b/c")));
    make_file("file", "x");
    EXPECT_EQ(run({"mkdir", "-p", path("file")}), 1);
    EXPECT_EQ(run({"mkdir", "-p", path("file/x")}), 1);
    EXPECT_EQ(kernel.errors,
              "mkdir: cannot create directory '" + path("file/x") + "': File exists\n");
}

TEST_F(FileProgramsTest, UnknownOptionsAreUsageAndNothingIsDone) {
    const std::string file = make_file("f", "x");
    for (const std::string program : {"cat", "cp", "head", "ls", "mkdir", "mv", "rm", "rmdir",
                                      "sha256sum", "stat", "wc", "write"}) {
        EXPECT_EQ(run({program, "-Z", file, path("new")}), 2) << program;
        EXPECT_TRUE(
            kernel.errors.starts_with(program + ": invalid option -- 'Z'\nusage: " + program + " "))
            << kernel.errors;
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
    EXPECT_EQ(run({"rm", "-d", "--", text, path("moved"), path("d")}), 0);
    EXPECT_EQ(run({"rm", "--"}), 2);
}

TEST_F(FileProgramsTest, Wc) {
    const std::string file = make_file("f", "one two\n three\tfour  \n\nfive");
    EXPECT_EQ(run({"wc", file}), 0);
    EXPECT_EQ(kernel.output, " 3  5 27 " + file + "\n");
    const std::string big = make_file("big", std::string(70'000, 'x') + "\n");
    EXPECT_EQ(run({"wc", file, path("nope"), big}), 1);
    EXPECT_EQ(kernel.output, "    3     5    27 " + file + "\n    1     1 70001 " + big +
                                 "\n    4     6 70028 total\n");
    EXPECT_EQ(kernel.errors, "wc: " + path("nope") + ": No such file or directory\n");
    EXPECT_EQ(run({"wc", "-l", file}), 0);
    EXPECT_EQ(kernel.output, "3 " + file + "\n");
    EXPECT_EQ(run({"wc", "-cw", file, big}), 0);
    EXPECT_EQ(kernel.output,
              "    5    27 " + file + "\n    1 70001 " + big + "\n    6 70028 total\n");
    EXPECT_EQ(run({"wc", "-m", "-c", make_file("u", "na\u00efve \u20ac\n")}), 0);
    EXPECT_EQ(kernel.output, " 8 11 " + path("u") + "\n");
}

TEST_F(FileProgramsTest, WithoutAFileItIsWhatIsTyped) {
    EXPECT_EQ(run({"cat"}) + run({"head"}) + run({"sha256sum"}), 0) << "nobody types: it is empty";
    EXPECT_EQ(run({"wc"}), 0);
    EXPECT_EQ(kernel.output, "      0       0       0\n");
    FakeTerminal terminal(kernel);
    for (const char* program : {"cat", "head"})
        for (const auto& words : {std::vector<std::string>{program}, {program, "-"}}) {
            terminal.typed = "typed\n";
            terminal.written.clear();
            EXPECT_EQ(run(words), 0);
            EXPECT_EQ(terminal.written, "typed\n");
        }
}

TEST_F(FileProgramsTest, Head) {
    std::string text;
    for (int i = 1; i <= 12; i++)
        text += "line " + std::to_string(i) + "\n";
    const std::string file = make_file("f", text);
    EXPECT_EQ(run({"head", file}), 0);
    EXPECT_EQ(kernel.output, text.substr(0, text.find("line 11")));
    const std::string part = "==> " + file + " <==\nline 1\nline 2\n";
    for (const auto& words : std::vector<std::vector<std::string>>{{"head", "-n", "2", file, file},
                                                                   {"head", "-2", file, file},
                                                                   {"head", file, file, "-n2"}}) {
        EXPECT_EQ(run(words), 0);
        EXPECT_EQ(kernel.output, part + "\n" + part);
    }
    EXPECT_EQ(run({"head", "-n1", "-v", file}), 0);
    EXPECT_EQ(kernel.output, "==> " + file + " <==\nline 1\n");
    EXPECT_EQ(run({"head", "-qn1", file, file}), 0);
    EXPECT_EQ(kernel.output, "line 1\nline 1\n");
    EXPECT_EQ(run({"head", "-n", "0", file}), 0);
    EXPECT_EQ(kernel.output, "");
    EXPECT_EQ(run({"head", "-n", "5", make_file("g", "no newline")}), 0);
    EXPECT_EQ(kernel.output, "no newline");
    EXPECT_EQ(run({"head", "-n1", "-c", "10", file}), 0);
    EXPECT_EQ(kernel.output, "line 1\nlin");
    EXPECT_EQ(run({"head", "-c", "5000", "/dev/zero"}), 0) << "it has no line";
    EXPECT_EQ(kernel.output, std::string(5000, '\0'));
    EXPECT_EQ(run({"head", path("")}), 1);
    EXPECT_EQ(kernel.errors, "head: error reading '" + path("") + "': Is a directory\n");
    EXPECT_EQ(run({"head", path("nope")}), 1);
    EXPECT_EQ(kernel.errors,
              "head: cannot open '" + path("nope") + "' for reading: No such file or directory\n");
    EXPECT_EQ(run({"head", "-n", "x", file}), 2);
    EXPECT_TRUE(kernel.errors.starts_with("head: invalid number of lines: 'x'\nusage: head "));
    EXPECT_EQ(run({"head", "-c", "-1", file}), 2);
}

TEST_F(FileProgramsTest, TheUsageLineIsWhatIsUnderstood) {
    for (const std::string program :
         {"cat",  "cores", "cp",        "devices", "getpid", "head", "hexdump", "kernels",
          "kill", "klog",  "ls",        "mem",     "mkdir",  "mv",   "null",    "ps",
          "rm",   "rmdir", "sha256sum", "sleep",   "stat",   "wc",   "write"}) {
        EXPECT_EQ(run({program, "--help"}), 0) << program;
        EXPECT_TRUE(kernel.output.starts_with("usage: " + program)) << kernel.output;
        EXPECT_EQ(kernel.errors, "");
        EXPECT_EQ(run({program, "-@"}), 2) << program;
        EXPECT_EQ(kernel.output, "");
    }
    EXPECT_EQ(kernel.linux_calls.size(), 0u) << "nothing is done";
}
