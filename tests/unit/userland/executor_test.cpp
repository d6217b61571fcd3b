// SPDX-License-Identifier: GPL-2.0-only
// Whole calls as a proxy executes them, against what Linux itself answers.
#include <gtest/gtest.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <fstream>
#include <set>
#include <string>

#include "tests/unit/userland/fake_ica.h"
#include "tests/unit/userland/temporary_directory.h"
#include "userland/proxy/executor.h"

namespace antlinux::test {
namespace {

using Arguments = std::array<antlinux_u64, ANTLINUX_MAX_ARGS>;
constexpr antlinux_u64 base = FakeIca::base;

class ExecutorTest : public ::testing::Test {
protected:
    antlinux_s64 call(std::uint32_t number, const Arguments& arguments = {}) {
        antlinux_lca lca{};
        lca.magic = ANTLINUX_LCA_MAGIC;
        lca.syscallno = number;
        std::copy(arguments.begin(), arguments.end(), lca.args);
        return execute(lca, ica_.ica(), files_);
    }
    antlinux_u64 open(const std::string& path, int flags, mode_t mode = 0) {
        const auto fd = call(SYS_open, {ica_.put(0, path), static_cast<unsigned>(flags), mode});
        EXPECT_GE(fd, 0) << path;
        return static_cast<antlinux_u64>(fd);
    }
    std::string_view bytes(std::size_t offset, antlinux_s64 length) {
        return {reinterpret_cast<const char*>(ica_.at(offset)), static_cast<std::size_t>(length)};
    }

    FakeIca ica_;
    int files_ = 0; // open ones
    TemporaryDirectory directory_;
};

TEST_F(ExecutorTest, NullAndGetpid) {
    EXPECT_EQ(call(ANTLINUX_CALL_NULL), 0);
    EXPECT_EQ(call(SYS_getpid), ::getpid());
}

TEST_F(ExecutorTest, RefusesWhatIsNoCall) {
    EXPECT_EQ(call(SYS_execve), -ENOSYS);
    EXPECT_EQ(call(0xffffffff), -ENOSYS);
    antlinux_lca lca{};
    lca.syscallno = SYS_getpid;
    EXPECT_EQ(execute(lca, ica_.ica(), files_), -EINVAL);
    lca.magic = ANTLINUX_LCA_MAGIC + 1;
    EXPECT_EQ(execute(lca, ica_.ica(), files_), -EINVAL);
    lca.magic = ANTLINUX_LCA_MAGIC;
    lca.cflag = 2;
    EXPECT_EQ(execute(lca, ica_.ica(), files_), -EINVAL);
}

TEST_F(ExecutorTest, ReadsAFileInPieces) {
    const std::string path = directory_.file("text", "hello, world");
    const antlinux_u64 fd = open(path, O_RDONLY);
    EXPECT_EQ(call(SYS_read, {fd, base + 4096, 5}), 5);
    EXPECT_EQ(bytes(4096, 5), "hello");
    EXPECT_EQ(call(SYS_read, {fd, base + 4096, 100}), 7);
    EXPECT_EQ(bytes(4096, 7), ", world");
    EXPECT_EQ(call(SYS_read, {fd, base + 4096, 100}), 0);
    EXPECT_EQ(call(SYS_read, {fd, 0, 0}), 0);
    EXPECT_EQ(call(SYS_close, {fd}), 0);
    EXPECT_EQ(call(SYS_read, {fd, base, 1}), -EBADF);
}

TEST_F(ExecutorTest, WritesWhatAnotherProgramReads) {
    const std::string path = directory_ / "new";
    const antlinux_u64 fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0640);
    ica_.put(8000, "from AnT");
    EXPECT_EQ(call(SYS_write, {fd, base + 8000, 8}), 8);
    EXPECT_EQ(call(SYS_close, {fd}), 0);
    std::string contents;
    std::getline(std::ifstream(path), contents);
    EXPECT_EQ(contents, "from AnT");
    const auto again = call(
        SYS_open, {ica_.put(0, path), static_cast<unsigned>(O_WRONLY | O_CREAT | O_EXCL), 0640});
    EXPECT_EQ(again, -EEXIST);
}

TEST_F(ExecutorTest, ErrorsAreLinuxs) {
    EXPECT_EQ(call(SYS_open, {ica_.put(0, "/nope"), O_RDONLY}), -ENOENT);
    EXPECT_EQ(call(SYS_open, {ica_.put(0, "/etc/passwd/x"), O_RDONLY}), -ENOTDIR);
    EXPECT_EQ(call(SYS_open, {ica_.put(0, "/etc"), O_WRONLY}), -EISDIR);
    EXPECT_EQ(call(SYS_stat, {ica_.put(0, ""), base + 512}), -ENOENT);
    EXPECT_EQ(call(SYS_close, {12345}), -EBADF);
    EXPECT_EQ(call(SYS_lseek, {0xffffffff, 0, SEEK_SET}), -EBADF);
}

TEST_F(ExecutorTest, PointersOutsideTheIcaAreFaults) {
    const antlinux_u64 fd = open(directory_.file("f", "abc"), O_RDWR);
    EXPECT_EQ(call(SYS_read, {fd, base + FakeIca::size - 2, 3}), -EFAULT);
    EXPECT_EQ(call(SYS_read, {fd, base - 1, 1}), -EFAULT);
    EXPECT_EQ(call(SYS_read, {fd, base, ~0ULL}), -EFAULT);
    EXPECT_EQ(call(SYS_write, {fd, 0x1000, 1}), -EFAULT);
    EXPECT_EQ(call(SYS_open, {0x1000, O_RDONLY}), -EFAULT);
    EXPECT_EQ(call(SYS_fstat, {fd, base + FakeIca::size - sizeof(antlinux_stat) + 1}), -EFAULT);
    EXPECT_EQ(call(SYS_stat, {base + FakeIca::size, base}), -EFAULT);
    EXPECT_EQ(call(SYS_read, {fd, base, 3}), 3) << "nothing may have been read before";
}

TEST_F(ExecutorTest, ALinkItself) {
    const std::string link = directory_ / "link";
    ASSERT_EQ(::symlink("nowhere", link.c_str()), 0);
    EXPECT_EQ(call(SYS_stat, {ica_.put(0, link), base + 512}), -ENOENT);
    EXPECT_EQ(call(SYS_lstat, {ica_.put(0, link), base + 512}), 0);
    antlinux_stat status{};
    std::memcpy(&status, ica_.at(512), sizeof status);
    EXPECT_TRUE(S_ISLNK(status.mode));
    EXPECT_EQ(call(SYS_readlink, {ica_.put(0, link), base + 512, 100}), 7);
    EXPECT_EQ(bytes(512, 7), "nowhere");
    EXPECT_EQ(call(SYS_readlink, {ica_.put(0, link), base + FakeIca::size - 2, 3}), -EFAULT);
}

TEST_F(ExecutorTest, LinksModesAndTimes) {
    const std::string file = directory_.file("f", "abc");
    const std::string other = directory_ / "other";
    struct stat status {};
    EXPECT_EQ(call(SYS_link, {ica_.put(0, file), ica_.put(1000, other)}), 0);
    EXPECT_EQ(call(SYS_chmod, {ica_.put(0, other), 0604}), 0);
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_nlink, 2U);
    EXPECT_EQ(status.st_mode & 07777U, 0604U);
    EXPECT_EQ(call(SYS_symlink, {ica_.put(0, "f"), ica_.put(1000, (directory_ / "soft").string())}),
              0);
    EXPECT_EQ(::stat((directory_ / "soft").c_str(), &status), 0);

