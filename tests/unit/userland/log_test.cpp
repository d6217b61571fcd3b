// SPDX-License-Identifier: GPL-2.0-only
// A log that nobody reads stops nobody.
#include "userland/common/log.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>

namespace antlinux {
namespace {

class Log : public testing::Test {
protected:
    Log() { EXPECT_EQ(::pipe(ends_.data()), 0); }
    ~Log() override {
        log_to("ant", STDERR_FILENO);
        for (const int fd : {ends_[0], ends_[1], own})
            ::close(fd);
    }
    std::string read() {
        std::array<char, 256> text{};
        const auto count = ::read(ends_[0], text.data(), text.size());
        return {text.data(), static_cast<std::size_t>(count)};
    }

    static constexpr int own = 200;
    std::array<int, 2> ends_{};
};

TEST_F(Log, WritesToTheFileThatWasGiven) {
    ASSERT_TRUE(log_without_waiting("program", ends_[1], own).is_ok());
    log_line("a line");
    EXPECT_EQ(read(), "program: a line\n");
    log_error("what", Errno{ENOENT});
    EXPECT_EQ(read(), "program: what: No such file or directory\n");
}

TEST_F(Log, DoesNotWaitForAReader) {
    ASSERT_TRUE(log_without_waiting("program", ends_[1], own).is_ok());
    const std::string line(1000, 'x');
    for (int i = 0; i < 1000; ++i)
        log_line(line.c_str()); // a pipe takes 64 KiB
    EXPECT_EQ(::fcntl(ends_[1], F_GETFL) & O_NONBLOCK, 0) << "other writers still wait";
}

TEST_F(Log, ABadDescriptorIsAnError) {
    EXPECT_EQ(log_without_waiting("program", 12345, own).error(), Errno{EBADF});
}

} // namespace
} // namespace antlinux
