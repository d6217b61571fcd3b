// SPDX-License-Identifier: GPL-2.0-only
// filetest: on the host's own file system everything is as its model says; a Linux that is wrong
// somewhere is found out, and the operations that show it are few.
#include "filetest_fixture.h"

#include <algorithm>
#include <ant/apps/filetest/exerciser.h>
#include <ant/apps/filetest/generator.h>
#include <ant/apps/filetest/shrink.h>
#include <ant/lib/sha256.h>
#include <filesystem>
#include <sys/syscall.h>
#include <unistd.h>

using ant::Exerciser;
using ant::Operation;
using Kind = ant::Operation::Kind;

namespace {

Operation operation(std::string_view text) {
    Operation result;
    EXPECT_TRUE(ant::parse_operation(text, result)) << text;
    return result;
}

std::string text_of(const Operation& operation) {
    char buffer[ant::operation_text_bytes];
    return std::string(ant::operation_text(operation, buffer));
}

} // namespace

TEST(OperationTest, IsReadAsItIsPrinted) {
    for (const char* line : {"open 0 a/b rwct",
                             "open 5 e r",
                             "open 1 c wcax",
                             "close 2",
                             "dup 0 3",
                             "read 0 4096 private+63",
                             "write 1 262145 7 ica+0",
                             "pread 2 10 81920 ica+1",
                             "pwrite 3 1 0 999999 private+0",
                             "lseek 0 -10 end",
                             "ftruncate 4 0",
                             "fsync 0",
                             "fstat 1",
                             "truncate d 5000",
                             "rename a/e b",
                             "unlink a",
                             "mkdir c",
                             "rmdir c/c",
                             "stat e/e",
                             "list d"})
        EXPECT_EQ(text_of(operation(line)), line);
    for (const char* line : {"",
                             "nothing",
                             "close",
                             "close 6",
                             "close x",
                             "close 1 1",

                             "open 0 f r",
                             "open 0 a/b/c r",
                             "open 0 ab r",
                             "open 0 a/ r",
                             "open 0 a x",
                             "open 0 a rz",
                             "open 0 a",
                             "read 0 1 ica",
                             "read 0 1 ica+64",
                             "read 0 1 nowhere+1",
                             "lseek 0 x end",
                             "lseek 0 0 top",
                             "write 0 4294967296 1 ica+0",
                             "write 0 1 -1 ica+0"}) {
        Operation none;
        EXPECT_FALSE(ant::parse_operation(line, none)) << line;
    }
}

TEST(OperationTest, DataOfAPartIsThePart) {
    std::byte whole[100];
    std::byte part[30];
    ant::fill_data(whole, 100, 5);
    ant::fill_data(part, 30, 5, 41);
    EXPECT_TRUE(std::equal(part, part + 30, whole + 41));
    ant::fill_data(part, 30, 6, 41);
    EXPECT_FALSE(std::equal(part, part + 30, whole + 41));
}

TEST(ShrinkerTest, FindsTheTwoThatMatter) {
    ant::Random random(1);
    ant::Model model;
    std::vector<Operation> operations(300);
    for (Operation& one : operations)
        one = ant::random_operation(random, model);
    operations[50] = operation("write 1 5000 77 ica+3");
    operations[200] = operation("rename a/b c");
    const auto fails = [](std::span<const Operation> some) {
        bool written = false;
        for (const Operation& one : some) {
            if (one.kind == Kind::write && one.length > 100)
                written = true;
            if (one.kind == Kind::rename && written)
                return true;
        }
        return false;
    };
    std::vector<Operation> scratch(operations.size());
    const size_t count = ant::Shrinker(fails, scratch, 2000).shrink(operations);
    ASSERT_EQ(count, 2u);
    EXPECT_EQ(operations[0].kind, Kind::write);
    EXPECT_EQ(operations[0].length, 101u);
    EXPECT_FALSE(operations[0].in_ica);
    EXPECT_EQ(operations[1].kind, Kind::rename);
}

TEST(ModelTest, WhereAFileIsFoundByItsPathNoOpenOneIsMovedWithItsDirectory) {
    for (const bool only_named : {false, true}) {
        ant::Model model(only_named);
        ant::Expected expected{};
        for (const char* text : {"mkdir b", "open 1 b/c rwctx"})
            EXPECT_TRUE(model.apply(operation(text), expected)) << text;
        EXPECT_EQ(model.knows(operation("rename b a")), !only_named);
        EXPECT_TRUE(model.knows(operation("rename b/c d")));
        EXPECT_TRUE(model.apply(operation("close 1"), expected));
        EXPECT_TRUE(model.knows(operation("rename b a")));
    }
}

