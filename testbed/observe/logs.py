# SPDX-License-Identifier: GPL-2.0-only
"""./antbed logs: what a console has shown, and go on with it; the log of AnT's kernel."""

from __future__ import annotations

import re
import sys
import time
from typing import BinaryIO

from ..errors import TestbedError, UsageError
from ..run.instance import Instance
from ..run.rundir import CONSOLE_ANT, CONSOLE_LINUX, RunDirectory
from ..talk.session import capture

LOGS = {"linux": CONSOLE_LINUX, "ant": CONSOLE_ANT, "qemu": "qemu"}
LEVELS = ("error", "warning", "info", "debug")
_POLL_SECONDS = 0.2
_READER = "ant-klog"  # on Linux (userland/klog)
_LOG_LINE = re.compile(r"\[ *\d+\.\d{6}\] core \d+: ")
_PANIC = "AnT panic on core "


def _opened(name: str, which: str) -> BinaryIO:
    """The log, of the last machine too when that has ended."""
    try:
        return RunDirectory.named(name).log(LOGS[which]).open("rb")
    except FileNotFoundError:
        raise TestbedError(f"machine '{name}' has no log yet; ./antbed up starts it") from None


def show(name: str, which: str, follow: bool) -> None:
    """Prints the log."""
    with _opened(name, which) as log:
        while True:
            instance = Instance.find(name)
            alive = instance is not None and instance.alive()
            sys.stdout.buffer.write(log.read())
            sys.stdout.buffer.flush()
            if not follow or not alive:
                return
            time.sleep(_POLL_SECONDS)


def show_kernel_log(name: str, which: str, level: str | None, lines: int | None) -> None:
    """AnT's kernel log as Linux reads it from AnT's memory, so after a panic of AnT, too.

    When the whole machine has ended, its memory is gone: then what AnT's kernel had written to its console.
    """
    if which != "ant":
        raise UsageError("--kernel is for AnT's: ./antbed logs ant --kernel")
    instance = Instance.find(name)
    if instance is not None and instance.alive():
        words = ["-l", level] if level else []
        words += ["-n", str(lines)] if lines is not None else []
        status, out, err = capture(instance, "linux", " ".join([_READER, *words]))
        sys.stdout.buffer.write(out)
        sys.stdout.buffer.flush()
        if status != 0:
            raise TestbedError(err.decode("utf-8", "replace").strip())
        return
    with _opened(name, "ant") as log:
        console = log.read().decode("utf-8", "replace")
    print("(the machine has ended: this is what its kernel wrote to AnT's console)", file=sys.stderr)
    for line in _kernel_lines(console):
        print(line)


def _kernel_lines(console: str) -> list[str]:
    """The lines of the log among what a console shows, and a panic to its end."""
    before, mark, panic = console.partition(_PANIC)
    lines = [line for line in before.splitlines() if _LOG_LINE.match(line)]
    return lines + (mark + panic).splitlines()
