// SPDX-License-Identifier: GPL-2.0-only
// The kernel log: format, overflow, reading by position and by offset.
#include "ant/mkernel/klog.h"

#include <algorithm>
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
    KlogTest() { log_->start(*memory_); }
    // What Linux finds in the shared memory, as include/antlinux/observe/log.h says.
    std::string shared_text() const {
        const antlinux_log& header = memory_->header;
        std::string text;
        for (antlinux_u32 position = header.start; position != header.end; ++position)
            text += memory_->text[position & (header.text_bytes - 1)];
        return text;
    }
    std::unique_ptr<Log::Memory> memory_ = std::make_unique<Log::Memory>();
    std::unique_ptr<Log> log_ = std::make_unique<Log>();
};

TEST_F(KlogTest, SharedMemoryHoldsTheSameLines) {
    EXPECT_EQ(memory_->header.magic, ANTLINUX_LOG_MAGIC);
    EXPECT_EQ(shared_text(), "");
    for (int i = 0; i < 100; ++i) {
        write_line(i);
        std::string text = shared_text();
        if (memory_->header.lost_lines > 0)
            text =
                "(" + std::to_string(memory_->header.lost_lines) + " earlier lines lost)\n" + text;
        ASSERT_EQ(text, read_all(1000));
    }
    EXPECT_GT(memory_->header.lost_lines, 0u);
}

TEST_F(KlogTest, BeforeItIsStartedNothingIsKept) {
    Log log;
    log.write(LogLevel::error, 0, CoreNumber{1}, "lost");
    std::string buffer(100, '\0');
    EXPECT_EQ(log.read(0, buffer), 0u);
    log.start(*memory_);
    log.write(LogLevel::error, 0, CoreNumber{1}, "kept");
    EXPECT_EQ(log.read(0, buffer), std::string("[    0.000000] core 1: error: kept\n").size());
}

// A lock that can be taken once only: a second time would hang.
struct HeldLock {
    int owners = 0;
    void lock() { ASSERT_EQ(owners++, 0); }
    void unlock() { --owners; }
};

TEST(KlogPanic, WritesThoughTheLockIsHeld) {
    using HeldLog = Klog<HeldLock, 1024>;
    const auto memory = std::make_unique<HeldLog::Memory>();
    HeldLog log;
    log.start(*memory);
    log.break_lock();
    log.write(LogLevel::error, 0, CoreNumber{3}, "panic");
    std::string buffer(100, '\0');
    EXPECT_GT(log.read_from(0, buffer).bytes, 0u);
}

TEST(LogLines, LevelOfALine) {
    EXPECT_EQ(level_of_line("[    1.000000] core 2: warning: ring full: x\n"), LogLevel::warning);
    EXPECT_EQ(level_of_line("[    1.000000] core 2: debug: \n"), LogLevel::debug);
    for (const char* other : {"", "(3 earlier lines lost)\n", "[1] core 2: loud: x\n",
                              "[1] core 2: warning", "core 2: warning: x\n"})
        EXPECT_EQ(level_of_line(other), std::nullopt) << other;
    EXPECT_EQ(log_level("info"), LogLevel::info);
    EXPECT_EQ(log_level("INFO"), std::nullopt);
}

TEST(LogLines, Selection) {
    const std::string_view text =
        "(2 earlier lines lost)\n[1] core 1: info: a\n[2] core 2: error: b\n"
        "[3] core 1: debug: c\n[4] core 1: warning: d";
    const auto select = [&](LogSelection selection) {
        std::string lines;
        for_each_line(text, selection, [&](std::string_view line) { lines += line; });
        return lines;
    };
    EXPECT_EQ(select({}), text);
    EXPECT_EQ(select({.least = LogLevel::warning}),
              "(2 earlier lines lost)\n[2] core 2: error: b\n[4] core 1: warning: d");
    EXPECT_EQ(select({.count = 2}), "[3] core 1: debug: c\n[4] core 1: warning: d");
    EXPECT_EQ(select({.least = LogLevel::error, .count = 1}), "[2] core 2: error: b\n");
    EXPECT_EQ(select({.count = 0}), "");
}

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

TEST_F(KlogTest, OverwrittenTextDoesNoHarm) {
    for (int i = 0; i < 100; ++i)
        write_line(i);
    std::ranges::fill(memory_->text, 'x'); // Linux could
    write_line(100);
    EXPECT_THAT(read_all(1000), testing::EndsWith("line 100\n"));
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
