# SPDX-License-Identifier: GPL-2.0-only
"""./antbed exec, logs, console, run and debug: a machine's two systems, spoken to and listened to."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import suppress
from functools import partial
from typing import Any

from ..errors import MachineEnded, MachineFailed, TestbedError
from ..observe import logs, tmux
from ..run.instance import Instance
from ..run.rundir import DEFAULT_NAME
from ..talk import debugger
from ..talk.boot import up
from ..talk.console import CONSOLES, interact
from ..talk.lease import lease, need_machine, some_machine
from ..talk.session import EXEC_SECONDS, command_text, execute
from ..talk.transcript import play
from ..terminal import Progress, how_to_end, is_screen
from .usage import bootable, command, named, wish, words_after


def add_exec(commands: Any) -> None:
    made = command(
        commands, _exec, "exec", "run a command on AnT or Linux",
        "./antbed exec -- cat /host/hello.txt",
        "./antbed exec --on linux -- 'ls /tmp | wc -l'",
        parents=[bootable()],
    )
    made.add_argument("--on", choices=("ant", "linux"), default="ant", help="default: %(default)s")
    words_after(made, EXEC_SECONDS)


def _exec(arguments: argparse.Namespace) -> int:
    with some_machine(wish(arguments), Progress(sys.stderr)) as instance:
        return execute(instance, arguments.on, command_text(arguments.words), arguments.timeout)


def add_logs(commands: Any) -> None:
    made = command(
        commands, _logs, "logs", "what a console has shown so far",
        "./antbed logs linux --follow", "./antbed logs ant --kernel --level warning", parents=[named()],
    )
    made.add_argument("which", nargs="?", choices=logs.LOGS, default="linux", help="default: %(default)s")
    made.add_argument("-f", "--follow", action="store_true", help="go on until the machine ends")
    made.add_argument("--kernel", action="store_true", help="with ant: the log of its kernel, as Linux reads it")
    made.add_argument("-l", "--level", choices=logs.LEVELS, help="--kernel: lines of this level and more urgent ones")
    made.add_argument("-n", "--lines", type=int, metavar="N", help="--kernel: only the last N")


def _logs(arguments: argparse.Namespace) -> int:
    if arguments.kernel:
        logs.show_kernel_log(arguments.name, arguments.which, arguments.level, arguments.lines)
    else:
        if arguments.follow and (how := how_to_end()) != "Ctrl-C":
            print(f"antbed: Ctrl-C is ignored here; {how} ends this", file=sys.stderr)
        logs.show(arguments.name, arguments.which, arguments.follow)
    return 0


def add_console(commands: Any) -> None:
    made = command(
        commands, _console, "console", "a console on this terminal; Ctrl-] leaves", "./antbed console linux",
        parents=[named()],
    )
    made.add_argument("which", nargs="?", choices=tuple(CONSOLES), default="ant", help="default: %(default)s")
    made.add_argument("--no-report", action="store_true", help="the machine's end is one line, without its logs")


def _console(arguments: argparse.Namespace) -> int:
    try:
        interact(need_machine(arguments.name), arguments.which)
    except MachineEnded as ended:
        print(f"antbed: {ended}", file=sys.stderr)
    except MachineFailed as failed:
        if not arguments.no_report:
            raise
        raise TestbedError(str(failed)) from failed
    return 0


def add_run(commands: Any) -> None:
    made = command(
        commands, _run, "run", "both consoles; without a terminal, a short script",
        "./antbed run", "./antbed run --no-tmux", parents=[bootable()],
    )
    made.add_argument("--no-tmux", action="store_true", help="one console, AnT's, on this terminal as it is")


def _run(arguments: argparse.Namespace) -> int:
    """Boots the machine, shows it, ends it. A machine that is up already is used and left running."""
    wanted, progress = wish(arguments), Progress(sys.stdout)
    farewell = "machine ended, nothing is left running"
    with lease(wanted.name, partial(up, wanted, progress), progress, farewell=farewell) as (instance, own):
        if not own:
            progress.say(f"machine '{wanted.name}' runs already: using it, and leaving it running")
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return 0 if play(instance, sys.stdout) else 1
        _show(instance, own, arguments.no_tmux, progress)
        if not instance.alive():
            _say_end(instance, progress)
    return 0


def _say_end(instance: Instance, progress: Progress) -> None:
    """The machine ended under the user's eyes: by a word of theirs, or it failed."""
    try:
        instance.check(gone=True)
    except MachineEnded as ended:
        progress.say(str(ended))


def _show(instance: Instance, own: bool, no_tmux: bool, progress: Progress) -> None:
    if (why := _why_no_tmux(no_tmux)) is None:
        tmux.show(instance, own)
        return
    name = "" if instance.run.name == DEFAULT_NAME else f" --name {instance.run.name}"
    leave = "leaves and ends the machine" if own else "leaves"
    progress.say(f"one console, AnT's ({why}); Ctrl-] {leave}")
    progress.say(f"Linux's console, in another terminal: ./antbed console linux{name}")
    with suppress(MachineEnded):  # _run says so
        interact(instance, "ant")


def _why_no_tmux(unwanted: bool) -> str | None:
    if unwanted:
        return "--no-tmux"
    if not is_screen(sys.stdout):
        return "this terminal cannot show two: TERM is dumb, or not set"
    return None if tmux.is_there() else "tmux is missing: Debian's package tmux shows both"


def add_debug(commands: Any) -> None:
    made = command(
        commands, _debug, "debug", "gdb on both kernels of a machine that is up",
        "./antbed debug ant",
        "./antbed debug --command where-is-call --command 'ant-bt 2'",
        more="With --command it needs no terminal. In gdb, `antbed` lists our commands. docs/debugging.md: a session.",
        parents=[named()],
    )
    made.add_argument(
        "view", nargs="?", choices=("ant", "linux", "both"), default="both",
        help="whose view gdb begins with: AnT's first core, or Linux's (default: %(default)s, Linux's core first)",
    )
    made.add_argument(
        "-c", "--command", dest="gdb_commands", action="append", default=[], metavar="COMMAND",
        help="no prompt: gdb runs this, and those of further --command, and ends",
    )


def _debug(arguments: argparse.Namespace) -> int:
    instance = need_machine(arguments.name)
    debugger.need_gdb()
    if not arguments.gdb_commands:
        signal.signal(signal.SIGINT, lambda number, frame: None)  # Ctrl-C is gdb's: it stops the machine
    return debugger.run(instance, arguments.view, tuple(arguments.gdb_commands)).returncode
