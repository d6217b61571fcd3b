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
_REBOOTING = re.compile(rb"Rebooting in \d+ seconds\.\.\s*\Z")
_ANT_PANIC = re.compile(rb"^AnT panic on core \d[^\r\n]*", re.MULTILINE)
_ANT_STOPPED = re.compile(rb"^AnT has stopped; Linux goes on\.\s*\Z", re.MULTILINE)
_PROMPT = re.compile(rb"^(antsh\$|linux:\S*#) ", re.MULTILINE)
# Linux 3.0.8 has one more line.
_LINUX_END = re.compile(
    rb"^(?:\[ *\d+\.\d+\] )?(?:reboot: )?(?:Power down|Restarting system)\b[^\n]*\s*"
    rb"(?:\[ *\d+\.\d+\] acpi_power_off called\s*)?\Z",
    re.MULTILINE,
)
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


def recent(path: Path, lines: int) -> str:
    """The last lines of a log as plain text, to go on from: a prompt ends with its space."""
    return "".join(_plain(path).splitlines(keepends=True)[-lines:])


def tail(path: Path, lines: int) -> str:
    """The last lines of a log for a report."""
    return "\n".join(_plain(path).rstrip().splitlines()[-lines:])


def _plain(path: Path) -> str:
    return _CONTROL.sub(b"", tail_bytes(path)).decode("utf-8", "replace")


# A panic's words on a console prove nothing: any program can write them. That there was one is known by how QEMU
# ended, or by the console's very last line, after which a kernel that has panicked lets nobody write.


def linux_panic(run: RunDirectory) -> str | None:
    """What Linux said of the panic that ended the machine."""
    return _find(_PANIC, run, CONSOLE_LINUX)


def linux_panic_before_reboot(run: RunDirectory) -> str | None:
    """What Linux said, when its last line is that it reboots for a panic (panic=1). Whoever switches it off has the
    kernel say so last."""
    return linux_panic(run) if _find(_REBOOTING, run, CONSOLE_LINUX) else None


def linux_end(run: RunDirectory) -> str | None:
    """Linux's own last word that it was told to end the machine, and how that is called."""
    found = _find(_LINUX_END, run, CONSOLE_LINUX)
    if found is None:
        return None
    return "Linux was switched off" if "Power down" in found else "Linux was told to reboot, which ends the machine"


def ant_panic(run: RunDirectory) -> str | None:
    """What AnT said of the panic that ended it."""
    return _find(_ANT_PANIC, run, CONSOLE_ANT)


def ant_has_stopped(run: RunDirectory) -> bool:
    """Whether AnT has panicked and left the machine running (debug_exit=0)."""
    return ant_panic(run) is not None and _find(_ANT_STOPPED, run, CONSOLE_ANT) is not None


def ant_not_started(run: RunDirectory) -> str | None:
    """Linux's word that it could not start AnT."""
    return _find(_NOT_STARTED, run, CONSOLE_LINUX)


def _find(pattern: re.Pattern[bytes], run: RunDirectory, console: str) -> str | None:
    """The last such line, unless a shell has asked for a command since."""
    text = tail_bytes(run.log(console))
    found = list(pattern.finditer(text))
    if not found or _PROMPT.search(text, found[-1].end()):
        return None
    return found[-1].group().decode("utf-8", "replace").strip()


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
