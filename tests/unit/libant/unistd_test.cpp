// SPDX-License-Identifier: GPL-2.0-only
// POSIX's functions: -1 and last_error, console and Linux apart.
#include "fake_kernel.h"

#include <ant/lib/errno.h>
#include <ant/lib/stdio.h>
#include <ant/lib/unistd.h>
#include <sys/mman.h>

class UnistdTest : public LibantTest {};

TEST_F(UnistdTest, FilesOfLinux) {
    const std::string file = path("f");
    const int descriptor = ant::open(file.c_str(), O_RDWR | O_CREAT, 0600);
    ASSERT_GT(descriptor, 2);
    EXPECT_EQ(ant::write_all(descriptor, "hello", 5), 0);
    EXPECT_EQ(ant::lseek(descriptor, 1, SEEK_SET), 1);
    char data[10] = {};
    EXPECT_EQ(ant::read(descriptor, data, sizeof(data)), 4);
    EXPECT_STREQ(data, "ello");
    antlinux_stat by_path = {};
    antlinux_stat by_descriptor = {};
    EXPECT_EQ(ant::stat(file.c_str(), &by_path), 0);
    EXPECT_EQ(ant::fstat(descriptor, &by_descriptor), 0);
    EXPECT_EQ(by_path.ino, by_descriptor.ino);
    EXPECT_EQ(by_path.mode, by_descriptor.mode);
    EXPECT_EQ(by_path.mode & 0777u, 0600u);
    EXPECT_EQ(ant::dprintf(descriptor, "-%d-", 42), 4);
    EXPECT_EQ(ant::close(descriptor), 0);
    EXPECT_EQ(content_of(file), "hello-42-");
    EXPECT_EQ(ant::close(descriptor), -1);
    EXPECT_EQ(ant::last_error, EBADF);
    EXPECT_EQ(ant::open(path("no").c_str(), O_RDONLY), -1);
    EXPECT_EQ(ant::last_error, ENOENT);
    EXPECT_GE(ant::linux_getpid(), 1000);
    EXPECT_EQ(ant::linux_null(), 0);
}

TEST_F(UnistdTest, TheConsoleIsNotLinuxs) {
    kernel.input = "typed";
    char data[3] = {};
    EXPECT_EQ(ant::read(0, data, 3), 3);
    EXPECT_EQ(std::string(data, 3), "typ");
    EXPECT_EQ(ant::write(1, "out", 3), 3);
    EXPECT_EQ(ant::write(2, "err", 3), 3);
    EXPECT_EQ(kernel.output, "out");
    EXPECT_EQ(kernel.errors, "err");
    for (const auto& failing : {std::pair{static_cast<int>(ant::write(0, "x", 1)), EBADF},
                                {static_cast<int>(ant::read(1, data, 1)), EBADF},
                                {static_cast<int>(ant::lseek(0, 0, SEEK_SET)), ESPIPE},
                                {static_cast<int>(ant::getdents64(0, data, 3)), ENOTDIR}})
        EXPECT_EQ(failing.first, -1);
    EXPECT_TRUE(kernel.linux_calls.empty());
}

TEST_F(UnistdTest, TheConsoleIsACharacterDevice) {
    for (const int descriptor : {0, 1, 2}) {
        antlinux_stat s = {};
        EXPECT_EQ(ant::fstat(descriptor, &s), 0);
        EXPECT_TRUE(S_ISCHR(s.mode));
    }
    EXPECT_TRUE(kernel.linux_calls.empty());
}

