// SPDX-License-Identifier: GPL-2.0-only
// Words and operators of a command line; see lexer.h.
#include "lexer.h"

#include <ant/lib/format.h>

namespace ant {

namespace {

// What ends a word. < > ( ) ` are here to be refused: somebody who uses them means
// what a larger shell does.
constexpr std::string_view blanks = " \t";
constexpr std::string_view operators = ";&|<>()`";

} // namespace

void Lexer::put(char c) {
    if (used_ < storage_.size())
        storage_[used_++] = c;
    else
        overflow_ = true;
}

void Lexer::put_status(int status) {
    char digits[12];
    snprintf(digits, sizeof(digits), "%d", status);
    for (const char c : std::string_view(digits))
        put(c);
}

Token Lexer::operator_token() {
    struct Operator {
        std::string_view text;
        TokenKind kind;
    };
    // The longer ones first.
    constexpr Operator known[] = {{"&&", TokenKind::and_if},
                                  {"||", TokenKind::or_if},
                                  {";", TokenKind::semicolon},
                                  {"&", TokenKind::background}};
    for (const Operator& candidate : known) {
        if (looking_at(candidate.text)) {
            position_ += candidate.text.size();
            return {candidate.kind, candidate.text};
        }
    }
    switch (line_[position_]) {
    case '|':
        return error("pipes (|) are not supported");
    case '<':
    case '>':
        return error("redirections (< >) are not supported: see write and cp");
    case '`':
        return error("command substitution (`) is not supported");
    default:
        return error("subshells ( ) are not supported");
    }
}

bool Lexer::single_quoted() {
    position_++;
    for (; !at_end(); position_++) {
        if (line_[position_] == '\'') {
            position_++;
            return true;
        }
        put(line_[position_]);
    }
    return false;
}

bool Lexer::double_quoted(int status) {
    position_++;
    for (; !at_end(); position_++) {
        if (line_[position_] == '"') {
            position_++;
            return true;
        }
        if (looking_at("$?")) {
            put_status(status);
            position_++;
            continue;
        }
        if (looking_at("\\\"") || looking_at("\\\\") || looking_at("\\$"))
            position_++;
        put(line_[position_]);
    }
    return false;
}

Token Lexer::word(int status) {
    const size_t start = used_;
    constexpr const char* unclosed = "a quote is not closed";
    while (!at_end()) {
        const char c = line_[position_];
        if (blanks.find(c) != std::string_view::npos || operators.find(c) != std::string_view::npos)
            break;
        if (c == '\'') {
            if (!single_quoted())
                return error(unclosed);
        } else if (c == '"') {
            if (!double_quoted(status))
                return error(unclosed);
        } else if (looking_at("$?")) {
            put_status(status);
            position_ += 2;
        } else {
            if (c == '\\' && position_ + 1 < line_.size())
                position_++;
            put(line_[position_++]);
        }
    }
    const size_t length = used_ - start;
    put('\0');
    if (overflow_)
        return error("the line is too long");
    return {TokenKind::word, std::string_view(storage_.data() + start, length)};
}

Token Lexer::next(int status) {
    while (!at_end() && blanks.find(line_[position_]) != std::string_view::npos)
        position_++;
    if (at_end() || line_[position_] == '#')
        return {TokenKind::end, "end of line"};
    if (operators.find(line_[position_]) != std::string_view::npos)
        return operator_token();
    return word(status);
}

} // namespace ant
