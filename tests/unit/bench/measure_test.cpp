// SPDX-License-Identifier: GPL-2.0-only
// measure, as it runs on Linux: its rows, what it does to files, and what it refuses.
#include <bench/programs/cases.h>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sstream>
#include <string>
#include <vector>

int program_measure(int, char**);

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
    int status = -1;
    std::string errors;
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows; // behind the line with the columns' names

    [[nodiscard]] std::vector<std::string> column(size_t index) const {
        std::vector<std::string> values;
        for (const auto& row : rows)
            values.push_back(row.at(index));
        return values;
    }
};

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');)
        fields.push_back(field);
    return fields;
}

Outcome measure(std::vector<std::string> words) {
    words.insert(words.begin(), "measure");
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Outcome outcome;
    outcome.status = program_measure(static_cast<int>(words.size()), argv.data());
    outcome.errors = testing::internal::GetCapturedStderr();
    std::istringstream lines(testing::internal::GetCapturedStdout());
    bool in_rows = false;
    for (std::string line; std::getline(lines, line);) {
        if (in_rows)
            outcome.rows.push_back(split(line));
        else if (line == "case,step,repeat,index,ticks")
            in_rows = true;
        else
            outcome.header.push_back(line);
    }
    EXPECT_EQ(in_rows, outcome.status == 0);
    return outcome;
}

class MeasureTest : public testing::Test {
protected:
    MeasureTest() {
        std::string pattern = testing::TempDir() + "measure-XXXXXX";
        directory_ = ::mkdtemp(pattern.data());
    }
    ~MeasureTest() override { std::filesystem::remove_all(directory_); }

    std::string file(const std::string& name, size_t bytes) {
        const std::string path = directory_ + "/" + name;
        std::ofstream(path) << std::string(bytes, 'x');
        return path;
    }

    std::string directory_;
};

TEST_F(MeasureTest, EachCallOfASequenceHasItsRow) {
    const std::string path = file("f", 5000);
    const Outcome read = measure({"calls", "open-read-close", "-n", "2", path});
    EXPECT_EQ(read.status, 0) << read.errors;
    EXPECT_THAT(read.header, ElementsAre(StartsWith("# tick_hz="), "# system=linux",
                                         "# arguments=calls open-read-close -n 2 " + path));
    EXPECT_THAT(read.column(0), testing::Each("open-read-close"));
    EXPECT_THAT(read.column(1),
                ElementsAre("open", "read", "close", "total", "open", "read", "close", "total"));
    EXPECT_THAT(read.column(2), ElementsAre("0", "0", "0", "0", "1", "1", "1", "1"));
    EXPECT_THAT(read.column(3), ElementsAre("0", "1", "2", "0", "0", "1", "2", "0"));
    uint64_t parts = 0;
    for (size_t i = 0; i < 3; i++) {
        EXPECT_GT(std::stoull(read.rows[i][4]), 0u);
        parts += std::stoull(read.rows[i][4]);
    }
    EXPECT_GE(std::stoull(read.rows[3][4]), parts);
}

TEST_F(MeasureTest, AllSequencesOfThePaper) {
    const std::string path = file("f", 5000);
    for (const char* name : {"getpid", "stat", "open-close", "open-fstat-close", "open-lseek-close",
                             "open-read-close", "open-write-close"}) {
        const Outcome outcome = measure({"calls", name, "-n", "1", "-w", "0", path});
        EXPECT_EQ(outcome.status, 0) << name << outcome.errors;
        EXPECT_EQ(outcome.rows.size(), bench::sequence_length(name) + 1);
    }
    EXPECT_EQ(std::filesystem::file_size(path), 5000u) << "a write overwrites";
}

