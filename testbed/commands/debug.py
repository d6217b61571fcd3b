# SPDX-License-Identifier: GPL-2.0-only
"""./antbed debug: its options, and what it does."""

from __future__ import annotations

import argparse
import signal
from typing import Any

from ..talk.session import need_machine
from .usage import command
from ..talk import debugger


def add_parser(commands: Any, named: argparse.ArgumentParser) -> None:
    debug = command(
        commands, "debug", "gdb on both kernels of a machine that is up",
        "./antbed debug ant",
        "./antbed debug --command where-is-call --command 'ant-bt 2'",
        more="With --command it needs no terminal. In gdb, `antbed` lists our commands. docs/debugging.md: a session.",
        parents=[named],
    )
    debug.add_argument(
        "view", nargs="?", choices=("ant", "linux", "both"), default="both",
        help="whose view gdb begins with: AnT's first core, or Linux's (default: %(default)s, Linux's core first)",
    )
    debug.add_argument(
        "-c", "--command", dest="gdb_commands", action="append", default=[], metavar="COMMAND",
        help="no prompt: gdb runs this, and those of further --command, and ends",
    )
    debug.set_defaults(act=_debug)


def _debug(arguments: argparse.Namespace) -> int:
    instance = need_machine(arguments.name)
    debugger.need_gdb()
    if not arguments.gdb_commands:
        signal.signal(signal.SIGINT, lambda number, frame: None)  # Ctrl-C is gdb's: it stops the machine
    return debugger.run(instance, arguments.view, tuple(arguments.gdb_commands)).returncode
