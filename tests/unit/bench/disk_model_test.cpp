// SPDX-License-Identifier: GPL-2.0-only
// The kernel module's model of a disk against what a data sheet says of such disks.
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <vector>

extern "C" {
#include "bench/disk/geometry.h"
#include "bench/disk/model.h"
}

namespace {

constexpr uint64_t us = 1000;
constexpr uint64_t ms = 1000 * us;
constexpr uint64_t second = 1000 * ms;
constexpr uint32_t page = 8; // sectors

class DiskModel : public testing::Test {
protected:
    explicit DiskModel(bool write_cache = true) { disk_init(&disk_, &p_, write_cache); }

    /// Does one request `pause` after the last one has ended; how long it takes.
    uint64_t take(disk_operation operation, uint64_t lba, uint32_t sectors, uint64_t pause = 0) {
        now_ += pause;
        const uint64_t done = disk_request(&disk_, now_, operation, lba, sectors);
        EXPECT_GE(done, now_ + p_.overhead) << "before it was understood";
        const uint64_t duration = done - now_;
        now_ = done;
        return duration;
    }
    uint64_t read(uint64_t lba, uint32_t sectors, uint64_t pause = 0) {
        return take(DISK_READ, lba, sectors, pause);
    }
    uint64_t write(uint64_t lba, uint32_t sectors, uint64_t pause = 0) {
        return take(DISK_WRITE, lba, sectors, pause);
    }
    [[nodiscard]] uint64_t statistic(auto which) const { return disk_.statistics.*which; }
    /// Bytes per second of `bytes` read in a row in pieces of 128 KB.
    double stream(uint64_t lba, uint64_t bytes) {
        constexpr uint32_t piece = 256;
        read(lba, piece);
        const uint64_t begin = now_;
        for (uint64_t at = lba + piece; at < lba + bytes / 512; at += piece)
            read(at, piece);
        return static_cast<double>(bytes - piece * 512) * 1e9 / static_cast<double>(now_ - begin);
    }
    uint64_t random_place() {
        return std::uniform_int_distribution<uint64_t>(0, p_.sectors / page - 1)(random_) * page;
    }

    const disk_parameters& p_ = disk_7200rpm;
    disk_model disk_{};
    uint64_t now_ = 10 * second;
    std::mt19937_64 random_{42};
};

class DiskWithoutWriteCache : public DiskModel {
protected:
    DiskWithoutWriteCache() : DiskModel(false) {}
};

TEST_F(DiskModel, PlattersHoldTheDisk) {
    EXPECT_GE(disk_capacity(&p_), p_.sectors);
    EXPECT_LT(disk_capacity(&p_) - p_.sectors, p_.sectors / 1000);
    EXPECT_NEAR(static_cast<double>(p_.sectors) * 512, 500e9, 1e9);
    EXPECT_LE(p_.segments, DISK_MAX_SEGMENTS);
    EXPECT_EQ(uint64_t{p_.segments} * p_.segment_sectors * 512, uint64_t{16} << 20);
}

TEST_F(DiskModel, EverySectorHasAPlaceAfterItsPredecessor) {
    for (int i = 0; i < 20000; i++) {
        const uint64_t lba = random_place();
        const disk_place place = disk_locate(&p_, lba);
        const disk_place next = disk_locate(&p_, lba + 1);
        ASSERT_LT(place.cylinder, p_.zones * p_.zone_cylinders);
        ASSERT_LT(place.head, p_.heads);
        ASSERT_LT(place.sector, place.track);
        if (next.sector != 0) {
            ASSERT_EQ(next.sector, place.sector + 1);
            ASSERT_EQ(next.cylinder, place.cylinder);
            continue;
        }
        ASSERT_EQ(place.sector + 1, place.track);
        ASSERT_EQ(next.cylinder * p_.heads + next.head, place.cylinder * p_.heads + place.head + 1);
    }
    const disk_place last = disk_locate(&p_, disk_capacity(&p_) - 1);
    EXPECT_EQ(last.cylinder, p_.zones * p_.zone_cylinders - 1);
    EXPECT_EQ(last.track, p_.outer_track - (p_.zones - 1) * p_.zone_step);
}

TEST_F(DiskModel, SeekTimeGrowsWithTheDistance) {
    const uint32_t cylinders = p_.zones * p_.zone_cylinders;
    EXPECT_EQ(disk_seek_time(&p_, 0), 0u);
    uint64_t last = 0;
    double weighted = 0;
    double weights = 0;
    for (uint32_t distance = 1; distance < cylinders; distance++) {
        const uint64_t time = disk_seek_time(&p_, distance);
        ASSERT_GE(time, last) << distance;
        ASSERT_LT(time - last, last == 0 ? ms : 20 * us) << "a jump at " << distance;
        last = time;
        weighted += static_cast<double>(time) * (cylinders - distance);
        weights += cylinders - distance;
    }
    // Data sheets define the average over all pairs of cylinders.
    EXPECT_NEAR(weighted / weights, 8.5e6, 0.1e6);
    EXPECT_NEAR(static_cast<double>(disk_seek_time(&p_, 1)), 0.9e6, 0.1e6);
    EXPECT_NEAR(static_cast<double>(last), 17e6, 0.5e6) << "full stroke";
}

TEST_F(DiskModel, StreamsAsFastAsTheDataSheetSays) {
    EXPECT_NEAR(stream(0, 64 << 20), 125e6, 2e6);
    EXPECT_NEAR(stream(p_.sectors - (64 << 20) / 512, 64 << 20), 65e6, 2e6);
}

TEST_F(DiskModel, SmallReadsInARowStreamToo) {
    read(0, page);
    const uint64_t begin = now_;
    constexpr uint64_t count = 2000;
    for (uint64_t i = 1; i <= count; i++)
        read(i * page, page, 20 * us);
    // A revolution is lost neither in a track nor from one to the next; the overhead of each
    // command is what limits.
    const uint64_t each = (now_ - begin) / count;
    EXPECT_NEAR(static_cast<double>(each), static_cast<double>(p_.overhead + 20 * us), 30e3);
    EXPECT_EQ(statistic(&disk_statistics::seeks), 0u) << "the arm never left";
}

TEST_F(DiskModel, RandomReadsTakeSeekAndHalfARevolution) {
    constexpr uint64_t count = 20000;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++)
        sum += read(random_place(), page);
    const double average = static_cast<double>(sum) / count;
    EXPECT_NEAR(average, 8.5e6 + 4.17e6 + static_cast<double>(p_.overhead), 0.15e6);
    EXPECT_NEAR(static_cast<double>(statistic(&disk_statistics::seek_ns)) / count, 8.5e6, 0.15e6);
    EXPECT_NEAR(static_cast<double>(statistic(&disk_statistics::rotation_ns)) / count, 4.17e6,
                0.1e6);
    EXPECT_LT(statistic(&disk_statistics::hits), 20u);
}

