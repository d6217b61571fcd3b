# SPDX-License-Identifier: GPL-2.0-only
"""./antbed top: its options, and what it does."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from ..errors import TestbedError, UsageError
from ..run.instance import Instance
from ..talk.session import capture, need_machine
from .usage import command
from ..observe import counters_table
from ..observe.counters import Look, between, parse, since_start

_READER = "ant-counters"  # on Linux (userland/counters)
_INTERVAL = 1.0
_PATIENCE = 60.0  # seconds for one look: another command may be running on Linux
_LINES = 24
_CLEAR = "\x1b[H\x1b[2J"
_MORE = (
    "On a terminal it goes on until Ctrl-C; otherwise it prints one table of all calls since AnT's start. Percentiles"
    " are the ends of buckets that double: the figure is below that, and above half of it. docs/seeing-calls.md has the"
    " names of all counters."
)


def add_parser(commands: Any, named: argparse.ArgumentParser) -> None:
    top = command(
        commands, "top", "the calls between the systems, live: how many, how long, proxies, memory, errors",
        "./antbed top", "./antbed top --once --json", more=_MORE, parents=[named],
    )
    top.add_argument("--once", action="store_true", help="one table of all calls since AnT's start")
    top.add_argument(
        "--json", action="store_true", help="facts, one JSON object a line; docs/seeing-calls.md has the keys"
    )
    top.add_argument("--seconds", type=float, metavar="N", help="every second for N seconds, terminal or not")
    top.set_defaults(act=_top)


def _top(arguments: argparse.Namespace) -> int:
    if arguments.seconds is not None and (arguments.once or arguments.seconds < 0):
        raise UsageError("--seconds N is 0 or more, and goes without --once")
    instance = need_machine(arguments.name)
    terminal = sys.stdout.isatty() and not arguments.json
    if arguments.once or (arguments.seconds is None and not terminal):
        look = _look(instance)
        facts = between(since_start(look), look)
        if arguments.json:
            print(json.dumps(facts.facts()))
        else:
            title = f"{arguments.name}: all calls in the {facts.seconds:.0f} s since AnT's start"
            print("\n".join(counters_table.lines(facts, title)))
        return 0
    try:
        _go_on(instance, arguments, terminal)
    except KeyboardInterrupt:
        print()
    return 0


def _go_on(instance: Instance, arguments: argparse.Namespace, terminal: bool) -> None:
    end = None if arguments.seconds is None else time.monotonic() + arguments.seconds
    before = _look(instance)
    while end is None or time.monotonic() < end:
        wait = _INTERVAL if end is None else min(_INTERVAL, max(0.0, end - time.monotonic()))
        time.sleep(wait)
        after = _look(instance)
        facts = between(before, after)
        if arguments.json:
            print(json.dumps(facts.facts()), flush=True)
        else:
            how = f"{arguments.name}: calls in the last {facts.seconds:.1f} s of the machine's time; Ctrl-C ends this"
            shown = "\n".join(counters_table.lines(facts, how, _LINES if terminal else None))
            print(f"{_CLEAR if terminal else ''}{shown}{'' if terminal else chr(10)}", flush=True)
        before = after


def _look(instance: Instance) -> Look:
    status, out, err = capture(instance, "linux", _READER, _PATIENCE)
    if status != 0:
        raise TestbedError(err.decode("utf-8", "replace").strip())
    return parse(out.decode("utf-8", "replace"))
