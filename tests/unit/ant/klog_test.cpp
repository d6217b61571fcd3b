// SPDX-License-Identifier: GPL-2.0-only
// The kernel log: format, overflow, reading by position and by offset.
#include "kernel/klog.h"

#include <memory>

#include "support.h"

namespace ant::test {
namespace {

using Log = Klog<NoLock, 1024>;

class KlogTest : public testing::Test {
protected:
    // Everything klog_read() gives, in pieces of `piece` bytes.
    std::string read_all(std::size_t piece) {
        std::string text;
        std::string buffer(piece, '\0');
        while (const std::size_t bytes = log_->read(text.size(), buffer))
            text.append(buffer, 0, bytes);
        return text;
    }
    void write_line(int number) {
        log_->write(LogLevel::info, 0, CoreNumber{1}, "line %d", number);
    }
    std::unique_ptr<Log> log_ = std::make_unique<Log>();
};

TEST_F(KlogTest, LineHasTimeCoreAndLevel) {
    log_->write(LogLevel::warning, 12'345'678'900, CoreNumber{2}, "ring %s", "full");
    EXPECT_EQ(read_all(100), "[   12.345678] core 2: warning: ring full\n");
}

TEST_F(KlogTest, LongLineIsCut) {
    log_->write(LogLevel::error, 0, CoreNumber{1}, "%s", std::string(500, 'x').c_str());
    const std::string text = read_all(64);
    EXPECT_LE(text.size(), Log::line_length);
    EXPECT_GT(text.size(), Log::line_length - 3);
    EXPECT_TRUE(text.ends_with("xxx\n"));
}

TEST_F(KlogTest, WholeLinesAreLostAndCounted) {
    constexpr int lines = 100;
    for (int i = 0; i < lines; ++i)
        write_line(i);
    const std::string text = read_all(1000);
    const auto lost = static_cast<int>(log_->lost_lines());
    EXPECT_GT(lost, 50);
    std::string expected = "(" + std::to_string(lost) + " earlier lines lost)\n";
    for (int i = lost; i < lines; ++i)
        expected += "[    0.000000] core 1: info: line " + std::to_string(i) + "\n";
    EXPECT_EQ(text, expected);
}

TEST_F(KlogTest, PiecesOfAnySizeGiveTheSameText) {
    for (int i = 0; i < 100; ++i)
        write_line(i);
    const std::string text = read_all(1);
    for (std::size_t piece = 2; piece < 90; ++piece)
        EXPECT_EQ(read_all(piece), text);
}

TEST_F(KlogTest, FollowingByPositionReportsWhatWasMissed) {
    const std::uint64_t first = log_->write(LogLevel::info, 0, CoreNumber{1}, "first");
    EXPECT_EQ(first, 0u);
    std::string buffer(2000, '\0');
    Log::Read read = log_->read_from(0, buffer);
    EXPECT_EQ(read.lost, 0u);
    EXPECT_EQ(read.next, log_->end());
    EXPECT_EQ(log_->read_from(read.next, buffer).bytes, 0u);

    write_line(1);
    const Log::Read fresh = log_->read_from(read.next, buffer);
    EXPECT_EQ(buffer.substr(0, fresh.bytes), "[    0.000000] core 1: info: line 1\n");

    for (int i = 0; i < 100; ++i)
        write_line(i);
    read = log_->read_from(fresh.next, buffer);
    EXPECT_GT(read.lost, 0u);
    EXPECT_EQ(fresh.next + read.lost + read.bytes, log_->end());
    EXPECT_EQ(buffer[0], '['); // at the start of a line
}

} // namespace
} // namespace ant::test