    const antlinux_s64 times[] = {0, UTIME_OMIT, 5, 7};
    std::memcpy(ica_.at(2048), times, sizeof times);
    constexpr auto here = static_cast<antlinux_u64>(AT_FDCWD);
    EXPECT_EQ(call(SYS_utimensat, {here, ica_.put(0, file), base + 2048, 0}), 0);
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mtim.tv_sec, 5);
    EXPECT_EQ(status.st_mtim.tv_nsec, 7);
    EXPECT_EQ(call(SYS_utimensat, {here, ica_.put(0, file), base + FakeIca::size - 31, 0}),
              -EFAULT);
    const antlinux_u64 fd = open(file, O_RDONLY);
    EXPECT_EQ(call(SYS_utimensat, {fd, 0, 0, 0}), 0) << "no path: the file itself; no times: now";
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_GT(status.st_mtim.tv_sec, 5);
    EXPECT_EQ(call(SYS_chmod, {0, 0600}), -EFAULT) << "where nullptr means nothing to Linux";
}

TEST_F(ExecutorTest, MemoryOfOthersIsAFaultAndStaysAsItIs) {
    constexpr std::size_t page = ANTLINUX_PAGE_SIZE;
    const antlinux_u64 fd = open(directory_.file("f", std::string(3 * page, 'f')), O_RDWR);
    const antlinux_u64 theirs = ica_.put(4 * page, "their data");
    ica_.give(2, 4, 1, FakeIca::caller + 1);
    ica_.give(3, 5, FakeIca::pages - 5, FakeIca::caller);
    EXPECT_EQ(call(SYS_read, {fd, theirs, 1}), -EFAULT);
    EXPECT_EQ(call(SYS_read, {fd, base + 3 * page, page + 1}), -EFAULT) << "beyond the own area";
    EXPECT_EQ(call(SYS_pread64, {fd, base + 3 * page, 3 * page, 0}), -EFAULT) << "over it";
    EXPECT_EQ(call(SYS_write, {fd, theirs, 5}), -EFAULT);
    EXPECT_EQ(call(SYS_fstat, {fd, theirs}), -EFAULT);
    EXPECT_EQ(call(SYS_fstat, {fd, theirs - 8}), -EFAULT);
    EXPECT_EQ(call(SYS_mkdir, {theirs, 0700}), -EFAULT);
    EXPECT_EQ(bytes(4 * page, 10), "their data");
    EXPECT_EQ(call(SYS_lseek, {fd, 0, SEEK_CUR}), 0) << "nothing was read or written before";
    // A path that goes on in their area: none of it is told.
    std::memset(ica_.at(4 * page - 3), 'x', 3);
    EXPECT_EQ(call(SYS_mkdir, {theirs - 3, 0700}), -EFAULT);
    ica_.give(2, 4, 1, FakeIca::caller); // now it is lent
    EXPECT_EQ(call(SYS_read, {fd, base + 3 * page, 2 * page}), static_cast<antlinux_s64>(2 * page));
}