TEST_F(FiletestTest, TheHostIsAsTheModelSays) {
    for (const char* seed : {"1", "2", "3", "4"}) {
        ASSERT_EQ(run(std::string("-n 4000 -s ") + seed), 0) << kernel.output;
        EXPECT_EQ(kernel.output, "filetest: " + path("d") + ": seed " + seed +
                                     ": 4000 operations in 4 rounds, all as expected\n");
    }
}

TEST_F(FiletestTest, EveryKindOfOperationSucceedsAndFails) {
    kernel.linux_answer = nullptr;
    ASSERT_EQ(run("-n 1000 -s 9"), 0) << kernel.output;
    ant::LinuxFiles files;
    const std::string directory = path("d");
    Exerciser exerciser(files, directory.c_str(), {});
    ant::Random random(9);
    std::set<std::pair<Kind, bool>> seen;
    ASSERT_EQ(exerciser.begin(), Exerciser::Outcome::same);
    for (int i = 0; i < 20'000; i++) {
        const Operation one = ant::random_operation(random, exerciser.model());
        if (!exerciser.model().knows(one))
            continue;
        ASSERT_EQ(exerciser.step(one), Exerciser::Outcome::same)
            << text_of(one) << ": " << exerciser.complaint();
        seen.insert(
            {one.kind, kernel.linux_calls.empty() || kernel.linux_calls.back().retval >= 0});
        kernel.linux_calls.clear();
    }
    exerciser.close_all();
    for (size_t kind = 0; kind < Operation::kinds; kind++)
        EXPECT_TRUE(seen.contains({static_cast<Kind>(kind), true})) << kind;
    EXPECT_GE(seen.size(), 2 * Operation::kinds - 2);
}

TEST_F(FiletestTest, SameSeedSameOperations) {
    const auto calls_of = [&] {
        std::vector<uint32_t> numbers;
        kernel.linux_answer = [&](const antlinux_lca& lca) -> std::optional<int64_t> {
            numbers.push_back(lca.syscallno);
            return std::nullopt;
        };
        EXPECT_EQ(run("-n 500 -s 12"), 0);
        return numbers;
    };
    const auto first = calls_of();
    std::filesystem::remove_all(path("d"));
    // The first time there was nothing to remove, nor is there the second time.
    EXPECT_EQ(calls_of(), first);
}

TEST_F(FiletestTest, LeavesWhatItSaysItLeaves) {
    ASSERT_EQ(run("-n 700 -s 5 -c"), 0);
    std::istringstream stream(kernel.output);
    size_t files = 0;
    for (std::string hash, name; stream >> hash >> name && hash != "filetest:"; files++) {
        const std::string content = content_of(name);
        ant::Sha256 sha256;
        sha256.update(content.data(), content.size());
        EXPECT_EQ(ant::Sha256::text(sha256.finish()).data(), hash) << name;
    }
    EXPECT_GT(files, 3u);
    const std::filesystem::recursive_directory_iterator all(path("d"));
    EXPECT_EQ(
        std::count_if(begin(all), end(all), [](const auto& e) { return e.is_regular_file(); }),
        static_cast<ptrdiff_t>(files));
}

TEST_F(FiletestTest, SeveralProcesses) {
    ASSERT_EQ(run("-n 300 -s 5 -p 3 -kc"), 0) << kernel.output << kernel.errors;
    for (const char* number : {"0", "1", "2"})
        EXPECT_NE(kernel.output.find("filetest: " + path("d/") + number + ": seed "),
                  std::string::npos)
            << kernel.output;
    EXPECT_EQ(kernel.spawn_cores.size(), 3u);
}

TEST_F(FiletestTest, EndsInTime) { EXPECT_EQ(run("-n 1000000000 -t 1"), 0); }

TEST_F(FiletestTest, FindsAByteThatIsWrong) {
    // Every read of more than 1000 bytes at once has a wrong byte in its middle.
    kernel.linux_answer = [](antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno != SYS_read && lca.syscallno != SYS_pread64)
            return std::nullopt;
        const auto count = syscall(static_cast<long>(lca.syscallno), lca.args[0], lca.args[1],
                                   lca.args[2], lca.args[3]);
        if (count > 1000)
            memory(lca.args[1])[500] ^= std::byte{1};
        return count < 0 ? -errno : count;
    };
    expect_found(3); // open, write, read: or what is compared at the end
}

