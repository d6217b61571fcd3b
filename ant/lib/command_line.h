// SPDX-License-Identifier: GPL-2.0-only
// The whole command line of a program, checked against its synopsis. What is understood and what
// the usage line says are the same text.
#ifndef ANT_LIB_COMMAND_LINE_H
#define ANT_LIB_COMMAND_LINE_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ant {

/// {"head", "qv n:LINES", "[FILE...]"} is: usage: head [-qv] [-n LINES] [FILE...]
struct Synopsis {
    const char* program;
    const char* options = "";  ///< as ant/lib/options.h has them
    const char* operands = ""; ///< words; [X] may be left out, X... may be several
    bool is_text = false; ///< from the first operand on there are no options, as in `echo a -n`
};

/// Prints the usage line.
void print_usage(int descriptor, const Synopsis& synopsis);

class CommandLine {
public:
    /// Options may stand before, between and behind the operands; "--" ends them. The operands are
    /// moved to the front of `argv`.
    CommandLine(int argc, char** argv, const Synopsis& synopsis);

    /// Nothing is to be done, and status() is the program's: the line is wrong, which has been
    /// said, or it was --help.
    [[nodiscard]] bool is_over() const { return status_ != go_on; }
    [[nodiscard]] int status() const { return status_; }

    [[nodiscard]] bool has(char letter) const { return last_of({&letter, 1}) != '\0'; }
    /// Of options that exclude each other the last one counts. NUL: none of them was given.
    [[nodiscard]] char last_of(std::string_view letters) const;
    /// The option's last value; nullptr: it was not given.
    [[nodiscard]] const char* value_of(char letter) const { return values_[place(letter)]; }
    [[nodiscard]] std::span<char* const> operands() const { return {operands_, count_}; }

    /// Prints "PROGRAM: WHAT 'WORD'" and the usage line. Returns exit_usage.
    int refuse(const char* what, std::string_view word) const;
    int missing_operand() const;

private:
    static constexpr int go_on = -1;
    static constexpr size_t places = 128; // ASCII
    static size_t place(char letter) { return static_cast<unsigned char>(letter) % places; }

    int read(int argc, char** argv);
    int check_operands() const;

    Synopsis synopsis_;
    char* const* operands_;
    size_t count_ = 0;
    uint32_t order_[places] = {}; // of the option's last mention; 0: none
    const char* values_[places] = {};
    int status_;
};

} // namespace ant

#endif