TEST_F(ExecutorTest, LongPathsAreLinuxs) {
    // Both of them long, in pieces that a directory can have.
    std::string deep = directory_.path();
    for (int i = 0; i < 6; ++i) {
        deep += "/" + std::string(200, static_cast<char>('a' + i));
        ASSERT_EQ(call(SYS_mkdir, {ica_.put(0, deep), 0700}), 0);
    }
    const std::string from = deep + "/from";
    const std::string to = deep + "/to";
    static_cast<void>(open(from, O_WRONLY | O_CREAT, 0600));
    EXPECT_EQ(call(SYS_rename, {ica_.put(0, from), ica_.put(8000, to)}), 0);
    EXPECT_EQ(::access(from.c_str(), F_OK), -1);
    EXPECT_EQ(::access(to.c_str(), F_OK), 0);
    // As long as Linux permits, and longer.
    EXPECT_EQ(call(SYS_access, {ica_.put(0, std::string(PATH_MAX - 1, '/')), F_OK}), 0);
    EXPECT_EQ(call(SYS_access, {ica_.put(0, std::string(PATH_MAX, '/')), F_OK}), -ENAMETOOLONG);
}

TEST_F(ExecutorTest, StatIsLinuxsInAnTsLayout) {
    const std::string path = directory_.file("sized", std::string(5000, 'x'));
    ASSERT_EQ(::chmod(path.c_str(), 04711), 0);
    struct stat linux_stat = {};
    ASSERT_EQ(::stat(path.c_str(), &linux_stat), 0);
    const antlinux_u64 fd = open(path, O_RDONLY);
    // At odd places, too: AnT may put the structure anywhere.
    const std::array<antlinux_s64, 2> results{
        call(SYS_stat, {ica_.put(0, path), base + 1001}),
        call(SYS_fstat, {fd, base + FakeIca::size - sizeof(antlinux_stat)})};
    for (const std::size_t offset : {std::size_t{1001}, FakeIca::size - sizeof(antlinux_stat)}) {
        antlinux_stat ant{};
        std::memcpy(&ant, ica_.at(offset), sizeof ant);
        EXPECT_EQ(ant.ino, linux_stat.st_ino);
        EXPECT_EQ(ant.dev, linux_stat.st_dev);
        EXPECT_EQ(ant.mode, linux_stat.st_mode);
        EXPECT_EQ(ant.nlink, linux_stat.st_nlink);
        EXPECT_EQ(ant.uid, linux_stat.st_uid);
        EXPECT_EQ(ant.size, 5000U);
        EXPECT_EQ(ant.blocks, static_cast<antlinux_u64>(linux_stat.st_blocks));
        EXPECT_EQ(ant.mtime, linux_stat.st_mtim.tv_sec);
        EXPECT_EQ(ant.mtime_nsec, linux_stat.st_mtim.tv_nsec);
        EXPECT_EQ(ant.reserved, 0U);
    }
    EXPECT_EQ(results, (std::array<antlinux_s64, 2>{0, 0}));
}

