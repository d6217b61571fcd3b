# SPDX-License-Identifier: GPL-2.0-only
"""./antbed: all commands in the order of its help, and where each error ends, as one line and a status."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path
from types import FrameType

from ..errors import STATUS_FAILED, STATUS_INTERRUPTED, MachineFailed, TestbedError
from ..paths import ROOT, shown
from . import completion, dialogue, evaluation, lifetime, watching
from .usage import epilog

_ADD = (
    lifetime.add_doctor, lifetime.add_up, lifetime.add_xml, dialogue.add_exec, lifetime.add_status, dialogue.add_logs,
    dialogue.add_console, dialogue.add_run, dialogue.add_debug, watching.add_trace, watching.add_top, lifetime.add_down,
    evaluation.add_bench, evaluation.add_report, evaluation.add_compare, evaluation.add_bench_check,
)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="antbed",
        description="Boots and drives the machine that Linux and AnT share.",
        **epilog(
            ("./antbed up", "./antbed exec -- ls -l /host", "./antbed exec --on linux -- uname -r", "./antbed down"),
            "Each command has its own help, with examples: ./antbed up --help.",
        ),
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in _ADD:
        add(commands)
    completion.add_completion(commands, top)
    return top


def _end(number: int, frame: FrameType | None) -> None:
    # As an exception, so that what was started is ended on the way out.
    raise SystemExit(128 + number)


def _open_standard_streams() -> None:
    """Those that whoever started us has closed: a file opened later would take the number, and what we say. What the
    others' encoding does not have is written as \\uXXXX: a path may be in any language."""
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            setattr(sys, name, open(descriptor, mode, encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main() -> int:
    _open_standard_streams()
    os.umask(os.umask(0o022) | 0o022)  # else anybody may write to a machine's sockets
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, _end)
    try:
        arguments = parser().parse_args()
        return int(arguments.act(arguments))
    except MachineFailed as failed:
        print(f"{failed.report}\nantbed: {failed}".lstrip(), file=sys.stderr)
        return failed.status
    except TestbedError as error:
        for line in str(error).splitlines():
            print(f"antbed: {line}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        print("\nantbed: interrupted", file=sys.stderr)
        return STATUS_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone. What Python still holds for it has no reader either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        print(f"antbed: {_of_this_computer(error)}", file=sys.stderr)
        return STATUS_FAILED


def _of_this_computer(error: OSError) -> str:
    """A full disk, a file that may not be written, a program that is not there: what, and who of us met it."""
    what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error)
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(f"{ROOT}/")]
    return f"{what} (met by {shown(Path(ours[-1].filename))}, line {ours[-1].lineno})" if ours else what
