// SPDX-License-Identifier: GPL-2.0-only
// Command lines; see command_line.h.
#include <ant/lib/command_line.h>
#include <ant/lib/report.h>
#include <ant/lib/unistd.h>

namespace ant {

void print_usage(int descriptor, const Synopsis& synopsis) {
    char text[256];
    BufferSink line(text);
    format(line, "usage: %s", synopsis.program);
    for_each_option(synopsis.options, [&](std::string_view letters, std::string_view value) {
        format(line, " [-%.*s", static_cast<int>(letters.size()), letters.data());
        if (!value.empty())
            format(line, " %.*s", static_cast<int>(value.size()), value.data());
        line.write("]");
    });
    format(line, "%s%s\n", *synopsis.operands != '\0' ? " " : "", synopsis.operands);
    static_cast<void>(write_all(descriptor, line.text().data(), line.text().size()));
}

CommandLine::CommandLine(int argc, char** argv, const Synopsis& synopsis)
    : synopsis_(synopsis), operands_(argv + 1), status_(read(argc, argv)) {}

int CommandLine::read(int argc, char** argv) {
    Options options(argc, argv, synopsis_.options);
    uint32_t mentioned = 0;
    while (true) {
        const int option = options.next();
        const char letter = options.letter();
        if (option == Options::end) {
            const auto rest = options.rest();
            if (!synopsis_.is_text && options.skip_word()) {
                argv[1 + count_++] = rest[0];
                continue;
            }
            for (char* word : rest)
                argv[1 + count_++] = word;
            return check_operands();
        }
        if (option == Options::unknown && letter == '-') { // a long one
            const auto rest = options.rest();
            const std::string_view word = rest.empty() ? "" : rest[0];
            if (word != "--help")
                return refuse("unrecognized option", word);
            print_usage(standard_output, synopsis_);
            return 0;
        }
        if (option == Options::unknown)
            return refuse("invalid option --", {&letter, 1});
        if (option == Options::missing)
            return refuse("option requires an argument --", {&letter, 1});
        order_[place(letter)] = ++mentioned;
        values_[place(letter)] = options.value();
    }
}

int CommandLine::check_operands() const {
    size_t least = 0;
    size_t most = 0;
    for_each_option(synopsis_.operands, [&](std::string_view word, std::string_view) {
        least += word.starts_with('[') ? 0u : 1u;
        most = most == SIZE_MAX || word.find("...") < word.size() ? SIZE_MAX : most + 1;
    });
    if (count_ > most)
        return refuse("extra operand", operands_[most]);
    if (count_ >= least)
        return go_on;
    return missing_operand();
}

int CommandLine::missing_operand() const {
    if (count_ > 0)
        return refuse("missing operand after", operands_[count_ - 1]);
    dprintf(standard_error, "%s: missing operand\n", synopsis_.program);
    print_usage(standard_error, synopsis_);
    return exit_usage;
}

char CommandLine::last_of(std::string_view wanted) const {
    char last = '\0';
    uint32_t latest = 0;
    for (const char letter : wanted) {
        if (order_[place(letter)] <= latest)
            continue;
        latest = order_[place(letter)];
        last = letter;
    }
    return last;
}

int CommandLine::refuse(const char* what, std::string_view word) const {
    dprintf(standard_error, "%s: %s '%.*s'\n", synopsis_.program, what,
            static_cast<int>(word.size()), word.data());
    print_usage(standard_error, synopsis_);
    return exit_usage;
}

} // namespace ant
