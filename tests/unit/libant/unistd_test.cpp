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
