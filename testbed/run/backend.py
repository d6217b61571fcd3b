# SPDX-License-Identifier: GPL-2.0-only
"""The seam between a machine and whoever runs its QEMU: this project (direct.py) or libvirt (virt/domain.py)."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Monitor(Protocol):
    """QEMU's control protocol."""

    def execute(self, command: str, **arguments: Any) -> Any:
        """QMP's answer; QmpError when QEMU refuses or does not answer."""


class Backend(Protocol):
    """One machine's QEMU. Files are in the machine's run directory, whoever runs it: the consoles' and control
    channels' logs, the control channels' sockets."""

    def alive(self) -> bool:
        """Whether QEMU is there; also when it is stopped or hangs."""

    def why_paused(self) -> str | None:
        """Why QEMU does not let the guest run; None when it does, or cannot be asked now."""

    def resume(self) -> None:
        """Lets a guest that is paused run."""

    def how_it_ended(self) -> str:
        """For a machine that is no longer alive."""

    def await_end_known(self) -> None:
        """Gives what keeps the way QEMU ended a moment to write it down."""

    def monitor(self) -> AbstractContextManager[Monitor]:
        """For one user at a time."""

    def console(self, what: str) -> AbstractContextManager[socket.socket]:
        """A connection to a console (rundir.CONSOLE_*). OSError: it cannot be reached."""

    def kill(self) -> None:
        """Ends QEMU, politely at first; an error when it cannot be ended."""

    def clear(self) -> None:
        """After kill(): nothing but logs stays."""


def waited(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition comes true within that time."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= limit:
            return False
        time.sleep(0.02)
    return True


def human(monitor: Monitor, command: str) -> str:
    """What QEMU's monitor for people prints."""
    return str(monitor.execute("human-monitor-command", **{"command-line": command})).replace("\r", "").strip()
