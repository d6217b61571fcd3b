// SPDX-License-Identifier: GPL-2.0-only
// Command line options.
#include <ant/lib/options.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

/// All that Options finds, e.g. "a n=5 ? | x y".
std::string parse(std::vector<std::string> words, const char* known) {
    std::vector<char*> argv;
    argv.reserve(words.size());
    for (std::string& word : words)
        argv.push_back(word.data());
    ant::Options options(static_cast<int>(argv.size()), argv.data(), known);
    std::string result;
    while (true) {
        const int option = options.next();
        if (option == ant::Options::end)
            break;
        if (option == ant::Options::unknown || option == ant::Options::missing)
            result += std::string(1, static_cast<char>(option)) + options.letter() + " ";
        else if (options.value() != nullptr &&
                 std::string(known).find(options.letter() + std::string(":")) != std::string::npos)
            result += std::string(1, static_cast<char>(option)) + "=" + options.value() + " ";
        else
            result += std::string(1, static_cast<char>(option)) + " ";
    }
    EXPECT_EQ(options.next(), ant::Options::end) << "the end stays the end";
    result += "|";
    for (const char* word : options.rest())
        result += " " + std::string(word);
    return result;
}

} // namespace

TEST(Options, LettersAloneAndTogether) {
    EXPECT_EQ(parse({"p", "-a", "-b", "x", "-a"}, "ab"), "a b | x -a");
    EXPECT_EQ(parse({"p", "-ab", "x"}, "ab"), "a b | x");
    EXPECT_EQ(parse({"p"}, "ab"), "|");
    EXPECT_EQ(parse({}, "ab"), "|");
}

TEST(Options, Values) {
    EXPECT_EQ(parse({"p", "-n", "5", "x"}, "an:"), "n=5 | x");
    EXPECT_EQ(parse({"p", "-n5", "x"}, "an:"), "n=5 | x");
    EXPECT_EQ(parse({"p", "-an5", "x"}, "an:"), "a n=5 | x");
    EXPECT_EQ(parse({"p", "-n", "-a"}, "an:"), "n=-a |");
    EXPECT_EQ(parse({"p", "-n"}, "an:"), ":n |");
}

TEST(Options, WhatIsNoOption) {
    EXPECT_EQ(parse({"p", "-z", "-a"}, "a"), "?z a |");
    EXPECT_EQ(parse({"p", "-:", "x"}, "a:"), "?: | x");
    EXPECT_EQ(parse({"p", "-a", "--", "-a", "x"}, "a"), "a | -a x");
    EXPECT_EQ(parse({"p", "-", "-a"}, "a"), "| - -a");
}
