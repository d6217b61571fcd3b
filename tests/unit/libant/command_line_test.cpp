// SPDX-License-Identifier: GPL-2.0-only
// Whole command lines: what is given, and what is said of a wrong one.
#include "fake_kernel.h"

#include <ant/lib/command_line.h>

namespace {

class CommandLineTest : public LibantTest {
protected:
    ant::CommandLine parse(std::vector<std::string> words, const ant::Synopsis& synopsis) {
        kernel.output.clear();
        kernel.errors.clear();
        words_ = std::move(words);
        words_.insert(words_.begin(), synopsis.program);
        argv_.clear();
        for (std::string& word : words_)
            argv_.push_back(word.data());
        argv_.push_back(nullptr);
        return {static_cast<int>(words_.size()), argv_.data(), synopsis};
    }
    static std::string operands_of(const ant::CommandLine& line) {
        std::string all;
        for (const char* word : line.operands())
            all += std::string(all.empty() ? "" : " ") + word;
        return all;
    }

private:
    std::vector<std::string> words_;
    std::vector<char*> argv_;
};

constexpr ant::Synopsis synopsis = {"prog", "abc m:MODE n:NUMBER", "FROM... TO"};
const std::string usage = "usage: prog [-abc] [-m MODE] [-n NUMBER] FROM... TO\n";

} // namespace

TEST_F(CommandLineTest, OptionsAndOperandsInAnyOrder) {
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"-ab", "-n5", "x", "y", "z"},
                                               {"x", "-a", "y", "-bn", "5", "z"},
                                               {"x", "y", "z", "-n", "5", "-b", "-a"},
                                               {"x", "-ban5", "y", "--", "z"}}) {
        const ant::CommandLine line = parse(words, synopsis);
        ASSERT_FALSE(line.is_over()) << kernel.errors;
        EXPECT_TRUE(line.has('a') && line.has('b') && !line.has('c') && !line.has('m'));
        EXPECT_STREQ(line.value_of('n'), "5");
        EXPECT_EQ(line.value_of('m'), nullptr);
        EXPECT_EQ(operands_of(line), "x y z");
    }
    EXPECT_EQ(operands_of(parse({"--", "-a", "--", "-Z"}, synopsis)), "-a -- -Z");
    EXPECT_EQ(operands_of(parse({"-", "-a", "x"}, synopsis)), "- x");
}

TEST_F(CommandLineTest, TheLastOfSeveralCounts) {
    const ant::CommandLine line = parse({"-ab", "x", "-m1", "-a", "-m", "2", "y"}, synopsis);
    EXPECT_EQ(line.last_of("abc"), 'a');
    EXPECT_EQ(line.last_of("bc"), 'b');
    EXPECT_EQ(line.last_of("am"), 'm');
    EXPECT_EQ(line.last_of("cn"), '\0');
    EXPECT_STREQ(line.value_of('m'), "2");
}

TEST_F(CommandLineTest, TextIsNoOption) {
    const ant::CommandLine line =
        parse({"-a", "x", "-b", "--", "-Z"}, {"p", "ab", "TEXT...", true});
    EXPECT_FALSE(line.has('b'));
    EXPECT_EQ(operands_of(line), "x -b -- -Z");
}

TEST_F(CommandLineTest, WrongOnesAreSaid) {
    const struct {
        std::vector<std::string> words;
        std::string message;
    } wrong[] = {
        {{"-Z", "x", "y"}, "prog: invalid option -- 'Z'\n"},
        {{"x", "y", "-aZ"}, "prog: invalid option -- 'Z'\n"},
        {{"x", "y", "--all=1"}, "prog: unrecognized option '--all=1'\n"},
        {{"x", "y", "-n"}, "prog: option requires an argument -- 'n'\n"},
        {{"-a"}, "prog: missing operand\n"},
        {{"x", "-a"}, "prog: missing operand after 'x'\n"},
    };
    for (const auto& each : wrong) {
        const ant::CommandLine line = parse(each.words, synopsis);
        EXPECT_TRUE(line.is_over());
        EXPECT_EQ(line.status(), 2);
        EXPECT_EQ(kernel.errors, each.message + usage);
        EXPECT_EQ(kernel.output, "");
    }
}

TEST_F(CommandLineTest, HowManyOperandsIsInTheUsageLine) {
    EXPECT_FALSE(parse({}, {"p"}).is_over());
    EXPECT_EQ(parse({"x"}, {"p"}).status(), 2);
    EXPECT_EQ(kernel.errors, "p: extra operand 'x'\nusage: p\n");
    EXPECT_FALSE(parse({}, {"p", "", "[FILE...]"}).is_over());
    EXPECT_FALSE(parse({"x", "y"}, {"p", "", "[FILE...]"}).is_over());
    EXPECT_TRUE(parse({}, {"p", "", "FILE..."}).is_over());
    EXPECT_FALSE(parse({"x", "y", "z"}, {"p", "", "FILE..."}).is_over());
    EXPECT_FALSE(parse({"x"}, {"p", "", "FILE [OTHER]"}).is_over());
    EXPECT_EQ(parse({"x", "y", "z"}, {"p", "", "FILE [OTHER]"}).status(), 2);
    EXPECT_EQ(kernel.errors, "p: extra operand 'z'\nusage: p FILE [OTHER]\n");
}

TEST_F(CommandLineTest, Help) {
    const ant::CommandLine line = parse({"x", "-a", "--help", "-Z"}, synopsis);
    EXPECT_TRUE(line.is_over());
    EXPECT_EQ(line.status(), 0);
    EXPECT_EQ(kernel.output, usage);
    EXPECT_EQ(kernel.errors, "");
    EXPECT_EQ(operands_of(parse({"x", "--", "--help"}, synopsis)), "x --help");
}
