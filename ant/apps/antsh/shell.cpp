// SPDX-License-Identifier: GPL-2.0-only
// Command lines and programs; the builtins are in builtins.cpp.
#include "shell.h"
#include "errand.h"

#include <ant/lib/errno.h>
#include <ant/lib/program_file.h>
#include <ant/lib/stdio.h>
#include <ant/lib/string.h>

namespace ant {

namespace {

/// Whether the line begins with that word, which is then cut off.
bool take_word(std::string_view& line, std::string_view word) {
    const size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos || !line.substr(begin).starts_with(word))
        return false;
    const std::string_view rest = line.substr(begin + word.size());
    if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t')
        return false;
    line = rest;
    return true;
}

} // namespace

void Shell::read_command(Lexer& lexer) {
    command_.count = 0;
    while (true) {
        const Token token = lexer.next(status_);
        command_.end = token;
        if (token.kind != TokenKind::word)
            return;
        if (command_.count == max_words) {
            command_.end = {TokenKind::error, "too many words"};
            return;
        }
        command_.words[command_.count++] = token.text.data();
    }
}

bool Shell::syntax_is_right(std::string_view line) {
    Lexer lexer(line, word_storage_);
    bool needs_command = false; // behind && and ||
    while (true) {
        read_command(lexer);
        const Token& end = command_.end;
        if (end.kind == TokenKind::error) {
            dprintf(standard_error, "antsh: %.*s\n", static_cast<int>(end.text.size()),
                    end.text.data());
            return false;
        }
        const bool at_end = end.kind == TokenKind::end;
        if (command_.count == 0 && (!at_end || needs_command)) {
            dprintf(standard_error, "antsh: syntax error: no command before %.*s\n",
                    static_cast<int>(end.text.size()), end.text.data());
            return false;
        }
        if (at_end)
            return true;
        needs_command = end.kind == TokenKind::and_if || end.kind == TokenKind::or_if;
    }
}

void Shell::execute(std::string_view line) {
    Lexer lexer(line, word_storage_);
    bool wanted = true;
    while (!exiting_ && !interrupted_) {
        read_command(lexer);
        const TokenKind end = command_.end.kind;
        if (wanted && command_.count > 0)
            status_ = run_command(Words(command_.words.data(), command_.count),
                                  end == TokenKind::background);
        if (end == TokenKind::end || end == TokenKind::error)
            return;
        wanted = end == TokenKind::and_if  ? status_ == 0
                 : end == TokenKind::or_if ? status_ != 0
                                           : true;
    }
}

int Shell::run_line(std::string_view line) {
    interrupted_ = false;
    exiting_ = false;
    const bool traced = take_word(line, "trace");
    if (traced)
        trace_calls(true);
    if (syntax_is_right(line))
        execute(line);
    else
        status_ = status_usage;
    if (traced)
        trace_calls(false);
    return status_;
}

int Shell::run_command(Words words, bool background) {
    if (std::string_view(words[0]) == "time") {
        if (words.size() > 1 && !background)
            return run_timed(words.subspan(1));
        dprintf(standard_error, "usage: time COMMAND (not in the background)\n");
        return status_usage;
    }
    if (std::string_view(words[0]) == "on") {
        uint64_t core = 0;
        if (words.size() > 2 && parse_number(words[1], core) && core < ANT_CORE_HERE)
            return run_program(words.subspan(2),
                               {.core = static_cast<uint32_t>(core), .background = background});
        dprintf(standard_error, "usage: on CORE PROGRAM...\n");
        return status_usage;
    }
    return run_program(words, {.background = background});
}

namespace {

uint64_t linux_calls_of_all_cores() {
    uint64_t calls = 0;
    ant_core_info info = {};
    for (uint32_t index = 0; core_info(index, &info) == 0; index++)
        calls += info.linux_calls;
    return calls;
}

} // namespace

int Shell::run_timed(Words words) {
    const uint64_t calls = linux_calls_of_all_cores();
    const uint64_t start_ns = time_ns();
    const int status = run_command(words, false);
    const uint64_t elapsed = time_ns() - start_ns;
    dprintf(standard_error, "real %" PRIu64 ".%09u s, %" PRIu64 " Linux calls\n",
            elapsed / 1'000'000'000, static_cast<unsigned>(elapsed % 1'000'000'000),
            linux_calls_of_all_cores() - calls);
    return status;
}

