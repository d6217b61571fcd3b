# SPDX-License-Identifier: GPL-2.0-only
"""The seam between a machine and who runs its QEMU: this project itself (direct.py) or libvirt (virt/domain.py)."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ..errors import UsageError
from .qemu import Boot
from .rundir import RunDirectory

QEMU = "qemu"
LIBVIRT = "libvirt"
CHOICES = (QEMU, LIBVIRT)


def default() -> str:
    """What --backend is when it is not given."""
    return os.environ.get("ANTBED_BACKEND") or QEMU


class Monitor(Protocol):
    """QEMU's control protocol."""

    def execute(self, command: str, **arguments: Any) -> Any:
        """QMP's answer; QmpError when QEMU refuses or does not answer."""

    def registers(self) -> str:
        """The registers of all cores, as QEMU's monitor prints them."""


class Backend(Protocol):
    """One machine's QEMU. Files are in the machine's run directory, whoever runs it: the consoles' and control
    channels' logs, the control channels' sockets."""

    def alive(self) -> bool:
        """Whether QEMU is there; also when it is stopped or hangs."""

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


def start(boot: Boot, state: dict[str, Any]) -> tuple[Backend, dict[str, Any]]:
    """Starts QEMU with its guest halted; the back end, and what to keep in the state so that of() finds it again."""
    if boot.connect:
        from .virt.domain import Domain

        return Domain.start(boot, state)
    from .direct import Direct

    return Direct.start(boot, state)


def of(run: RunDirectory, state: dict[str, Any]) -> Backend:
    """The back end of a machine that was started."""
    if state.get("backend", QEMU) == LIBVIRT:
        from .virt.domain import Domain

        return Domain(run, state)
    from .direct import Direct

    return Direct(run, state)


def connection(kind: str, uri: str | None) -> str:
    """Which libvirt --backend and --connect mean; "" is none: this project runs QEMU itself."""
    if kind == LIBVIRT:
        from .virt import connection as libvirt

        return libvirt.meant(uri)
    if uri is not None:
        raise UsageError(f"--connect {uri} is for libvirt: give --backend libvirt, too")
    return ""


def waited(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition comes true within that time."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= limit:
            return False
        time.sleep(0.02)
    return True
