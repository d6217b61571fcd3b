// SPDX-License-Identifier: GPL-2.0-only
// Runs filetest below a directory of the test's, by a Linux that the test can make wrong.
#ifndef TESTS_UNIT_LIBANT_FILETEST_FIXTURE_H
#define TESTS_UNIT_LIBANT_FILETEST_FIXTURE_H

#include "fake_kernel.h"

#include <algorithm>
#include <sstream>

class FiletestTest : public LibantTest {
protected:
    FiletestTest() { install_programs(kernel); }

    int run(const std::string& line) {
        std::vector<std::string> words = {"filetest", "-d", path("d")};
        std::istringstream stream(line);
        for (std::string word; stream >> word;)
            words.push_back(word);
        kernel.output.clear();
        kernel.errors.clear();
        const int status = run_program(words);
        kernel.linux_calls.clear();
        return status;
    }

    /// The shrunk sequence that a mismatch has printed, one operation a line.
    [[nodiscard]] std::vector<std::string> shrunk() const {
        const size_t head = kernel.output.find("makes them:\n");
        EXPECT_NE(head, std::string::npos) << kernel.output;
        std::vector<std::string> lines;
        std::istringstream stream(kernel.output.substr(std::min(head, kernel.output.size())));
        std::string line;
        std::getline(stream, line);
        while (std::getline(stream, line))
            lines.push_back(line);
        return lines;
    }

    /// Runs with a fault in Linux's place: found, shrunk to at most so many, and made again by -r.
    void expect_found(size_t most) {
        ASSERT_EQ(run("-s 1 -n 20000"), 1) << kernel.output;
        const auto lines = shrunk();
        EXPECT_LE(lines.size(), most) << kernel.output;
        std::string content;
        for (const std::string& line : lines)
            content += line + "\n";
        const std::string file = make_file("sequence", content);
        EXPECT_EQ(run("-r " + file), 1) << kernel.output;
        kernel.linux_answer = nullptr;
        EXPECT_EQ(run("-r " + file), 0) << kernel.output << content;
    }

    static std::byte* memory(uint64_t address) { return reinterpret_cast<std::byte*>(address); }
};

#endif
