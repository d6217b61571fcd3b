# SPDX-License-Identifier: GPL-2.0-only
"""The directory of one machine's run: logs, sockets, locks and the state file."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from ..errors import TestbedError, UsageError
from ..files import locked, write_whole
from ..paths import BUILD

# What a machine has a socket of; consoles, control channels and the serial port have a log as well.
CONSOLE_LINUX = "console-linux"
CONSOLE_ANT = "console-ant"
CONTROL_LINUX = "control-linux"
CONTROL_ANT = "control-ant"
SERIAL_LINUX = "serial-linux"  # where the description gives Linux a further serial port
QMP = "qmp"
TMUX = "tmux"
GDB = "gdb"
GDB_QEMU = "gdb-qemu"
SOCKETS = (CONSOLE_LINUX, CONSOLE_ANT, CONTROL_LINUX, CONTROL_ANT, SERIAL_LINUX, QMP, TMUX, GDB, GDB_QEMU)

ENDED = "ended"  # a note: the machine was ended from here
STATE = "state.txt"  # what both systems were doing when the machine failed

DEFAULT_NAME = "default"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_UNIX_PATH_LIMIT = 107  # bytes in sockaddr_un without the closing NUL


@dataclass(frozen=True)
class RunDirectory:
    name: str
    path: Path

    @classmethod
    def named(cls, name: str) -> RunDirectory:
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} is no name for a machine: letters, digits, - _ . and at most 32 of them")
        return cls(name, BUILD / "run" / name)

    def file(self, name: str) -> Path:
        return self.path / name

    def log(self, what: str) -> Path:
        return self.path / f"{what}.log"

    @property
    def sockets(self) -> Path:
        """The run directory itself, or a short one in its place when the path of a socket would be too long."""
        longest = max(len(os.fsencode(self.path / f"{what}.sock")) for what in SOCKETS)
        if longest <= _UNIX_PATH_LIMIT:
            return self.path
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        # A fixed place: whoever asks finds the machine, by ssh, cron or su, whatever their environment says.
        return Path("/tmp") / f"antbed-{os.getuid()}-{digest}"

    def socket(self, what: str) -> Path:
        return self.sockets / f"{what}.sock"

    def prepare(self) -> None:
        """Makes the directories, empty except for locks."""
        self.path.mkdir(parents=True, exist_ok=True)
        for entry in self.path.iterdir():
            if entry.suffix != ".lock":
                entry.unlink()
        if self.sockets != self.path:
            _private_directory(self.sockets)

    def remove_sockets(self) -> None:
        for what in SOCKETS:
            self.socket(what).unlink(missing_ok=True)
        if self.sockets != self.path and self.sockets.is_dir():
            self.sockets.rmdir()

    def locked(
        self, what: str, patience: float, busy: str | Callable[[], str], waiting: Callable[[str], None] | None = None
    ) -> AbstractContextManager[None]:
        self.path.mkdir(parents=True, exist_ok=True)
        return locked(self.file(f"{what}.lock"), patience, busy, waiting)

    def is_locked(self, what: str) -> bool:
        """By somebody else."""
        try:
            with self.locked(what, 0.0, ""):
                return False
        except TestbedError:
            return True

    def read_state(self) -> str:
        """Empty when there is none."""
        try:
            return self.file("state.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def write_state(self, text: str) -> None:
        write_whole(self.file("state.json"), text)

    def remove_state(self) -> None:
        self.file("state.json").unlink(missing_ok=True)


def all_runs() -> list[RunDirectory]:
    """Every machine that has a state file."""
    return [RunDirectory(path.parent.name, path.parent) for path in sorted((BUILD / "run").glob("*/state.json"))]


def _private_directory(path: Path) -> None:
    """A directory of ours in a place where others may write: refuses one that is not ours."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise TestbedError(f"{path} exists and is not a private directory of this user; remove it") from None
