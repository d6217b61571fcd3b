// SPDX-License-Identifier: GPL-2.0-only
// The names that antsh completes: the shell's, the RAM disk's, Linux's (here the host's).
#include "fake_kernel.h"

#include <algorithm>
#include <ant/apps/antsh/names.h>
#include <ant/lib/errno.h>
#include <ant/lib/process.h>
#include <ant/lib/unistd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using Names = std::vector<std::string>;

/// Each name by itself.
struct NameCollector final : ant::Sink {
    void write(std::string_view name) override { names.emplace_back(name); }
    Names names;
};

class NamesOfAntTest : public LibantTest {
protected:
    NamesOfAntTest() {
        kernel.programs["antsh"] = [](const std::vector<std::string>& words) {
            const int status = run_program(words);
            ant::linux_files().lca().release(); // at its end a process has nothing any more
            return status;
        };
    }
    /// In the test's directory, sorted.
    Names in_directory(const std::string& prefix) {
        NameCollector found;
        ant::names_of_ant.directory(path("").c_str(), prefix.c_str(), found);
        std::ranges::sort(found.names);
        return found.names;
    }
};

TEST_F(NamesOfAntTest, CommandsOfTheShellAndPrograms) {
    kernel.programs = {{"cat", nullptr}, {"edu_server", nullptr}};
    NameCollector found;
    ant::names_of_ant.commands(found);
    EXPECT_EQ(found.names, (Names{"echo", "exit", "help", "kill", "ps", "wait", "driver", "on",
                                  "run", "time", "trace", "cat", "edu_server"}));
}

TEST_F(NamesOfAntTest, TheRamDisksProgramsOneByOne) {
    kernel.programs = {{"cat", nullptr}};
    char name[ANT_NAME_BYTES] = {};
    EXPECT_EQ(ant::program_name(0, name), 0);
    EXPECT_STREQ(name, "cat");
    EXPECT_EQ(ant::program_name(1, name), -1);
    EXPECT_EQ(ant::last_error, ESRCH);
}

TEST_F(NamesOfAntTest, DirectoriesHaveASlashAndLinksToThemToo) {
    make_file("file", "");
    ASSERT_EQ(mkdir(path("folder").c_str(), 0700), 0);
    ASSERT_EQ(symlink("folder", path("folder-link").c_str()), 0);
    ASSERT_EQ(symlink("file", path("file-link").c_str()), 0);
    ASSERT_EQ(symlink("nowhere", path("fall").c_str()), 0);
    EXPECT_EQ(in_directory("f"), (Names{"fall", "file", "file-link", "folder-link/", "folder/"}));
    EXPECT_EQ(in_directory("fo"), (Names{"folder-link/", "folder/"}));
    EXPECT_EQ(in_directory("x"), Names{});
}

TEST_F(NamesOfAntTest, WithoutLinuxThereAreNone) {
    make_file("file", "");
    const size_t areas = kernel.ica_areas();
    kernel.linux_error = ENXIO;
    EXPECT_EQ(in_directory("f"), Names{});
    EXPECT_EQ(kernel.ica_areas(), areas);
}

} // namespace
