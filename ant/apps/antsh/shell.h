// SPDX-License-Identifier: GPL-2.0-only
// Runs command lines: builtins itself, everything else as programs of the RAM disk or,
// by `run` or when the name has a slash, of Linux's file system.
#ifndef ANT_APPS_ANTSH_SHELL_H
#define ANT_APPS_ANTSH_SHELL_H

#include "lexer.h"

#include <ant/lib/format.h>
#include <ant/lib/process.h>
#include <array>

namespace ant {

// Statuses as in a POSIX shell.
constexpr int status_usage = 2;
constexpr int status_cannot_run = 126;
constexpr int status_not_found = 127;
constexpr int status_interrupted = 130; ///< Ctrl-C

class Shell {
public:
    /// Longest command line in bytes.
    static constexpr size_t line_bytes = 4096;
    static constexpr size_t max_words = 512;
    static constexpr size_t max_jobs = 64;

    /// An interactive shell tells the numbers of background processes.
    explicit constexpr Shell(bool interactive) : interactive_(interactive) {}

    /// Runs "a; b && c || d & ...". Returns the status of the last command. The line
    /// is checked as a whole first: with a syntax error nothing of it is run.
    int run_line(std::string_view line);

    /// Waits for all background processes. Returns 0, or the status of the last one
    /// that failed. Ctrl-C ends them all.
    int wait_for_jobs();

    /// The names of what the shell does itself.
    static void name_commands(Sink& found);

    /// True when the last line called the builtin exit; status() is what to exit with.
    [[nodiscard]] bool exiting() const { return exiting_; }
    [[nodiscard]] int status() const { return status_; }

private:
    using Words = std::span<const char* const>;
    struct Builtin {
        std::string_view name;
        int (Shell::*function)(Words);
    };
    static const Builtin builtins[];

    /// One command, read up to the operator behind it.
    struct Command {
        std::array<const char*, max_words> words = {};
        size_t count = 0;
        Token end = {TokenKind::end, {}}; // operator, end of line, or error
    };
    void read_command(Lexer& lexer);
    bool syntax_is_right(std::string_view line);
    void execute(std::string_view line);
    int run_command(Words words, bool background);
    /// Where a program is to run, and what it may do besides what each may.
    struct Place {
        uint32_t core = ANT_CORE_HERE;
        bool background = false;
        uint32_t rights = 0; // ANT_RIGHT_...
    };
    int run_program(Words words, Place place);
    int run_timed(Words words);
    /// A program to start: its name and arguments, where it lies, who complains.
    struct Program {
        Words words;
        const char* speaker;
        bool in_linux;
    };
    int start(const Program& program, Place place);
    int start_file(const Program& program, Place place, const char** why);
    static int cannot_start(const Program& program, uint32_t core, const char* why);
    int wait_foreground(int process);
    void forget_job(int process);

    int do_echo(Words words);
    int do_exit(Words words);
    int do_help(Words words);
    int do_kill(Words words);
    int do_ps(Words words);
    int do_wait(Words words);

    bool interactive_;
    bool exiting_ = false;
    bool interrupted_ = false; // Ctrl-C: the rest of the line is not run
    int status_ = 0;
    std::array<int, max_jobs> jobs_ = {};
    size_t job_count_ = 0;
    Command command_ = {};
    // Each word gets a NUL, and $? may grow from two characters to three.
    char word_storage_[2 * line_bytes] = {};
};

} // namespace ant

#endif
