# SPDX-License-Identifier: GPL-2.0-only
"""What is shown when a machine failed: the ends of its consoles, its logs, how to do it again."""

from __future__ import annotations

import re
from pathlib import Path

from ..paths import shown
from .rundir import CONSOLE_ANT, CONSOLE_LINUX, STATE, RunDirectory
from .state import BENCH, MachineState

LINES = 40
_TAIL_BYTES = 64 << 10

_PANIC = re.compile(rb"Kernel panic - not syncing: [^\r\n]*")
_ANT_PANIC = re.compile(rb"^AnT panic on core \d[^\r\n]*", re.MULTILINE)
_NOT_STARTED = re.compile(rb"AnT: not started: [^\r\n]*")
# Terminal control sequences and control characters: a report is plain text.
_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[@-Z\\-_]|[\x00-\x08\x0b-\x1f\x7f]")


def tail_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - _TAIL_BYTES))
            return log.read()
    except FileNotFoundError:
        return b""


def head_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as log:
            return log.read(_TAIL_BYTES)
    except FileNotFoundError:
        return b""


def tail(path: Path, lines: int) -> str:
    """The last lines of a log as plain text."""
    text = _CONTROL.sub(b"", tail_bytes(path)).decode("utf-8", "replace")
    return "\n".join(text.rstrip().splitlines()[-lines:])


def linux_panic(run: RunDirectory) -> str | None:
    """Linux's own word that it has panicked."""
    return _find(_PANIC, run, CONSOLE_LINUX)


def ant_panic(run: RunDirectory) -> str | None:
    """AnT's own word that it has panicked."""
    return _find(_ANT_PANIC, run, CONSOLE_ANT)


def ant_not_started(run: RunDirectory) -> str | None:
    """Linux's word that it could not start AnT."""
    return _find(_NOT_STARTED, run, CONSOLE_LINUX)


def _find(pattern: re.Pattern[bytes], run: RunDirectory, console: str) -> str | None:
    found = pattern.search(tail_bytes(run.log(console)))
    return found.group().decode("utf-8", "replace").strip() if found else None


def of(run: RunDirectory, state: MachineState) -> str:
    """The whole report on a machine that failed."""
    parts = []
    for who, what in (("Linux", CONSOLE_LINUX), ("AnT", CONSOLE_ANT)):
        path = run.log(what)
        parts.append(f"--- {who}'s console, last {LINES} lines of {shown(path)}")
        parts.append(tail(path, LINES) or "(nothing)")
    parts.append("---")
    said = tail(run.log("qemu"), 5)
    if said:
        parts.append(f"QEMU said: {said}")
    parts.append(f"logs:  {shown(run.path)}/*.log")
    if state.phase != BENCH and "AnT panic on core" in tail(run.log(CONSOLE_ANT), LINES):
        parts.append("state: AnT's panic above has its registers; the machine ended with it")
    elif run.file(STATE).exists():
        parts.append(f"state: {shown(run.file(STATE))}: registers, backtraces, where each call stands")
    parts.append(f"accelerator: {state.accelerator} ({state.reason})")
    parts.append(f"again: {state.again}")
    return "\n".join(parts)
