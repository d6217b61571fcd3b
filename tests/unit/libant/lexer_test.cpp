// SPDX-License-Identifier: GPL-2.0-only
// Words and operators of antsh's command lines.
#include <ant/apps/antsh/lexer.h>
#include <gtest/gtest.h>
#include <string>

namespace {

/// All tokens, words in [], e.g. "[echo] [a b] ; [c]". An error ends it.
std::string tokens(std::string_view line, int status = 0, size_t storage_bytes = 200) {
    std::string storage(storage_bytes, '#');
    ant::Lexer lexer(line, storage);
    std::string result;
    while (true) {
        const ant::Token token = lexer.next(status);
        const std::string text(token.text);
        if (token.kind == ant::TokenKind::end)
            return result;
        if (!result.empty())
            result += ' ';
        if (token.kind == ant::TokenKind::error)
            return result + "error: " + text;
        result += token.kind == ant::TokenKind::word ? "[" + text + "]" : text;
        if (token.kind == ant::TokenKind::word) {
            EXPECT_EQ(*(token.text.data() + token.text.size()), '\0'); // behind its end
        }
    }
}

} // namespace

TEST(Lexer, Words) {
    EXPECT_EQ(tokens(""), "");
    EXPECT_EQ(tokens("   \t "), "");
    EXPECT_EQ(tokens("a"), "[a]");
    EXPECT_EQ(tokens("  echo\thello  world "), "[echo] [hello] [world]");
    EXPECT_EQ(tokens("a * ? ~ $x {b}"), "[a] [*] [?] [~] [$x] [{b}]");
    EXPECT_EQ(tokens("calltest null , stat /x"), "[calltest] [null] [,] [stat] [/x]");
}

TEST(Lexer, Quotes) {
    EXPECT_EQ(tokens("'a b' \"c d\" e\\ f"), "[a b] [c d] [e f]");
    EXPECT_EQ(tokens("'' \"\""), "[] []");
    EXPECT_EQ(tokens("a'b'\"c\"d"), "[abcd]");
    EXPECT_EQ(tokens("'a\\b\"$?'"), "[a\\b\"$?]");
    EXPECT_EQ(tokens("\"a\\\"b\\\\c\\$?\\x\""), "[a\"b\\c$?\\x]");
    EXPECT_EQ(tokens("';' '&&' \"|\""), "[;] [&&] [|]");
    EXPECT_EQ(tokens("\\;\\'\\\""), "[;'\"]");
    EXPECT_EQ(tokens("a\\"), "[a\\]");
    EXPECT_EQ(tokens("'a"), "error: a quote is not closed");
    EXPECT_EQ(tokens("b \"a"), "[b] error: a quote is not closed");
}

TEST(Lexer, Operators) {
    EXPECT_EQ(tokens("a;b&&c||d&e"), "[a] ; [b] && [c] || [d] & [e]");
    EXPECT_EQ(tokens("a&&&b"), "[a] && & [b]");
    EXPECT_EQ(tokens("a|b"), "[a] error: pipes (|) are not supported");
    EXPECT_EQ(tokens("a >b"), "[a] error: redirections (< >) are not supported: see write and cp");
    EXPECT_EQ(tokens("(a)"), "error: subshells ( ) are not supported");
    EXPECT_EQ(tokens("`a`"), "error: command substitution (`) is not supported");
}

TEST(Lexer, Comments) {
    EXPECT_EQ(tokens("# all of it"), "");
    EXPECT_EQ(tokens("a # ; b"), "[a]");
    EXPECT_EQ(tokens("a#b '#'"), "[a#b] [#]");
}

TEST(Lexer, Status) {
    EXPECT_EQ(tokens("echo $? x$?y \"$?\" '$?' \\$?", 137), "[echo] [137] [x137y] [137] [$?] [$?]");
    EXPECT_EQ(tokens("$ $a \"$\"", 1), "[$] [$a] [$]");
}

TEST(Lexer, TooLong) {
    EXPECT_EQ(tokens("abcdefg", 0, 8), "[abcdefg]");
    EXPECT_EQ(tokens("abcdefgh", 0, 8), "error: the line is too long");
    EXPECT_EQ(tokens("$?$?$?", 255, 9), "error: the line is too long");
}
