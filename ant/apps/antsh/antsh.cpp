// SPDX-License-Identifier: GPL-2.0-only
// antsh, AnT's shell.
//   antsh            on a terminal: line editing, history, completion
//   antsh -c LINE    runs one line
//   antsh --control [SCRIPT]   serves the host's control channel; first a file of Linux's
//   antsh --errand ...         a shell's child, which makes its calls to Linux (errand.h)
#include "control.h"
#include "errand.h"
#include "line_editor.h"
#include "names.h"
#include "shell.h"

#include <ant/apps/common/output.h>
#include <ant/lib/console.h>
#include <ant/lib/report.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

constinit History history;

int run_on_terminal(Shell& shell) {
    set_console_input(ConsoleInput::keys); // lines are edited here, with history
    Output screen; // the terminal is all we have: nobody could be told of an error
    Completion completion(names_of_ant);
    LineEditor editor(history, screen, "antsh$ ", &completion);
    ant::printf("This is AnT. \"help\" lists the commands.\n");
    editor.begin();
    screen.flush();
    char input[64];
    while (true) {
        const ant::ssize_t count = ant::read(0, input, sizeof(input));
        if (count < 0)
            return report("antsh", "console");
        for (const char byte : std::span(input, static_cast<size_t>(count))) {
            if (byte == '\t')
                screen.flush(); // the names may be Linux's to tell: what was typed before is seen
            const LineEditor::Event event = editor.key(byte);
            if (event == LineEditor::Event::none)
                continue;
            screen.flush();
            if (event == LineEditor::Event::line)
                shell.run_line(editor.line());
            if (shell.exiting())
                return shell.status();
            editor.begin();
        }
        screen.flush();
    }
}

constinit Shell terminal_shell(true);
constinit Shell plain_shell(false);

} // namespace

int main(int argc, char** argv) {
    const std::string_view how = argc > 1 ? argv[1] : "";
    if (argc == 1)
        return run_on_terminal(terminal_shell);
    if (argc == 3 && how == "--control")
        serve_control_script(plain_shell, argv[2]);
    if ((argc == 2 || argc == 3) && how == "--control")
        return serve_control_channel(plain_shell);
    if (argc == 3 && how == "-c") {
        const int status = plain_shell.run_line(argv[2]);
        const int job_status = plain_shell.wait_for_jobs();
        return status != 0 ? status : job_status;
    }
    if (how == "--errand")
        return run_errand({argv + 2, static_cast<size_t>(argc - 2)});
    return usage("antsh [-c LINE | --control [SCRIPT]]");
}
