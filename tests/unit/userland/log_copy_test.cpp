// SPDX-License-Identifier: GPL-2.0-only
// AnT's kernel log as Linux reads it, while AnT goes on writing.
#include "userland/klog/log_copy.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace antlinux::test {
namespace {

struct LogMemory {
    antlinux_log header{};
    char text[ANTLINUX_LOG_TEXT_BYTES]{};
};

class LogCopyTest : public ::testing::Test {
protected:
    LogCopyTest() {
        memory_->header.magic = ANTLINUX_LOG_MAGIC;
        memory_->header.version = ANTLINUX_VERSION;
        memory_->header.text_bytes = ANTLINUX_LOG_TEXT_BYTES;
    }
    void begin_at(antlinux_u32 position) { memory_->header.start = memory_->header.end = position; }
    // As AnT does it (ant/mkernel/klog.h).
    void append(const std::string& line) {
        antlinux_log& header = memory_->header;
        antlinux_u32 start = header.start;
        while (header.end - start + line.size() > ANTLINUX_LOG_TEXT_BYTES) {
            while (byte(start++) != '\n') {
            }
            ++header.lost_lines;
        }
        std::atomic_ref(header.start).store(start, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_release);
        antlinux_u32 end = header.end;
        for (const char c : line)
            std::atomic_ref(byte(end++)).store(c, std::memory_order_relaxed);
        std::atomic_ref(header.end).store(end, std::memory_order_release);
    }
    char& byte(antlinux_u32 position) {
        return memory_->text[position & (ANTLINUX_LOG_TEXT_BYTES - 1)];
    }
    Result<std::string> copy() const { return copy_log(memory_->header, memory_->text); }

    std::unique_ptr<LogMemory> memory_ = std::make_unique<LogMemory>();
};

TEST_F(LogCopyTest, GivesTheLines) {
    EXPECT_EQ(copy().value(), "");
    append("one\n");
    append("two\n");
    EXPECT_EQ(copy().value(), "one\ntwo\n");
}

TEST_F(LogCopyTest, PositionsWrapAround) {
    begin_at(0xffff'fffe);
    append("one\n");
    append("two\n");
    EXPECT_EQ(copy().value(), "one\ntwo\n");
}

TEST_F(LogCopyTest, SaysHowManyLinesAreLost) {
    for (int i = 0; i < 8000; ++i)
        append("line " + std::to_string(10'000 + i) + "\n");
    const std::string lines = copy().value();
    const antlinux_u32 lost = memory_->header.lost_lines;
    EXPECT_EQ(lines.substr(0, lines.find("line 1")),
              "(" + std::to_string(lost) + " earlier lines lost)\n");
    EXPECT_EQ(lines.find("line 1" + std::to_string(lost) + "\n"), lines.find("line 1"));
    EXPECT_TRUE(lines.ends_with("line 17999\n"));
}

TEST_F(LogCopyTest, RefusesWhatIsNoLog) {
    memory_->header.text_bytes = 2 * ANTLINUX_LOG_TEXT_BYTES;
    EXPECT_EQ(copy().error(), Errno{EPROTO});
    memory_->header.text_bytes = ANTLINUX_LOG_TEXT_BYTES;
    memory_->header.version = ANTLINUX_VERSION + 1;
    EXPECT_EQ(copy().error(), Errno{EPROTO});
    memory_->header.magic = 0;
    EXPECT_EQ(copy().error(), Errno{ENODATA});
}

TEST_F(LogCopyTest, MadPositionsGiveNothing) {
    append("one\n");
    memory_->header.end = memory_->header.start - 100;
    EXPECT_EQ(copy().value(), "");
    memory_->header.end = memory_->header.start + ANTLINUX_LOG_TEXT_BYTES + 1;
    EXPECT_EQ(copy().value(), "");
}

// Every copy is a row of whole lines with numbers that follow one another, however AnT is
// overwriting meanwhile.
TEST_F(LogCopyTest, CopiesAreWholeWhileAnTWrites) {
    std::atomic<bool> done{false};
    std::thread ant([&] {
        for (int i = 0; i < 20'000; ++i)
            append(std::to_string(1'000'000 + i) +
                   std::string(static_cast<std::size_t>(i % 50), '.') + "\n");
        done = true;
    });
    int copies = 0;
    int lines = 0;
    while (!done) {
        std::string text = copy().value();
        ++copies;
        if (text.starts_with('('))
            text.erase(0, text.find('\n') + 1);
        int expected = 0;
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            ASSERT_NE(end, std::string::npos) << "a line without its end";
            const int number = std::atoi(text.c_str());
            if (expected != 0) {
                ASSERT_EQ(number, expected);
            }
            ASSERT_EQ(end, 7U + static_cast<std::size_t>(number - 1'000'000) % 50);
            expected = number + 1;
            ++lines;
            text.erase(0, end + 1);
        }
    }
    ant.join();
    EXPECT_GT(copies, 0);
    EXPECT_GT(lines, 0);
}

} // namespace
} // namespace antlinux::test
