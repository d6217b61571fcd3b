// SPDX-License-Identifier: GPL-2.0-only
// cp and mv.
#include "file_programs_fixture.h"

#include <sys/stat.h>

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
    EXPECT_EQ(kernel.errors, "mv: cannot stat '" + path("nope") + "': No such file or directory\n");
    const std::string too_long = path(std::string(300, 'x'));
    EXPECT_EQ(run({"mv", path("e/other"), too_long}), 1);
    EXPECT_EQ(kernel.errors, "mv: cannot move '" + path("e/other") + "' to '" + too_long +
                                 "': File name too long\n");
    EXPECT_EQ(run({"mv", path("e"), path("e/f")}), 1);
    EXPECT_EQ(kernel.errors, "mv: cannot move '" + path("e") + "' to a subdirectory of itself, '" +
                                 path("e/f") + "'\n");
    EXPECT_EQ(run({"mv", path("e/other"), path("e/./other")}), 1);
    EXPECT_EQ(kernel.errors,
              "mv: '" + path("e/other") + "' and '" + path("e/./other") + "' are the same file\n");
    EXPECT_EQ(run({"mv", from}), 2);
}

TEST_F(FileProgramsTest, MvAsks) {
    const std::string from = make_file("from", "new");
    const std::string to = make_file("to", "old");
    EXPECT_EQ(run({"mv", "-i", from, to}), 0);
    EXPECT_EQ(kernel.errors, "mv: overwrite '" + to + "'? ");
    EXPECT_EQ(content_of(to), "old");
    EXPECT_EQ(run({"mv", "-i", "-f", from, to}), 0);
    EXPECT_EQ(content_of(to), "new");
    EXPECT_EQ(run({"mv", "-i", to, from}), 0) << "nothing is overwritten";
    EXPECT_EQ(kernel.errors, "");
}

TEST_F(FileProgramsTest, MvToAnotherFileSystem) {
    ASSERT_EQ(run({"mkdir", "-p", path("d/e")}), 0);
    const std::string file = make_file("d/e/f", "text");
    ASSERT_EQ(symlink("e/f", path("d/link").c_str()), 0);
    ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
    kernel.linux_answer = [](const antlinux_lca& lca) -> std::optional<int64_t> {
        return lca.syscallno == 82 ? std::optional<int64_t>(-EXDEV) : std::nullopt;
    };
    EXPECT_EQ(run({"mv", path("d"), path("there")}), 0) << kernel.errors;
    EXPECT_FALSE(exists(path("d")));
    EXPECT_EQ(content_of(path("there/link")), "text");
    struct stat status = {};
    ASSERT_EQ(::stat(path("there/e/f").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST_F(FileProgramsTest, CpOfTrees) {
    ASSERT_EQ(run({"mkdir", "-p", path("d/e")}), 0);
    make_file("d/e/f", "text");
    make_file("d/g", "more");
    ASSERT_EQ(symlink("e/f", path("d/link").c_str()), 0);
    EXPECT_EQ(run({"cp", path("d"), path("c")}), 1);
    EXPECT_EQ(kernel.errors, "cp: -r not specified; omitting directory '" + path("d") + "'\n");
    EXPECT_EQ(run({"cp", "-r", path("d"), path("c")}), 0) << kernel.errors;
    EXPECT_EQ(content_of(path("c/e/f")) + content_of(path("c/g")), "textmore");
    struct stat status = {};
    ASSERT_EQ(lstat(path("c/link").c_str(), &status), 0);
    EXPECT_TRUE(S_ISLNK(status.st_mode));
    EXPECT_EQ(run({"cp", "-R", path("d"), path("c")}), 0) << "into what is there";
    EXPECT_EQ(content_of(path("c/d/e/f")), "text");
    EXPECT_EQ(run({"cp", "-RL", path("d"), path("new")}), 0);
    ASSERT_EQ(lstat(path("new/link").c_str(), &status), 0);
    EXPECT_TRUE(S_ISREG(status.st_mode)) << "what it leads to";
    EXPECT_EQ(run({"cp", "-P", path("d/link"), path("l")}), 0);
    ASSERT_EQ(lstat(path("l").c_str(), &status), 0);
    EXPECT_TRUE(S_ISLNK(status.st_mode));
    EXPECT_EQ(run({"cp", "-r", path("d"), path("d/e")}), 1);
    EXPECT_EQ(kernel.errors, "cp: cannot copy a directory into itself, '" + path("d/e/d") + "'\n");
    EXPECT_EQ(run({"cp", "-r", path("d"), path("c/g")}), 1);
    EXPECT_EQ(kernel.errors, "cp: cannot overwrite non-directory '" + path("c/g") +
                                 "' with directory '" + path("d") + "'\n");
    ASSERT_EQ(run({"mkdir", path("x"), path("x/g")}), 0);
    EXPECT_EQ(run({"cp", path("d/g"), path("x")}), 1);
    EXPECT_EQ(kernel.errors,
              "cp: cannot overwrite directory '" + path("x/g") + "' with non-directory\n");
}

TEST_F(FileProgramsTest, CpPreservesReplacesAndAsks) {
    const std::string from = make_file("from", "new");
    const std::string to = make_file("to", "old");
    ASSERT_EQ(::chmod(from.c_str(), 0604), 0);
    EXPECT_EQ(run({"cp", "-i", from, to}), 0);
    EXPECT_EQ(kernel.errors, "cp: overwrite '" + to + "'? ");
    EXPECT_EQ(content_of(to), "old");
    EXPECT_EQ(run({"cp", "-p", from, to}), 0);
    struct stat status = {};
    ASSERT_EQ(::stat(to.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0604u);
    kernel.linux_answer = [](const antlinux_lca& lca) -> std::optional<int64_t> {
        const bool is_access = lca.syscallno == 21;
        return is_access ? std::optional<int64_t>(-EACCES) : std::nullopt;
    };
    const ino_t before = status.st_ino;
    const std::string holder = path("holder"); // so that the number is not given again
    ASSERT_EQ(link(to.c_str(), holder.c_str()), 0);
    EXPECT_EQ(run({"cp", "-f", from, to}), 0);
    ASSERT_EQ(::stat(to.c_str(), &status), 0);
    EXPECT_NE(status.st_ino, before) << "another file, since the old one may not be written";
}

TEST_F(FileProgramsTest, IntoADirectory) {
    const std::string one = make_file("one", "1");
    const std::string two = make_file("two", "2");
    ASSERT_EQ(run({"mkdir", path("d"), path("e")}), 0);
    EXPECT_EQ(run({"cp", one, path("d/")}), 0);
    EXPECT_EQ(run({"cp", one, two, path("nope"), path("d")}), 1);
    EXPECT_EQ(content_of(path("d/one")) + content_of(path("d/two")), "12");
    EXPECT_EQ(run({"cp", one, two, one}), 1);
    EXPECT_EQ(kernel.errors, "cp: target '" + one + "': Not a directory\n");
    EXPECT_EQ(content_of(one), "1");
    EXPECT_EQ(run({"mv", path("d/one"), path("d/two"), path("e")}), 0);
    EXPECT_EQ(content_of(path("e/one")) + content_of(path("e/two")), "12");
    EXPECT_EQ(run({"mv", one, two, path("nope")}), 1);
    EXPECT_EQ(kernel.errors, "mv: target '" + path("nope") + "': No such file or directory\n");
    EXPECT_TRUE(exists(one) && exists(two));
}
