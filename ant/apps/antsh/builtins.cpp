// SPDX-License-Identifier: GPL-2.0-only
// The shell's builtin commands; `driver`, `on`, `run`, `time` and `trace` are prefixes and live in
// shell.cpp.
#include "shell.h"

#include <ant/apps/common/process_commands.h>
#include <ant/apps/common/words.h>
#include <ant/lib/errno.h>
#include <ant/lib/stdio.h>
#include <ant/lib/string.h>

namespace ant {

// An entry without a name ends the list.
constexpr Shell::Builtin Shell::builtins[] = {
    {"echo", &Shell::do_echo},
    {"exit", &Shell::do_exit},
    {"help", &Shell::do_help},
    {"kill", &Shell::do_kill},
    {"ps", &Shell::do_ps},
    {"wait", &Shell::do_wait},
    {"", nullptr},
};

void Shell::name_commands(Sink& found) {
    for (const Builtin* builtin = builtins; !builtin->name.empty(); builtin++)
        found.write(builtin->name);
    for (const char* prefix : {"driver", "on", "run", "time", "trace"})
        found.write(prefix);
}

int Shell::do_echo(Words words) {
    if (echo_words(words.subspan(1)) == 0)
        return 0;
    dprintf(standard_error, "antsh: echo: %s\n", strerror(last_error));
    return 1;
}

int Shell::do_exit(Words words) {
    int64_t status = status_;
    if (words.size() > 2 || (words.size() == 2 && !parse_number(words[1], status))) {
        dprintf(standard_error, "usage: exit [STATUS]\n");
        return status_usage;
    }
    exiting_ = true;
    return static_cast<int>(status & 0xff);
}

int Shell::do_kill(Words words) { return kill_processes(words.subspan(1)); }

int Shell::do_ps(Words words) { return list_processes(words.subspan(1)); }

int Shell::do_wait(Words words) {
    if (words.size() == 1)
        return wait_for_jobs();
    int status = 0;
    for (const char* word : words.subspan(1)) {
        uint64_t process = 0;
        if (!parse_number(word, process) || process == 0 || process > INT32_MAX) {
            dprintf(standard_error, "usage: wait [PID...]\n");
            return status_usage;
        }
        status = wait_foreground(static_cast<int>(process));
        forget_job(static_cast<int>(process));
    }
    return status;
}

int Shell::do_help(Words words) {
    static constexpr const char* text =
        "Commands of the shell:\n"
        "  echo TEXT...        print the text; $? is the status of the last command\n"
        "  run FILE...         run a program from Linux's file system; /FILE... does, too\n"
        "  on CORE PROGRAM...  run a program on that core of AnT\n"
        "  driver PROGRAM...   run a program that may drive devices\n"
        "  time COMMAND...     how long it took, and the Linux calls of all AnT processes "
        "meanwhile\n"
        "  trace LINE          the line, its Linux calls recorded while ./antbed trace wants them\n"
        "  wait [PID...]       wait for processes started with &\n"
        "  exit [STATUS]       end this shell\n"
        "  a; b   a && b   a || b   a &   'quotes'   \"quotes\"   # comment\n"
        "Files of Linux (/ is its root, /host the directory shared with the host):\n"
        "  ls   cat   head   wc   stat   sha256sum   hexdump   cp   mv   rm   mkdir   rmdir\n"
        "  write [-a] FILE TEXT...        COMMAND --help tells the options of each\n"
        "Calls to Linux:\n"
        "  getpid   null   bench CASE   calltest STEPS\n"
        "AnT itself:\n"
        "  ps   mem   cores   devices   kernels   klog [-l LEVEL] [-n N]   kill PID...\n"
        "  sleep SECONDS   true   false   crash HOW\n"
        "Servers (on CORE servers start NAME: on that core):\n"
        "  servers [start NAME | stop NAME]     edu N   edu copy TEXT\n"
        "Keys: arrows, Home, End, Tab, Ctrl-A E U K W L as in readline; Ctrl-C ends the running "
        "program.\n";
    if (words.size() > 1) {
        dprintf(standard_error, "usage: help\n");
        return status_usage;
    }
    return printf("%s", text) < 0 ? 1 : 0;
}

} // namespace ant