TEST_F(UnistdTest, DescriptorsOfTheConsoleAreDescriptors) {
    // Linux's proxy has three of its own, which lead nowhere.
    std::set<int64_t> open = {0, 1, 2};
    kernel.linux_answer = [&](const antlinux_lca& lca) -> std::optional<int64_t> {
        const auto descriptor = static_cast<int>(lca.args[0]);
        if (lca.syscallno == 3)
            return open.erase(descriptor) == 1 ? 0 : -EBADF;
        if (lca.syscallno == 32 && !open.contains(descriptor))
            return -EBADF;
        if (lca.syscallno != 2 && lca.syscallno != 32)
            return std::nullopt;
        int64_t lowest = 0;
        while (open.contains(lowest))
            lowest++;
        open.insert(lowest);
        return lowest;
    };
    EXPECT_EQ(ant::dup(1), 3);
    EXPECT_EQ(ant::dup(3), 4);
    EXPECT_EQ(ant::write(3, "three ", 6), 6);
    EXPECT_EQ(ant::dprintf(4, "four "), 5);
    EXPECT_EQ(ant::dup(2), 5);
    EXPECT_EQ(ant::write(5, "five", 4), 4);
    EXPECT_EQ(kernel.output, "three four ");
    EXPECT_EQ(kernel.errors, "five");
    EXPECT_EQ(ant::close(3), 0);
    EXPECT_EQ(ant::close(1), 0);
    EXPECT_EQ(ant::close(1), -1);
    EXPECT_EQ(ant::last_error, EBADF);
    EXPECT_EQ(ant::open("/etc/hostname", O_RDONLY), 1) << "the lowest number that is free";
    EXPECT_EQ(ant::close(1), 0);
    EXPECT_EQ(ant::dup(4), 1) << "the console is back";
    EXPECT_EQ(ant::printf("one"), 3);
    EXPECT_EQ(kernel.output, "three four one");
    for (const int descriptor : {4, 5})
        EXPECT_EQ(ant::close(descriptor), 0);
    // A number for which there is no space here is not left open on Linux.
    for (int64_t number = 3; number < 64; number++)
        open.insert(number);
    EXPECT_EQ(ant::dup(1), -1);
    EXPECT_EQ(ant::last_error, EMFILE);
    EXPECT_FALSE(open.contains(64));
}

TEST_F(UnistdTest, BadPointersAreAnErrorAndNotTheEnd) {
    const auto fails = [](int64_t result) { return result == -1 && ant::last_error == EFAULT; };
    char* const nothing = nullptr;
    auto* const nowhere = reinterpret_cast<char*>(uintptr_t{0x1000});
    const std::string file = make_file("f", "text");
    const int descriptor = ant::open(file.c_str(), O_RDWR);
    for (char* bad : {nothing, nowhere}) {
        EXPECT_TRUE(fails(ant::open(bad, O_RDONLY)));
        EXPECT_TRUE(fails(ant::unlink(bad)));
        EXPECT_TRUE(fails(ant::rename(bad, "/x")));
        EXPECT_TRUE(fails(ant::rename(file.c_str(), bad)));
        EXPECT_TRUE(fails(ant::read(descriptor, bad, 4)));
        EXPECT_TRUE(fails(ant::write(descriptor, bad, 4)));
        EXPECT_TRUE(fails(ant::pread(descriptor, bad, 4, 0)));
        EXPECT_TRUE(fails(ant::pwrite(descriptor, bad, 4, 0)));
        EXPECT_TRUE(fails(ant::getdents64(descriptor, bad, 4)));
        EXPECT_TRUE(fails(ant::readlink("/proc/self", bad, 4)));
        EXPECT_TRUE(fails(ant::read(0, bad, 4)));
        EXPECT_TRUE(fails(ant::write(1, bad, 4)));
        auto* status = reinterpret_cast<antlinux_stat*>(bad);
        EXPECT_TRUE(fails(ant::stat(file.c_str(), status)));
        EXPECT_TRUE(fails(ant::lstat(file.c_str(), status)));
        EXPECT_TRUE(fails(ant::fstat(descriptor, status)));
    }
    EXPECT_EQ(ant::read(descriptor, nullptr, 0), 0);
    EXPECT_EQ(ant::close(descriptor), 0);
    EXPECT_EQ(content_of(file), "text");
}