TEST_F(DiskModel, ReadingAheadAnswersFromTheCache) {
    read(1000, page);
    // In a millisecond some 260 sectors pass the head.
    EXPECT_LT(read(1008, 200, 2 * ms), p_.overhead + 200 * p_.interface_sector + 1);
    EXPECT_EQ(statistic(&disk_statistics::hits), 1u);
    // Long ago read, still there.
    read(500'000'000, page);
    EXPECT_LT(read(1000, page, ms), 100 * us);
    EXPECT_EQ(statistic(&disk_statistics::hits), 2u);
    // The head is elsewhere, and the disk never read that far.
    EXPECT_GT(read(1000 + p_.ahead_sectors + 400, page, ms), 1 * ms);
}

TEST_F(DiskModel, ReadingAheadStopsAtItsLimit) {
    read(0, page);
    now_ += second;
    EXPECT_LT(read(page + p_.ahead_sectors - page, page), 100 * us);
    EXPECT_EQ(statistic(&disk_statistics::hits), 1u);
    const uint64_t beyond = page + p_.ahead_sectors + 2 * p_.segment_sectors;
    EXPECT_GT(read(beyond, page), 100 * us);
}

TEST_F(DiskModel, TheOldestSegmentIsReplaced) {
    for (uint32_t i = 0; i < p_.segments; i++)
        read(i * 10'000'000, page);
    read(0, page); // used again: not the oldest
    EXPECT_EQ(statistic(&disk_statistics::hits), 1u);
    read(500'000'000, page);
    read(0, page);
    EXPECT_EQ(statistic(&disk_statistics::hits), 2u);
    read(10'000'000, page);
    EXPECT_EQ(statistic(&disk_statistics::hits), 2u);
}

TEST_F(DiskModel, WritesAreDoneWhenTheCacheHasThem) {
    for (int i = 0; i < 50; i++)
        EXPECT_LT(write(random_place(), page), 100 * us);
    const uint64_t flush = take(DISK_FLUSH, 0, 0);
    EXPECT_GT(flush, 50 * 2 * ms);
    EXPECT_EQ(statistic(&disk_statistics::destaged), 50u);
    EXPECT_EQ(take(DISK_FLUSH, 0, 0), p_.overhead);
}

TEST_F(DiskModel, WritesBehindWhileNothingElseIsToDo) {
    for (uint64_t i = 0; i < 20; i++)
        write(i * 1'000'000, page);
    EXPECT_LT(take(DISK_FLUSH, 0, 0, second), 100 * us) << "all done in that second";
    EXPECT_EQ(statistic(&disk_statistics::destaged), 20u);
}

TEST_F(DiskModel, AFullWriteCacheWaitsForThePlatter) {
    uint64_t slow = 0;
    for (int i = 0; i < 500; i++)
        slow += write(random_place(), page) > ms ? 1u : 0u;
    EXPECT_GT(slow, 300u) << "no faster than the arm";
    EXPECT_LE(disk_.dirty_count, DISK_MAX_DIRTY);
}

