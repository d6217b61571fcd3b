# SPDX-License-Identifier: GPL-2.0-only
"""./antbed trace and top: the calls between the two systems, one by one, and counted.

For a trace `ant-trace hold` on Linux has the recording on as long as it lives: it ends with our end of the control
channel, so however we end, the recording is off. On AnT the shell's word `trace` marks what the command runs.
Afterwards `ant-trace dump` gives us the records.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from ..errors import STATUS_INTERRUPTED, TestbedError, UsageError
from ..observe import counters
from ..observe.trace import timeline
from ..observe.trace.calls import parse
from ..observe.trace.events import events
from ..observe.trace.svg import picture
from ..paths import shown
from ..run.instance import Instance
from ..talk.lease import need_machine, some_machine
from ..talk.session import EXEC_SECONDS, command_text, execute, holding, output_of
from ..terminal import Progress, how_to_end
from .usage import FILES, bootable, command, completes, named, wish, words_after

_RECORDER = "ant-trace"  # on Linux (userland/trace)
_DEFAULT_CALLS = 4
_TRACE_MORE = (
    "The command's output goes to standard output, the timeline to standard error; the exit status is the command's."
    " The file is for https://ui.perfetto.dev or chrome://tracing. docs/seeing-calls.md explains what is seen."
)

_READER = "ant-counters"  # on Linux (userland/counters)
_INTERVAL = 1.0
_PATIENCE = 60.0  # seconds for one look: another command may be running on Linux
_LINES = 24
_CLEAR = "\x1b[H\x1b[2J"
_TOP_MORE = (
    "On a terminal it goes on until Ctrl-C; otherwise it prints one table of all calls since AnT's start. Percentiles"
    " are the ends of buckets that double: the figure is below that, and above half of it. docs/seeing-calls.md has the"
    " names of all counters."
)


def add_trace(commands: Any) -> None:
    made = command(
        commands, _trace, "trace", "run a command on AnT and show the way of its calls through both systems",
        "./antbed trace --output calls.json -- cat /host/hello.txt", more=_TRACE_MORE,
        parents=[bootable()],
    )
    output = made.add_argument(
        "-o", "--output", type=Path, metavar="FILE",
        help="the trace events go there (default: trace.json in the directory of the machine's run)",
    )
    completes(output, FILES)
    made.add_argument(
        "--calls", type=int, default=_DEFAULT_CALLS, metavar="N",
        help="show the first N calls stop by stop (default: %(default)s)",
    )
    svg = made.add_argument("--svg", type=Path, metavar="FILE", help="a picture of one call, too")
    completes(svg, FILES)
    made.add_argument("--call", type=int, default=1, metavar="N", help="which one --svg shows (default: the first)")
    words_after(made, EXEC_SECONDS)


def _trace(arguments: argparse.Namespace) -> int:
    if arguments.calls < 0 or arguments.call < 1:
        raise UsageError("--calls is 0 or more, --call 1 or more")
    # A path that cannot be written to is found out before, not after the command.
    for path in (arguments.output, arguments.svg):
        if path is not None and not path.parent.is_dir():
            raise UsageError(f"{path.parent} is no directory")
    text = command_text(arguments.words)
    with some_machine(wish(arguments), Progress(sys.stderr)) as instance:
        status = _recording(instance, text, arguments.timeout)
        trace = parse(output_of(instance, f"{_RECORDER} dump"))
        output = arguments.output or instance.run.file("trace.json")
        _save(output, json.dumps(events(trace), indent=1) + "\n")
        if arguments.svg:
            if arguments.call > len(trace.calls):
                raise TestbedError(f"--call {arguments.call}: the command made {len(trace.calls)} calls")
            _save(arguments.svg, picture(trace, trace.calls[arguments.call - 1]))
    for line in timeline.lines(trace, text, arguments.calls):
        print(line, file=sys.stderr)
    print(f"trace events for ui.perfetto.dev: {shown(output)}", file=sys.stderr)
    return status


def _recording(instance: Instance, text: str, limit: float) -> int:
    """The command with the recording on; Ctrl-C ends it, and what was recorded until then is shown."""
    with holding(instance, "linux", f"{_RECORDER} hold", b"on\n"):
        try:
            return execute(instance, "ant", f"trace {text}", limit)
        except KeyboardInterrupt:
            return STATUS_INTERRUPTED


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TestbedError(f"cannot write {path}: {error.strerror}") from None


def add_top(commands: Any) -> None:
    made = command(
        commands, _top, "top", "the calls between the systems, live: how many, how long, proxies, memory, errors",
        "./antbed top", "./antbed top --once --json", more=_TOP_MORE,
        parents=[named()],
    )
    made.add_argument("--once", action="store_true", help="one table of all calls since AnT's start")
    made.add_argument(
        "--json", action="store_true", help="facts, one JSON object a line; docs/seeing-calls.md has the keys"
    )
    made.add_argument("--seconds", type=float, metavar="N", help="every second for N seconds, terminal or not")


def _top(arguments: argparse.Namespace) -> int:
    if arguments.seconds is not None and (arguments.once or arguments.seconds < 0):
        raise UsageError("--seconds N is 0 or more, and goes without --once")
    instance = need_machine(arguments.name)
    terminal = sys.stdout.isatty() and not arguments.json
    if arguments.once or (arguments.seconds is None and not terminal):
        look = _look(instance)
        facts = counters.between(counters.since_start(look), look)
        if arguments.json:
            print(json.dumps(facts.facts()))
        else:
            title = f"{arguments.name}: all calls in the {facts.seconds:.0f} s since AnT's start"
            print("\n".join(counters.table(facts, title)))
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
        facts = counters.between(before, after)
        if arguments.json:
            print(json.dumps(facts.facts()), flush=True)
        else:
            title = f"{arguments.name}: calls in the last {facts.seconds:.1f} s of the machine's time"
            lines = counters.table(facts, f"{title}; {how_to_end()} ends this", _LINES if terminal else None)
            shown = "\n".join(lines)
            print(f"{_CLEAR if terminal else ''}{shown}{'' if terminal else chr(10)}", flush=True)
        before = after


def _look(instance: Instance) -> counters.Look:
    return counters.parse(output_of(instance, _READER, _PATIENCE))