TEST_F(UnistdTest, WhatIsReadGoesAsFarAsTheMemory) {
    // A page, and behind it none that may be touched; one that is not there could soon be
    // another's.
    auto* page = static_cast<char*>(
        mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ASSERT_EQ(mprotect(page + 4096, 4096, PROT_NONE), 0);
    const std::string file = make_file("f", test_bytes(10'000));
    const int descriptor = ant::open(file.c_str(), O_RDWR);
    EXPECT_EQ(ant::read(descriptor, page + 4000, 10'000), 96);
    EXPECT_EQ(ant::lseek(descriptor, 0, SEEK_CUR), 96) << "nothing is lost";
    EXPECT_EQ(ant::write(descriptor, page + 4000, 10'000), 96);
    // A string that ends with its page, and one that does not end in it.
    memset(page, '/', 4096);
    EXPECT_EQ(ant::access(page + 4000, F_OK), -1);
    EXPECT_EQ(ant::last_error, EFAULT);
    page[4095] = '\0';
    EXPECT_EQ(ant::access(page + 4000, F_OK), 0);
    EXPECT_EQ(ant::close(descriptor), 0);
    munmap(page, 8192);
}

TEST_F(UnistdTest, SymbolicLinks) {
    const std::string file = make_file("f", "x");
    const std::string link = path("l");
    ASSERT_EQ(symlink("f", link.c_str()), 0);
    antlinux_stat s = {};
    EXPECT_EQ(ant::stat(link.c_str(), &s), 0);
    EXPECT_TRUE(S_ISREG(s.mode));
    EXPECT_EQ(ant::lstat(link.c_str(), &s), 0);
    EXPECT_TRUE(S_ISLNK(s.mode));
    char text[10] = "---------";
    EXPECT_EQ(ant::readlink(link.c_str(), text, sizeof(text)), 1);
    EXPECT_STREQ(text, "f--------") << "without a NUL";
    EXPECT_EQ(ant::readlink(file.c_str(), text, sizeof(text)), -1);
    EXPECT_EQ(ant::last_error, EINVAL);
    const std::string far(3000, 'x');
    ASSERT_EQ(symlink(far.c_str(), path("far").c_str()), 0);
    std::string target(5000, '\0');
    EXPECT_EQ(ant::readlink(path("far").c_str(), target.data(), target.size()), 3000);
    EXPECT_EQ(target.substr(0, 3000), far);
    EXPECT_EQ(ant::readlink(path("far").c_str(), text, 5), 5) << "cut";
}

TEST_F(UnistdTest, WriteAllGoesOnAfterShortWrites) {
    kernel.write_limit = 3;
    EXPECT_EQ(ant::write_all(1, "0123456789", 10), 0);
    EXPECT_EQ(kernel.output, "0123456789");
    kernel.write_limit = 0;
    EXPECT_EQ(ant::write_all(1, "x", 1), -1) << "no endless loop";
    EXPECT_EQ(ant::last_error, EIO);
}

TEST_F(UnistdTest, PrintfWritesTextOfAnyLength) {
    const std::string text(2000, 'x');
    EXPECT_EQ(ant::printf("<%s>", text.c_str()), 2002);
    EXPECT_EQ(kernel.output, "<" + text + ">");
    EXPECT_EQ(ant::dprintf(ant::standard_error, "%s", ""), 0);
    kernel.linux_error = ENXIO;
    EXPECT_EQ(ant::dprintf(7, "lost"), -1);
    EXPECT_EQ(ant::last_error, ENXIO);
}

TEST_F(UnistdTest, ReadingAndWritingAtAPlace) {
    const std::string file = make_file("f", "0123456789");
    const int descriptor = ant::open(file.c_str(), O_RDWR);
    char data[4] = {};
    EXPECT_EQ(ant::pread(descriptor, data, 3, 6), 3);
    EXPECT_STREQ(data, "678");
    EXPECT_EQ(ant::pwrite(descriptor, "xy", 2, 1), 2);
    EXPECT_EQ(ant::lseek(descriptor, 0, SEEK_CUR), 0) << "the file's own offset stays";
    EXPECT_EQ(content_of(file), "0xy3456789");
    // Longer than the bounce buffer: each part at its own offset.
    const std::string big = test_bytes(ant::LinuxFiles::bounce_bytes * 2 + 77);
    EXPECT_EQ(ant::pwrite(descriptor, big.data(), big.size(), 5),
              static_cast<ant::ssize_t>(big.size()));
    EXPECT_EQ(content_of(file), "0xy34" + big);
    std::string back(big.size(), '\0');
    EXPECT_EQ(ant::pread(descriptor, back.data(), back.size(), 5),
              static_cast<ant::ssize_t>(big.size()));
    EXPECT_EQ(back, big);
    EXPECT_EQ(ant::pread(descriptor, data, 1, -1), -1);
    EXPECT_EQ(ant::last_error, EINVAL);
    EXPECT_EQ(ant::pwrite(1, "x", 1, 0), -1);
    EXPECT_EQ(ant::last_error, ESPIPE);
    ant::close(descriptor);
}

TEST_F(UnistdTest, LengthDupFsyncAccess) {
    const std::string file = make_file("f", "0123456789");
    EXPECT_EQ(ant::truncate(file.c_str(), 4), 0);
    EXPECT_EQ(content_of(file), "0123");
    const int descriptor = ant::open(file.c_str(), O_RDWR);
    EXPECT_EQ(ant::ftruncate(descriptor, 6), 0);
    EXPECT_EQ(content_of(file), std::string("0123\0\0", 6));
    EXPECT_EQ(ant::fsync(descriptor), 0);
    const int second = ant::dup(descriptor);
    EXPECT_GT(second, descriptor);
    EXPECT_EQ(ant::close(descriptor), 0);
    char digit = 0;
    EXPECT_EQ(ant::read(second, &digit, 1), 1);
    EXPECT_EQ(digit, '0');
    EXPECT_EQ(ant::close(second), 0);
    EXPECT_EQ(ant::fsync(1), -1);
    EXPECT_EQ(ant::last_error, EINVAL);
    EXPECT_EQ(ant::access(file.c_str(), F_OK), 0);
    EXPECT_EQ(ant::access(path("no").c_str(), F_OK), -1);
    EXPECT_EQ(ant::last_error, ENOENT);
}

TEST_F(UnistdTest, NamesInDirectories) {
    const std::string directory = path("d");
    EXPECT_EQ(ant::mkdir(directory.c_str(), 0700), 0);
    const std::string file = make_file("d/a", "x");
    EXPECT_EQ(ant::rename(file.c_str(), path("d/b").c_str()), 0);
    EXPECT_EQ(ant::access(path("d/b").c_str(), R_OK | W_OK), 0);
    EXPECT_EQ(ant::rmdir(directory.c_str()), -1);
    EXPECT_EQ(ant::last_error, ENOTEMPTY);
    EXPECT_EQ(ant::unlink(path("d/b").c_str()), 0);
    EXPECT_EQ(ant::rmdir(directory.c_str()), 0);
    // Two paths that do not fit into the payload together, and one that is none.
    const std::string longest(4095, 'x');
    EXPECT_EQ(ant::rename(longest.c_str(), longest.c_str()), -1);
    EXPECT_EQ(ant::last_error, ENAMETOOLONG);
    EXPECT_EQ(ant::unlink((longest + "x").c_str()), -1);
    EXPECT_EQ(ant::last_error, ENAMETOOLONG);
}

TEST_F(UnistdTest, PutsAndPerror) {
    EXPECT_EQ(ant::puts("line"), 0);
    EXPECT_EQ(kernel.output, "line\n");
    ant::last_error = EACCES;
    ant::perror("x");
    EXPECT_EQ(kernel.errors, "x: Permission denied\n");
}
