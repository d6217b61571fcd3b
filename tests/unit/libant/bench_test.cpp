// SPDX-License-Identifier: GPL-2.0-only
// bench and its statistics.
#include "fake_kernel.h"

#include <ant/apps/bench/samples.h>
#include <sstream>

class BenchTest : public LibantTest {
protected:
    /// Rows by mode; each holds case, mode, n and six figures.
    std::map<std::string, std::vector<std::string>> rows(const std::string& output) {
        std::map<std::string, std::vector<std::string>> result;
        std::istringstream lines(output);
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::vector<std::string> row;
            for (std::string word; words >> word;)
                row.push_back(word);
            EXPECT_EQ(row.size(), 9u) << line;
            if (row.size() == 9)
                result[row[1]] = row;
        }
        return result;
    }
};

TEST_F(BenchTest, Statistics) {
    ant::Samples samples(5);
    for (const uint64_t ticks : {30u, 10u, 50u, 20u, 40u, 99u})
        samples.add(ticks);
    samples.sort();
    EXPECT_EQ(samples.count(), 5u) << "no more than its capacity";
    EXPECT_EQ(samples.min(), 10u);
    EXPECT_EQ(samples.median(), 30u);
    EXPECT_EQ(samples.max(), 50u);
    samples.clear();
    samples.add(4);
    samples.add(1);
    samples.sort();
    EXPECT_EQ(samples.median(), 2u);
    EXPECT_EQ(samples.max(), 4u);
}

TEST_F(BenchTest, NullCallsContinuedAndNot) {
    EXPECT_EQ(run_program({"bench", "-n", "7", "null"}), 0);
    auto table = rows(kernel.output);
    EXPECT_EQ(table["first"][2], "1");
    for (const char* mode : {"continued", "not-continued"}) {
        const auto& row = table[mode];
        EXPECT_EQ(row[0], "null");
        EXPECT_EQ(row[2], "7");
        for (const size_t figure : {3u, 6u}) {
            EXPECT_LE(std::stoull(row[figure]), std::stoull(row[figure + 1]));
            EXPECT_LE(std::stoull(row[figure + 1]), std::stoull(row[figure + 2]));
        }
        EXPECT_GT(std::stoull(row[6]), 0u);
    }
    size_t ended = 0;
    for (const auto& record : kernel.linux_calls)
        ended += record.lca.cflag == ANTLINUX_CFLAG_END ? 1u : 0u;
    // One more ends the proxy of the continued calls.
    EXPECT_EQ(kernel.linux_calls.size(), 1u + 7 + 7 + 1);
    EXPECT_EQ(ended, 7u + 1);
}

TEST_F(BenchTest, OtherCases) {
    const std::string file = make_file("f", test_bytes(5000));
    for (const char* name : {"stat", "open-close", "read"}) {
        kernel.output.clear();
        EXPECT_EQ(run_program({"bench", "-n", "3", "-l", "1000", name, file}), 0) << name;
        EXPECT_EQ(rows(kernel.output)["continued"][0], name);
    }
    EXPECT_EQ(run_program({"bench", "-n", "3", "getpid"}), 0);
    EXPECT_EQ(run_program({"bench", "-n", "2", "-d", "500", "null"}), 0);
}

TEST_F(BenchTest, Errors) {
    EXPECT_EQ(run_program({"bench", "stat", "/nope"}), 1);
    EXPECT_EQ(kernel.errors, "bench: /nope: No such file or directory\n");
    kernel.linux_error = ENXIO;
    EXPECT_EQ(run_program({"bench", "null"}), 1);
    EXPECT_TRUE(kernel.errors.ends_with("bench: null: No such device or address\n"));
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"bench"},
                                               {"bench", "what"},
                                               {"bench", "stat"},
                                               {"bench", "-n", "0", "null"},
                                               {"bench", "null", "x"},
                                               {"bench", "-n", "x", "null"}})
        EXPECT_EQ(run_program(words), 2);
}