TEST_F(DiskModel, ALongWriteStreams) {
    const uint64_t begin = now_;
    constexpr uint64_t bytes = uint64_t{256} << 20;
    for (uint64_t at = 0; at < bytes / 512; at += 1024)
        write(at, 1024);
    take(DISK_FLUSH, 0, 0);
    EXPECT_NEAR(static_cast<double>(bytes) * 1e9 / static_cast<double>(now_ - begin), 120e6, 10e6);
}

TEST_F(DiskModel, WhatWasWrittenIsReadFromTheCache) {
    write(1'000'000, 64);
    EXPECT_LT(read(1'000'008, page), 100 * us);
    EXPECT_EQ(statistic(&disk_statistics::hits), 1u);
    read(2'000'000, page);
    write(2'000'000, page);
    now_ += second; // destaged: the old segment must not answer
    const uint64_t hits = statistic(&disk_statistics::hits);
    EXPECT_GT(read(2'000'000, page), ms);
    EXPECT_EQ(statistic(&disk_statistics::hits), hits);
}

TEST_F(DiskModel, ADroppedCacheAnswersNothing) {
    read(1'000'000, page);
    write(2'000'000, page);
    disk_drop_cache(&disk_, now_);
    EXPECT_EQ(statistic(&disk_statistics::destaged), 1u);
    EXPECT_GT(read(1'000'000, page, second), 100 * us);
    EXPECT_GT(read(2'000'000, page, second), 100 * us);
    EXPECT_EQ(statistic(&disk_statistics::hits), 0u);
}

TEST_F(DiskWithoutWriteCache, EachWriteGoesToThePlatter) {
    constexpr uint64_t count = 5000;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++)
        sum += write(random_place(), page);
    // The settling of a write is another millisecond.
    EXPECT_NEAR(static_cast<double>(sum) / count, 9.5e6 + 4.17e6 + static_cast<double>(p_.overhead),
                0.3e6);
    EXPECT_EQ(take(DISK_FLUSH, 0, 0), p_.overhead);
}

TEST_F(DiskModel, ForcedWritesGoToThePlatterToo) {
    EXPECT_GT(take(DISK_WRITE_THROUGH, 600'000'000, page), 5 * ms);
}

TEST_F(DiskModel, RequestsOfABusyDiskWait) {
    const uint64_t first = disk_request(&disk_, now_, DISK_READ, 400'000'000, page);
    const uint64_t second_one = disk_request(&disk_, now_, DISK_READ, 4'000'000, page);
    EXPECT_GT(second_one, first + ms);
    EXPECT_EQ(statistic(&disk_statistics::busy_ns), second_one - now_);
}

// Any requests at any times: the same twice, never before their time, always in order.
TEST_F(DiskModel, DeterministicAndCausal) {
    auto other = std::make_unique<disk_model>();
    disk_init(other.get(), &p_, true);
    uint64_t last_done = 0;
    uint64_t at = 0;
    for (int i = 0; i < 200000; i++) {
        const uint64_t kind = random_() % 20;
        const disk_operation operation = kind < 10   ? DISK_READ
                                         : kind < 17 ? DISK_WRITE
                                         : kind < 19 ? DISK_WRITE_THROUGH
                                                     : DISK_FLUSH;
        const uint32_t sectors =
            operation == DISK_FLUSH ? 0 : static_cast<uint32_t>(1 + random_() % 2048);
        switch (random_() % 4) {
        case 0:
            at = random_() % (p_.sectors - 4096);
            break;
        case 1: // a neighbour
            at = std::min(at + random_() % 4096, p_.sectors - 4096);
            break;
        case 2: // near the end
            at = p_.sectors - sectors;
            break;
        default: // again, or in a row
            at = std::min(at + sectors, p_.sectors - 4096);
        }
        now_ += random_() % 3 == 0 ? 0 : random_() % (40 * ms);
        const uint64_t done = disk_request(&disk_, now_, operation, at, sectors);
        ASSERT_EQ(done, disk_request(other.get(), now_, operation, at, sectors));
        ASSERT_GE(done, now_ + p_.overhead);
        ASSERT_GE(done, last_done);
        // A full write cache may need some ten seconds of random places.
        ASSERT_LT(done, std::max(now_, last_done) + 5 * second) << i;
        last_done = done;
        ASSERT_LE(disk_.dirty_sectors, p_.write_cache);
        for (const disk_extent& segment : disk_.segment) {
            ASSERT_LE(segment.start, segment.end);
            ASSERT_LE(segment.end - segment.start, p_.segment_sectors);
            ASSERT_LE(segment.end, p_.sectors);
        }
    }
    EXPECT_GT(statistic(&disk_statistics::hits), 100u);
    EXPECT_GT(statistic(&disk_statistics::streamed), 100u);
}

} // namespace