TEST_F(FiletestTest, FindsBytesBesideTheBuffer) {
    kernel.linux_answer = [](antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno == SYS_pread64 && lca.args[2] == 300)
            memory(lca.args[1])[300] = std::byte{1};
        return std::nullopt;
    };
    std::string content = "open 0 a rwc\npwrite 0 900 0 3 ica+0\npread 0 300 100 ica+5\n";
    EXPECT_EQ(run("-r " + make_file("beside", content)), 1);
    EXPECT_NE(kernel.output.find("bytes beside the 300"), std::string::npos) << kernel.output;
}

TEST_F(FiletestTest, FindsAWriteThatIsLost) {
    kernel.linux_answer = [](const antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno == SYS_pwrite64 && lca.args[3] % 4096 == 0 && lca.args[3] > 0)
            return static_cast<int64_t>(lca.args[2]);
        return std::nullopt;
    };
    expect_found(3);
}

TEST_F(FiletestTest, FindsAWriteIntoAnotherFile) {
    // What a proxy without the files of the one before it does (H2): a descriptor means another
    // file.
    kernel.linux_answer = [](const antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno == SYS_write && lca.args[2] > 2000) {
            const auto other = static_cast<int>(lca.args[0]) + 1;
            const auto count = ::write(other, memory(lca.args[1]), lca.args[2]);
            return count < 0 ? std::nullopt : std::optional<int64_t>(count);
        }
        return std::nullopt;
    };
    expect_found(4);
}

TEST_F(FiletestTest, FindsAStaleSize) {
    kernel.linux_answer = [](const antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno == SYS_ftruncate && lca.args[1] > 5000)
            return 0;
        return std::nullopt;
    };
    expect_found(3);
}

TEST_F(FiletestTest, FindsARenameThatLeavesTheOldName) {
    kernel.linux_answer = [](const antlinux_lca& lca) -> std::optional<int64_t> {
        const auto* from = reinterpret_cast<const char*>(lca.args[0]);
        const auto* to = reinterpret_cast<const char*>(lca.args[1]);
        if (lca.syscallno != SYS_rename || std::string_view(from) == to ||
            !std::filesystem::is_regular_file(from) || std::filesystem::exists(to))
            return std::nullopt;
        std::error_code error;
        std::filesystem::copy_file(from, to, error);
        return error ? std::nullopt : std::optional<int64_t>(0);
    };
    expect_found(2);
}

TEST_F(FiletestTest, FindsAWrongErrno) {
    kernel.linux_answer = [](const antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno == SYS_rmdir && rmdir(reinterpret_cast<const char*>(lca.args[0])) != 0)
            return errno == ENOTEMPTY ? -EEXIST : -errno;
        return lca.syscallno == SYS_rmdir ? std::optional<int64_t>(0) : std::nullopt;
    };
    expect_found(3);
}

TEST_F(FiletestTest, FindsTwoFilesWithOneDescriptor) {
    kernel.linux_answer = [](const antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno == SYS_dup && static_cast<int>(lca.args[0]) >= 0)
            return static_cast<int64_t>(lca.args[0]);
        return std::nullopt;
    };
    ASSERT_EQ(run("-s 1 -n 20000"), 1);
    EXPECT_NE(kernel.output.find("another open file's"), std::string::npos);
    EXPECT_LE(shrunk().size(), 2u) << kernel.output;
}

TEST_F(FiletestTest, AFaultThatDoesNotComeAgainIsToldSo) {
    int calls = 0;
    kernel.linux_answer = [&](const antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno == SYS_lseek && ++calls == 20)
            return 4711;
        return std::nullopt;
    };
    EXPECT_EQ(run("-s 1 -n 1000"), 1);
    EXPECT_NE(kernel.output.find("do not bring it about again"), std::string::npos);
}

TEST_F(FiletestTest, WrongWords) {
    for (const char* line : {"-n 0", "-n x", "-p 0", "-p 17", "-t -1", "-s x", "-x", "word"})
        EXPECT_EQ(run(line), 2) << line;
    EXPECT_EQ(run("-r /nope"), 1);
    EXPECT_EQ(run("-r " + make_file("bad", "close 1\nclose 9\n")), 2);
    EXPECT_NE(kernel.errors.find("bad:2: no operation"), std::string::npos) << kernel.errors;
    kernel.ica_limit = 8192;
    EXPECT_EQ(run("-n 1"), 1);
}
