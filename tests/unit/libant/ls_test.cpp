// SPDX-License-Identifier: GPL-2.0-only
// ls and its texts.
#include "fake_terminal.h"

#include <algorithm>
#include <ant/apps/common/file_text.h>
#include <ant/lib/fcntl.h>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <sys/stat.h>

class LsTest : public LibantTest {
protected:
    std::string list(std::vector<std::string> words, int status = 0) {
        words.insert(words.begin(), "ls");
        kernel.output.clear();
        kernel.errors.clear();
        EXPECT_EQ(run_program(words), status) << kernel.errors;
        return kernel.output;
    }
    void make_sized(const std::string& name, size_t size, time_t modified) {
        const std::string file = make_file(name, std::string(size, 'x'));
        const timespec times[2] = {{-modified, 0}, {modified, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
    }
};

TEST_F(LsTest, Modes) {
    EXPECT_STREQ(ant::mode_text(S_IFREG | 0644).data(), "-rw-r--r--");
    EXPECT_STREQ(ant::mode_text(S_IFDIR | 01777).data(), "drwxrwxrwt");
    EXPECT_STREQ(ant::mode_text(S_IFREG | 06711).data(), "-rws--s--x");
    EXPECT_STREQ(ant::mode_text(S_IFCHR | 07000).data(), "c--S--S--T");
    EXPECT_STREQ(ant::mode_text(S_IFBLK | 0600).data(), "brw-------");
    EXPECT_STREQ(ant::mode_text(S_IFSOCK).data(), "s---------");
}

TEST_F(LsTest, DatesAreTheHosts) {
    // Days around leap days, turns of years and centuries, before 1970 and after 2100.
    for (int64_t seconds = -5'000'000'000; seconds < 9'000'000'000; seconds += 40'000'007) {
        const time_t time = seconds;
        tm host = {};
        gmtime_r(&time, &host);
        const ant::CivilTime ours = ant::civil_time(seconds);
        EXPECT_EQ(ours.year, host.tm_year + 1900) << seconds;
        EXPECT_EQ(static_cast<int>(ours.month), host.tm_mon + 1) << seconds;
        EXPECT_EQ(static_cast<int>(ours.day), host.tm_mday) << seconds;
        EXPECT_EQ(static_cast<int>(ours.hour), host.tm_hour) << seconds;
        EXPECT_EQ(static_cast<int>(ours.minute), host.tm_min) << seconds;
        EXPECT_EQ(static_cast<int>(ours.second), host.tm_sec) << seconds;
    }
}

TEST_F(LsTest, NamesAreSortedAndHiddenOnesHidden) {
    for (const char* name : {"b", "a", ".hidden", "C", "a b"})
        make_file(name, "");
    EXPECT_EQ(run_program({"ls", path("")}), 0);
    EXPECT_EQ(kernel.output, "C\na\na b\nb\n");
    kernel.output.clear();
    EXPECT_EQ(run_program({"ls", "-a", path("")}), 0);
    EXPECT_EQ(kernel.output, ".\n..\n.hidden\nC\na\na b\nb\n");
    EXPECT_EQ(list({"-A", path("")}), ".hidden\nC\na\na b\nb\n");
    EXPECT_EQ(list({path(""), "-r"}), "b\na b\na\nC\n");
    const std::string unsorted = list({"-f", path("")});
    EXPECT_EQ(unsorted.size(), kernel.output.size());
    EXPECT_NE(unsorted.find(".hidden\n"), std::string::npos);
    EXPECT_EQ(list({"-d", path("")}), path("") + "\n");
}

TEST_F(LsTest, SortedByTimeAndSize) {
    make_sized("old", 30, 1000);
    make_sized("new", 10, 3000);
    make_sized("mid", 20, 2000);
    make_sized("same", 20, 2000);
    EXPECT_EQ(list({"-t", path("")}), "new\nmid\nsame\nold\n");
    EXPECT_EQ(list({"-tr", path("")}), "old\nsame\nmid\nnew\n");
    EXPECT_EQ(list({"-S", path("")}), "old\nmid\nsame\nnew\n");
    EXPECT_EQ(list({"-u", path("")}), "old\nmid\nsame\nnew\n");
    EXPECT_EQ(list({"-tS", path("")}), "old\nmid\nsame\nnew\n") << "the last one counts";
    EXPECT_NE(list({"-l", path("new")}).find(" 1970-01-01 00:50 "), std::string::npos);
    EXPECT_NE(list({"-lu", path("new")}).find(" 1969-12-31 23:10 "), std::string::npos);
}

TEST_F(LsTest, WhatAFileIs) {
    std::filesystem::create_directory(path("d"));
    std::filesystem::permissions(make_file("run", ""), std::filesystem::perms(0755));
    make_file("text", "");
    std::filesystem::create_symlink("d", path("link"));
    ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
    EXPECT_EQ(list({"-F", path("")}), "d/\nlink@\npipe|\nrun*\ntext\n");
    EXPECT_EQ(list({"-FL", path("")}), "d/\nlink/\npipe|\nrun*\ntext\n");
    EXPECT_EQ(list({"-p", path("")}), "d/\nlink\npipe\nrun\ntext\n");
    EXPECT_EQ(list({"-F", path("link")}), path("link") + "@\n");
    EXPECT_EQ(list({"-FH", path("link")}), "");
    struct stat status = {};
    ASSERT_EQ(::stat(path("text").c_str(), &status), 0);
    char line[300];
    snprintf(line, sizeof(line), "%7lu    0 %s\n", status.st_ino, path("text").c_str());
    EXPECT_EQ(list({"-is", path("text")}), line);
}

TEST_F(LsTest, InColumnsOnATerminalAndWhenAsked) {
    for (const char* name : {"a", "b", "c-is-the-longest-name-of-all", "d", "e", "f", "g"})
        make_file(name, "");
    const std::string gap(27, ' ');
    // Three columns of 30 would be more than 80.
    const std::string down =
        "a" + gap + "  e\nb" + gap + "  f\n" + "c-is-the-longest-name-of-all  g\nd\n";
    const std::string across =
        "a" + gap + "  b\nc-is-the-longest-name-of-all  d\ne" + gap + "  f\ng\n";
    EXPECT_EQ(list({"-C", path("")}), down);
    EXPECT_EQ(list({"-x", path("")}), across);
    EXPECT_EQ(list({"-m", path("")}), "a, b, c-is-the-longest-name-of-all, d, e, f, g\n");
    EXPECT_EQ(list({"-C1", path("")}), "a\nb\nc-is-the-longest-name-of-all\nd\ne\nf\ng\n");
    FakeTerminal terminal(kernel);
    EXPECT_EQ(list({path("")}), "");
    EXPECT_EQ(terminal.written, down);
    terminal.written.clear();
    EXPECT_EQ(list({"-1", path("")}), "");
    EXPECT_EQ(terminal.written, "a\nb\nc-is-the-longest-name-of-all\nd\ne\nf\ng\n");
}

TEST_F(LsTest, CommasGoToTheNextLineAtTheTerminalsEdge) {
    for (char c = 'a'; c <= 'j'; c++)
        make_file(std::string(12, c), "");
    std::istringstream lines(list({"-m", path("")}));
    std::string all;
    for (std::string line; std::getline(lines, line); all += line + " ")
        EXPECT_LT(line.size(), 80u);
    EXPECT_EQ(std::count(all.begin(), all.end(), ','), 9);
    EXPECT_TRUE(all.starts_with("aaaaaaaaaaaa, bbbbbbbbbbbb, ")) << all;
    EXPECT_TRUE(all.ends_with(", jjjjjjjjjjjj ")) << all;
}

TEST_F(LsTest, Recursive) {
    std::filesystem::create_directories(path("a/b"));
    std::filesystem::create_directories(path("c"));
    make_file("a/b/f", "");
    std::filesystem::create_symlink("../a", path("c/loop"));
    const std::string top = path("");
    const std::string directory = top.substr(0, top.size() - 1);
    EXPECT_EQ(list({"-R", directory}), directory + ":\na\nc\n\n" + directory + "/a:\nb\n\n" +
                                           directory + "/a/b:\nf\n\n" + directory + "/c:\nloop\n");
}

TEST_F(LsTest, Details) {
    const std::string file = make_file("f", "12345");
    std::filesystem::permissions(file, std::filesystem::perms(0640));
    EXPECT_EQ(run_program({"ls", "-l", path("")}), 0);
    EXPECT_TRUE(kernel.output.starts_with("total 4\n-rw-r-----   1 ")) << kernel.output;
    EXPECT_NE(kernel.output.find(" 5 2"), std::string::npos) << "size and year " << kernel.output;
    EXPECT_TRUE(kernel.output.ends_with(" f\n")) << kernel.output;
    const std::string of_directory = kernel.output.substr(strlen("total 4\n"));
    kernel.output.clear();
    EXPECT_EQ(run_program({"ls", "-l", file}), 0);
    EXPECT_EQ(kernel.output, of_directory.substr(0, of_directory.size() - 2) + file + "\n");
    const auto count_words = [](const std::string& line) {
        std::istringstream words(line);
        return std::distance(std::istream_iterator<std::string>(words), {});
    };
    EXPECT_EQ(count_words(list({"-l", file})), 8);
    EXPECT_EQ(count_words(list({"-g", file})), 7);
    EXPECT_EQ(count_words(list({"-go", file})), 6);
    EXPECT_NE(list({"-l", "/dev/null"}).find(" root     root        1,   3 "), std::string::npos)
        << kernel.output;
    EXPECT_NE(list({"-n", "/dev/null"}).find(" 0        0           1,   3 "), std::string::npos);
    EXPECT_EQ(count_words(list({"-l1", file})), 8) << "details have a line each anyway";
}

TEST_F(LsTest, NothingThatATerminalTakesForACommand) {
    make_file("a\x1b[2J\nb", "");
    EXPECT_EQ(list({path("")}), "a\x1b[2J\nb\n");
    EXPECT_EQ(list({"-q", path("")}), "a?[2J?b\n");
    FakeTerminal terminal(kernel);
    EXPECT_EQ(list({path("")}), "");
    EXPECT_EQ(terminal.written, "a?[2J?b\n");
}

TEST_F(LsTest, DetailsAreAboutALinkItself) {
    std::filesystem::create_directory(path("folder"));
    make_file("folder/inside", "");
    std::filesystem::create_symlink("folder", path("to-folder"));
    std::filesystem::create_symlink("nowhere", path("dangling"));
    EXPECT_EQ(run_program({"ls", "-l", path("")}), 0) << kernel.errors;
    EXPECT_NE(kernel.output.find(" dangling -> nowhere\n"), std::string::npos) << kernel.output;
    EXPECT_NE(kernel.output.find(" to-folder -> folder\n"), std::string::npos);
    EXPECT_NE(kernel.output.find("\nlrwxrwxrwx   1 "), std::string::npos);
    kernel.output.clear();
    EXPECT_EQ(run_program({"ls", "-l", path("to-folder")}), 0);
    EXPECT_TRUE(kernel.output.ends_with("/to-folder -> folder\n")) << kernel.output;
    kernel.output.clear();
    EXPECT_EQ(run_program({"ls", path("to-folder")}), 0);
    EXPECT_EQ(kernel.output, "inside\n");
    kernel.output.clear();
    EXPECT_EQ(run_program({"ls", "-l", path("to-folder") + "/"}), 0);
    EXPECT_TRUE(kernel.output.ends_with(" inside\n")) << kernel.output;
}

TEST_F(LsTest, SeveralAndErrors) {
    const std::string file = make_file("f", "");
    std::filesystem::create_directory(path("d"));
    make_file("d/in", "");
    EXPECT_EQ(list({path("d"), path("nope"), file, path("")}, 1),
              file + "\n\n" + path("") + ":\nd\nf\n\n" + path("d") + ":\nin\n")
        << "files first";
    EXPECT_EQ(kernel.errors,
              "ls: cannot access '" + path("nope") + "': No such file or directory\n");
    list({file + "/x"}, 1);
    EXPECT_EQ(kernel.errors, "ls: cannot access '" + file + "/x': Not a directory\n");
    list({"-z"}, 2);
}
