// SPDX-License-Identifier: GPL-2.0-only
// Directories.
#include "fake_kernel.h"

#include <ant/lib/dirent.h>
#include <ant/lib/errno.h>
#include <sys/syscall.h>

class DirentTest : public LibantTest {
protected:
    std::set<std::string> names(const std::string& directory) {
        std::set<std::string> found;
        ant::Directory* open_directory = ant::opendir(directory.c_str());
        EXPECT_NE(open_directory, nullptr);
        int error = 0;
        while (const ant::DirectoryEntry* entry = ant::readdir(open_directory, error))
            EXPECT_TRUE(found.insert(entry->name).second) << entry->name;
        EXPECT_EQ(error, 0);
        EXPECT_EQ(ant::closedir(open_directory), 0);
        return found;
    }
};

TEST_F(DirentTest, ManyEntriesNeedSeveralCalls) {
    std::set<std::string> expected = {".", ".."};
    for (int i = 0; i < 1000; i++) {
        const std::string name = "a-rather-long-name-of-a-file-" + std::to_string(i);
        make_file(name, "");
        expected.insert(name);
    }
    const size_t areas = kernel.ica_areas();
    EXPECT_EQ(names(path("")), expected);
    EXPECT_LE(kernel.ica_areas(), areas + 1) << "the process's LCA may be new, no more";
    size_t calls = 0;
    for (const auto& record : kernel.linux_calls)
        calls += record.lca.syscallno == SYS_getdents64 ? 1u : 0u;
    EXPECT_GE(calls, 3u);
}

TEST_F(DirentTest, Errors) {
    EXPECT_EQ(ant::opendir(path("missing").c_str()), nullptr);
    EXPECT_EQ(ant::last_error, ENOENT);
    EXPECT_EQ(ant::opendir(make_file("file", "").c_str()), nullptr);
    EXPECT_EQ(ant::last_error, ENOTDIR);
}

TEST_F(DirentTest, AFailingReadIsNotTheEnd) {
    ant::Directory* directory = ant::opendir(path("").c_str());
    ASSERT_NE(directory, nullptr);
    kernel.linux_answer = [](const antlinux_lca&) { return -EIO; };
    int error = 0;
    EXPECT_EQ(ant::readdir(directory, error), nullptr);
    EXPECT_EQ(error, EIO);
    kernel.linux_answer = [](const antlinux_lca&) { return 30; }; // and nothing filled in
    EXPECT_EQ(ant::readdir(directory, error), nullptr);
    EXPECT_EQ(error, EIO);
    kernel.linux_answer = nullptr;
    EXPECT_EQ(ant::closedir(directory), 0);
}
