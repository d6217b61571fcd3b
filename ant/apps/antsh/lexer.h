// SPDX-License-Identifier: GPL-2.0-only
// Splits a command line into words and operators.
#ifndef ANT_APPS_ANTSH_LEXER_H
#define ANT_APPS_ANTSH_LEXER_H

#include <cstddef>
#include <span>
#include <string_view>

namespace ant {

enum class TokenKind {
    word,
    semicolon,  ///< ;
    and_if,     ///< &&
    or_if,      ///< ||
    background, ///< &
    end,
    error,
};

struct Token {
    TokenKind kind;
    /// A word without its quotes, an operator, or what is wrong. A word is followed
    /// by a NUL in memory.
    std::string_view text;
};

/// As in a POSIX shell: words are separated by spaces; '...' takes everything as it
/// stands; "..." too, except for $? and \\ \" \$; a backslash takes the next character;
/// # starts a comment. $? is the status of the last command: the one variable.
class Lexer {
public:
    /// Words are stored in `storage`, which must be larger than `line`.
    Lexer(std::string_view line, std::span<char> storage) : line_(line), storage_(storage) {}

    /// The next token. `status` is what $? stands for.
    [[nodiscard]] Token next(int status);

private:
    [[nodiscard]] bool at_end() const { return position_ == line_.size(); }
    [[nodiscard]] bool looking_at(std::string_view text) const {
        return line_.substr(position_).starts_with(text);
    }
    void put(char c);
    void put_status(int status);
    Token operator_token();
    Token word(int status);
    /// False: the closing quote is missing.
    bool single_quoted();
    bool double_quoted(int status);
    Token error(const char* text) const { return {TokenKind::error, text}; }

    std::string_view line_;
    size_t position_ = 0;
    std::span<char> storage_;
    size_t used_ = 0;
    bool overflow_ = false;
};

} // namespace ant

#endif