TEST_F(ExecutorTest, OffsetsAreSixtyFourBitsWide) {
    const antlinux_u64 fd = open(directory_ / "sparse", O_RDWR | O_CREAT, 0600);
    constexpr antlinux_u64 far = 5'000'000'000;
    EXPECT_EQ(call(SYS_lseek, {fd, far, SEEK_SET}), static_cast<antlinux_s64>(far));
    ica_.put(100, "x");
    EXPECT_EQ(call(SYS_write, {fd, base + 100, 1}), 1);
    EXPECT_EQ(call(SYS_lseek, {fd, 0, SEEK_END}), static_cast<antlinux_s64>(far + 1));
    const auto back = static_cast<antlinux_u64>(-1LL);
    EXPECT_EQ(call(SYS_lseek, {fd, back, SEEK_CUR}), static_cast<antlinux_s64>(far));
    EXPECT_EQ(call(SYS_read, {fd, base + 200, 10}), 1);
    EXPECT_EQ(bytes(200, 1), "x");
    EXPECT_EQ(call(SYS_lseek, {fd, back, SEEK_SET}), -EINVAL);
    EXPECT_EQ(call(SYS_fstat, {fd, base}), 0);
    antlinux_stat status{};
    std::memcpy(&status, ica_.at(0), sizeof status);
    EXPECT_EQ(status.size, far + 1);
}

TEST_F(ExecutorTest, CountsTheCallersOpenFiles) {
    const std::string path = directory_.file("f", "abc");
    const antlinux_u64 fd = open(path, O_RDONLY);
    EXPECT_EQ(files_, 1);
    const auto copy = static_cast<antlinux_u64>(call(SYS_dup, {fd}));
    EXPECT_EQ(files_, 2);
    EXPECT_EQ(call(SYS_open, {ica_.put(0, "/nope"), O_RDONLY}), -ENOENT);
    EXPECT_EQ(call(SYS_close, {12345}), -EBADF);
    EXPECT_EQ(call(SYS_read, {fd, base, 3}), 3);
    EXPECT_EQ(files_, 2) << "what failed, or has nothing to do with it";
    EXPECT_EQ(call(SYS_close, {fd}), 0);
    EXPECT_EQ(call(SYS_close, {copy}), 0);
    EXPECT_EQ(files_, 0);
}

// Then open() gives the number to the caller, and there is no telling the two apart.
TEST_F(ExecutorTest, ClosingWhatWasNeverTheCallersDoesNotHideItsFiles) {
    const int kept = ::dup(STDIN_FILENO);
    const std::string path = directory_.file("f", "abc");
    EXPECT_EQ(call(SYS_close, {STDIN_FILENO}), 0);
    EXPECT_EQ(open(path, O_RDONLY), static_cast<antlinux_u64>(STDIN_FILENO));
    EXPECT_EQ(files_, 1);
    ::dup2(kept, STDIN_FILENO);
    ::close(kept);
}

TEST_F(ExecutorTest, Getdents64ListsADirectory) {
    directory_.file("one", "1");
    directory_.file("two", "2");
    const antlinux_u64 fd = open(directory_.path(), O_RDONLY | O_DIRECTORY);
    std::set<std::string> names;
    antlinux_s64 got = 0;
    while ((got = call(SYS_getdents64, {fd, base + 4096, 100})) > 0)
        for (antlinux_s64 at = 0; at < got;) {
            dirent64 entry{};
            const std::byte* record = ica_.at(4096 + static_cast<std::size_t>(at));
            std::memcpy(&entry, record, offsetof(dirent64, d_name));
            names.emplace(reinterpret_cast<const char*>(record + offsetof(dirent64, d_name)));
            at += entry.d_reclen;
        }
    EXPECT_EQ(got, 0);
    EXPECT_EQ(names, (std::set<std::string>{".", "..", "one", "two"}));
}

TEST_F(ExecutorTest, TheProxysOwnDescriptorsDoNotExistForAnT) {
    ASSERT_EQ(::dup2(STDERR_FILENO, device_descriptor), device_descriptor);
    EXPECT_EQ(call(SYS_close, {device_descriptor}), -EBADF);
    EXPECT_EQ(call(SYS_write, {log_descriptor, base, 1}), -EBADF);
    // Linux looks at 32 bits of a descriptor.
    EXPECT_EQ(call(SYS_close, {0x1'0000'0000ULL + device_descriptor}), -EBADF);
    EXPECT_GE(::fcntl(device_descriptor, F_GETFD), 0) << "it was closed";
    // The one below them is AnT's like any other: it was refused when open() had just given it.
    ASSERT_EQ(::dup2(STDERR_FILENO, log_descriptor - 1), log_descriptor - 1);
    EXPECT_EQ(call(SYS_close, {log_descriptor - 1}), 0);
    ::close(device_descriptor);
}

} // namespace
} // namespace antlinux::test
