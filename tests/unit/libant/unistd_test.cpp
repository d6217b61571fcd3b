// SPDX-License-Identifier: GPL-2.0-only
// POSIX's functions: -1 and last_error, console and Linux apart.
#include "fake_kernel.h"

#include <ant/lib/errno.h>
#include <ant/lib/stdio.h>
#include <ant/lib/unistd.h>

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
    antlinux_stat s = {};
    for (const auto& failing : {std::pair{ant::close(1), EBADF},
                                {static_cast<int>(ant::write(0, "x", 1)), EBADF},
                                {static_cast<int>(ant::read(1, data, 1)), EBADF},
                                {ant::fstat(2, &s), EBADF},
                                {static_cast<int>(ant::lseek(0, 0, SEEK_SET)), ESPIPE},
                                {static_cast<int>(ant::getdents64(0, data, 3)), ENOTDIR}})
        EXPECT_EQ(failing.first, -1);
    EXPECT_TRUE(kernel.linux_calls.empty());
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
    EXPECT_EQ(ant::dup(1), -1);
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
