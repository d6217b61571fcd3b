// SPDX-License-Identifier: GPL-2.0-only
// ls and its texts.
#include "fake_kernel.h"

#include <ant/apps/ls/long_format.h>
#include <ant/lib/fcntl.h>
#include <ctime>
#include <filesystem>

class LsTest : public LibantTest {};

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
}

TEST_F(LsTest, Details) {
    const std::string file = make_file("f", "12345");
    std::filesystem::permissions(file, std::filesystem::perms(0640));
    EXPECT_EQ(run_program({"ls", "-l", path("")}), 0);
    EXPECT_TRUE(kernel.output.starts_with("-rw-r-----   1 ")) << kernel.output;
    EXPECT_NE(kernel.output.find(" 5 2"), std::string::npos) << "size and year " << kernel.output;
    EXPECT_TRUE(kernel.output.ends_with(" f\n")) << kernel.output;
    const std::string of_directory = kernel.output;
    kernel.output.clear();
    EXPECT_EQ(run_program({"ls", "-l", file}), 0);
    EXPECT_EQ(kernel.output, of_directory.substr(0, of_directory.size() - 2) + file + "\n");
}

TEST_F(LsTest, DetailsAreAboutALinkItself) {
    std::filesystem::create_directory(path("folder"));
    make_file("folder/inside", "");
    std::filesystem::create_symlink("folder", path("to-folder"));
    std::filesystem::create_symlink("nowhere", path("dangling"));
    EXPECT_EQ(run_program({"ls", "-l", path("")}), 0) << kernel.errors;
    EXPECT_NE(kernel.output.find(" dangling -> nowhere\n"), std::string::npos) << kernel.output;
    EXPECT_NE(kernel.output.find(" to-folder -> folder\n"), std::string::npos);
    EXPECT_TRUE(kernel.output.starts_with("lrwxrwxrwx   1 "));
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
    EXPECT_EQ(run_program({"ls", file, path("nope"), path("")}), 1);
    EXPECT_EQ(kernel.errors, "ls: " + path("nope") + ": No such file or directory\n");
    EXPECT_EQ(kernel.output,
              file + ":\n" + file + "\n\n" + path("nope") + ":\n\n" + path("") + ":\nf\n");
    EXPECT_EQ(run_program({"ls", file + "/x"}), 1);
    EXPECT_TRUE(kernel.errors.ends_with("/f/x: Not a directory\n"));
    EXPECT_EQ(run_program({"ls", "-z"}), 2);
}
