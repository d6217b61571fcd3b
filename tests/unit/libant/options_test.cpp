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
        else if (options.value() != nullptr)
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
    EXPECT_EQ(parse({"p", "-n", "5", "x"}, "a n:NUMBER"), "n=5 | x");
    EXPECT_EQ(parse({"p", "-n5", "x"}, "a n:NUMBER"), "n=5 | x");
    EXPECT_EQ(parse({"p", "-an5", "x"}, "a n:NUMBER"), "a n=5 | x");
    EXPECT_EQ(parse({"p", "-n", "-a"}, "a n:NUMBER"), "n=-a |");
    EXPECT_EQ(parse({"p", "-n"}, "a n:NUMBER"), ":n |");
}

TEST(Options, NamesOfValuesAreNoOptions) {
    EXPECT_EQ(parse({"p", "-N", "-n", "N", "-c", "1"}, "c n:NUMBER m:MODE"), "?N n=N c | 1");
    EXPECT_EQ(parse({"p", "-E"}, "m:MODE n:"), "?E |");
    EXPECT_EQ(parse({"p", "-n", "1", "-m2"}, "m: n:"), "n=1 m=2 |");
}

TEST(Options, WhatIsNoOption) {
    EXPECT_EQ(parse({"p", "-z", "-a"}, "a"), "?z a |");
    EXPECT_EQ(parse({"p", "-:", "x"}, "b a:VALUE"), "?: | x");
    EXPECT_EQ(parse({"p", "-a", "--", "-a", "x"}, "a"), "a | -a x");
    EXPECT_EQ(parse({"p", "-", "-a"}, "a"), "| - -a");
}
