# SPDX-License-Identifier: GPL-2.0-only
"""./antbed trace: its options, and what it does.

On Linux `ant-trace hold` has the recording on as long as it lives: it ends with our end of the control channel, so
however we end, the recording is off. On AnT the shell's word `trace` marks what the command runs. Afterwards `ant-trace
dump` gives us the records.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..run.boot import Wish
from ..errors import STATUS_INTERRUPTED, TestbedError, UsageError
from ..run.instance import Instance
from ..paths import shown
from ..progress import Progress
from ..talk.session import EXEC_SECONDS, capture, command_text, execute, holding, some_machine
from .usage import FILES, command, completes
from ..observe.trace import timeline
from ..observe.trace.calls import Trace, parse
from ..observe.trace.events import events
from ..observe.trace.svg import picture

_RECORDER = "ant-trace"  # on Linux (userland/trace)
_DEFAULT_CALLS = 4
_MORE = (
    "The command's output goes to standard output, the timeline to standard error; the exit status is the command's."
    " The file is for https://ui.perfetto.dev or chrome://tracing. docs/seeing-calls.md explains what is seen."
)


def add_parser(commands: Any, bootable: argparse.ArgumentParser, wish: Callable[[argparse.Namespace], Wish]) -> None:
    trace = command(
        commands, "trace", "run a command on AnT and show the way of its calls through both systems",
        "./antbed trace --output calls.json -- cat /host/hello.txt", more=_MORE, parents=[bootable],
    )
    output = trace.add_argument(
        "-o", "--output", type=Path, metavar="FILE",
        help="the trace events go there (default: trace.json in the directory of the machine's run)",
    )
    completes(output, FILES)
    trace.add_argument(
        "--calls", type=int, default=_DEFAULT_CALLS, metavar="N",
        help="show the first N calls room by room (default: %(default)s)",
    )
    svg = trace.add_argument("--svg", type=Path, metavar="FILE", help="a picture of one call, too")
    completes(svg, FILES)
    trace.add_argument("--call", type=int, default=1, metavar="N", help="which one --svg shows (default: the first)")
    trace.add_argument(
        "--timeout", type=float, default=EXEC_SECONDS, metavar="S", help="seconds (default: %(default)g)"
    )
    trace.add_argument("words", nargs="+", metavar="WORD", help="after --; one word is a whole command line")
    trace.set_defaults(act=lambda arguments: _trace(arguments, wish(arguments)))


def _trace(arguments: argparse.Namespace, wish: Wish) -> int:
    if arguments.calls < 0 or arguments.call < 1:
        raise UsageError("--calls is 0 or more, --call 1 or more")
    # A path that cannot be written to is found out before, not after the command.
    for path in (arguments.output, arguments.svg):
        if path is not None and not path.parent.is_dir():
            raise UsageError(f"{path.parent} is no directory")
    text = command_text(arguments.words)
    with some_machine(wish, Progress(sys.stderr)) as instance:
        status = _run(instance, text, arguments.timeout)
        trace = _recorded(instance)
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


def _run(instance: Instance, text: str, limit: float) -> int:
    """The command with the recording on; Ctrl-C ends it, and what was recorded until then is shown."""
    with holding(instance, "linux", f"{_RECORDER} hold", b"on\n"):
        try:
            return execute(instance, "ant", f"trace {text}", limit)
        except KeyboardInterrupt:
            return STATUS_INTERRUPTED


def _recorded(instance: Instance) -> Trace:
    status, out, err = capture(instance, "linux", f"{_RECORDER} dump")
    if status != 0:
        raise TestbedError(err.decode("utf-8", "replace").strip())
    return parse(out.decode("utf-8", "replace"))


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TestbedError(f"cannot write {path}: {error.strerror}") from None