TEST_F(MeasureTest, TransfersOfAFile) {
    const std::string path = file("f", 10 * 1024);
    const Outcome sequential =
        measure({"io", "-m", "sequential", "-d", "read", "-l", "1024", "-c", "10", path});
    EXPECT_EQ(sequential.status, 0) << sequential.errors;
    EXPECT_EQ(sequential.rows.size(), 11u);
    EXPECT_EQ(sequential.rows.back()[1], "total");
    const Outcome random = measure(
        {"io", "-m", "random", "-d", "read", "-l", "2048", "-c", "3", "-n", "2", "-w", "1", path});
    EXPECT_THAT(random.column(1),
                ElementsAre("lseek", "read", "lseek", "read", "lseek", "read", "total", "lseek",
                            "read", "lseek", "read", "lseek", "read", "total"));
    EXPECT_EQ(measure({"io", "-m", "random", "-d", "write", "-l", "4096", "-c", "2", path}).status,
              0);
    EXPECT_EQ(std::filesystem::file_size(path), 10u * 1024);
}

TEST_F(MeasureTest, TransfersBeyondTheFileAreRefused) {
    const std::string path = file("f", 10 * 1024);
    const Outcome read =
        measure({"io", "-m", "sequential", "-d", "read", "-l", "1024", "-c", "11", path});
    EXPECT_EQ(read.status, 1);
    EXPECT_EQ(read.errors, "measure: " + path + ": the file is too short for these calls\n");
    EXPECT_EQ(measure({"io", "-m", "random", "-d", "write", "-l", "16384", "-c", "1", path}).status,
              1);
    EXPECT_EQ(std::filesystem::file_size(path), 10u * 1024);
}

TEST_F(MeasureTest, TheControlHasNothingBetweenItsTimeStamps) {
    const Outcome outcome = measure({"noop", "-n", "5"});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.column(2), ElementsAre("0", "1", "2", "3", "4"));
}

TEST_F(MeasureTest, ErrorsAreOneLineAndNoRows) {
    const Outcome missing = measure({"calls", "stat", "/no/such/file"});
    EXPECT_EQ(missing.status, 1);
    EXPECT_EQ(missing.errors, "measure: /no/such/file: No such file or directory\n");
    const Outcome null = measure({"null", "-s", "continued"});
    EXPECT_EQ(null.status, 2);
    EXPECT_THAT(null.errors, HasSubstr("AnT only"));
    EXPECT_EQ(measure({"steps", "null"}).status, 2);
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{},
                                               {"what"},
                                               {"calls"},
                                               {"calls", "open-dance-close", "f"},
                                               {"calls", "stat"},
                                               {"calls", "stat", "-n", "0", "f"},
                                               {"io", "-m", "backwards", "f"},
                                               {"io", "-d", "both", "f"},
                                               {"io", "-l", "0", "f"},
                                               {"io", "-c", "-1", "f"},
                                               {"io", "-n", "100000", "-c", "100000", "f"},
                                               {"io", "-C", "1", "f"},
                                               {"many", "-C", "1,,2", "f"},
                                               {"many", "-C", "1,2,3,4,5,6,7,8,9", "f"},
                                               {"many", "-p", "0", "f"},
                                               {"noop", "f"}}) {
        const Outcome outcome = measure(words);
        EXPECT_EQ(outcome.status, 2);
        EXPECT_THAT(outcome.errors, StartsWith("usage: measure"));
    }
}

TEST(MeasureArguments, CoresAndProcesses) {
    std::vector<std::string> words = {"measure", "many", "-m",   "random", "-d",
                                      "read",    "-l",   "2048", "-p",     "6",
                                      "-C",      "1,3",  "-S",   "0x10",   "/b/f"};
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    bench::Settings settings;
    bool ant_only = false;
    ASSERT_TRUE(bench::parse(static_cast<int>(argv.size()), argv.data(), settings, ant_only));
    EXPECT_STREQ(settings.name, "many-random-read");
    EXPECT_EQ(settings.processes, 6u);
    EXPECT_EQ(settings.core_count, 2u);
    EXPECT_EQ(settings.cores[1], 3u);
    EXPECT_EQ(settings.seed, 16u);
    EXPECT_EQ(bench::record_count(settings), 1u);
}

} // namespace