namespace {

/// Most programs of the RAM disk may do nothing to others, and touch no device.
uint32_t rights_of(std::string_view program) {
    if (program == "antsh" || program == "servers")
        return ANT_RIGHTS_ALL;
    return program == "kill" ? ANT_RIGHT_PROCESSES : 0;
}

} // namespace

int Shell::run_program(Words words, Place place) {
    if (std::string_view(words[0]) == "driver") {
        if (words.size() == 1) {
            dprintf(standard_error, "usage: driver PROGRAM...\n");
            return status_usage;
        }
        words = words.subspan(1);
        place.rights = ANT_RIGHT_DEVICES;
    }
    // A file of Linux's: after "run", or whatever has a slash in its name.
    if (std::string_view(words[0]) == "run") {
        if (words.size() > 1)
            return start({.words = words.subspan(1), .speaker = "run", .in_linux = true}, place);
        dprintf(standard_error, "usage: run FILE [ARGUMENT...]\n");
        return status_usage;
    }
    if (std::string_view(words[0]).find('/') != std::string_view::npos)
        return start({.words = words, .speaker = "antsh", .in_linux = true}, place);
    // A builtin belongs to this shell: with a core or in the background it is the
    // program of that name, if there is one (echo).
    if (place.core == ANT_CORE_HERE && !place.background && place.rights == 0)
        for (const Builtin* builtin = builtins; !builtin->name.empty(); builtin++)
            if (builtin->name == words[0])
                return (this->*builtin->function)(words);
    place.rights |= rights_of(words[0]);
    return start({.words = words, .speaker = "antsh", .in_linux = false}, place);
}

int Shell::start(const Program& program, Place place) {
    const char* name = program.words[0];
    if (place.background && job_count_ == max_jobs) {
        dprintf(standard_error, "antsh: %s: too many background processes: use wait\n", name);
        return status_cannot_run;
    }
    const char* why = nullptr;
    const int process = program.in_linux
                            ? start_file(program, place, &why)
                            : spawn(program.words, place.core, ANT_PRIORITY_INHERIT, place.rights);
    if (interrupted_)
        return status_interrupted;
    if (process < 0)
        return cannot_start(program, place.core, why);
    if (!place.background)
        return wait_foreground(process);
    jobs_[job_count_++] = process;
    if (interactive_)
        printf("[%d]\n", process);
    return 0;
}

int Shell::start_file(const Program& program, Place place, const char** why) {
    Errand errand;
    const int64_t error = errand.fetch_file(program.words[0]);
    interrupted_ = errand.interrupted();
    if (error != 0)
        return static_cast<int>(posix_result(error));
    return spawn_program(errand.bytes(), program.words, place.core, ANT_PRIORITY_INHERIT,
                         place.rights, why);
}

int Shell::cannot_start(const Program& program, uint32_t core, const char* why) {
    const char* name = program.words[0];
    const int error = last_error;
    if (error == ENOENT && !program.in_linux)
        dprintf(standard_error, "antsh: %s: command not found\n", name);
    else if (error == EINVAL && core != ANT_CORE_HERE)
        dprintf(standard_error, "antsh: on: %u is not one of AnT's cores\n", core);
    else if (why != nullptr)
        dprintf(standard_error, "%s: %s: not an AnT program: %s\n", program.speaker, name, why);
    else
        dprintf(standard_error, "%s: %s: %s\n", program.speaker, name, strerror(error));
    return error == ENOENT ? status_not_found : status_cannot_run;
}

int Shell::wait_foreground(int process) {
    int status = 0;
    // Without an owner Ctrl-C would only be typed input; the wait is right anyway.
    static_cast<void>(console_owner(process));
    const int result = wait(process, &status);
    static_cast<void>(console_owner(0));
    if (result < 0) {
        dprintf(standard_error, "antsh: wait: process %d: %s\n", process, strerror(last_error));
        return status_not_found;
    }
    interrupted_ = status == status_interrupted;
    return status;
}

int Shell::wait_for_jobs() {
    int failed = 0;
    while (job_count_ > 0) {
        const int process = jobs_[--job_count_];
        // After a Ctrl-C the others go, too. One that has ended already: fine.
        if (interrupted_)
            static_cast<void>(kill(process));
        const bool before = interrupted_;
        const int status = wait_foreground(process);
        interrupted_ = interrupted_ || before;
        if (status != 0)
            failed = status;
    }
    return failed;
}

void Shell::forget_job(int process) {
    for (size_t i = 0; i < job_count_; i++)
        if (jobs_[i] == process)
            jobs_[i--] = jobs_[--job_count_];
}

} // namespace ant
