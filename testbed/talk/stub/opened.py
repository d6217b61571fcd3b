# SPDX-License-Identifier: GPL-2.0-only
"""A gdb stub for a machine that is up: opened when somebody asks, and closed without a trace."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...errors import TestbedError
from ...run.attached import escape
from ...run.backend import Monitor
from ...run.instance import Instance
from ...run.qmp import QmpError
from ...run.rundir import GDB, GDB_QEMU
from .qemu_stub import QemuStub
from .two_processes import TwoProcesses

_QEMU_SECONDS = 30.0  # QEMU's answer to one question


def _monitor(qmp: Monitor, command: str) -> str:
    return str(qmp.execute("human-monitor-command", **{"command-line": command})).strip()


@contextmanager
def _qemus(instance: Instance) -> Iterator[QemuStub]:
    """QEMU's own stub. The machine stands still from the first word to it, and runs again behind this."""
    path = instance.run.socket(GDB_QEMU)
    path.unlink(missing_ok=True)
    with instance.qmp() as qmp:
        _monitor(qmp, "gdbserver none")  # whose user was killed
        if "Could not" in (said := _monitor(qmp, f'gdbserver "unix:{escape(str(path))},server=on,wait=off"')):
            raise TestbedError(f"QEMU opens no gdb stub: {said}")
        try:
            stub = QemuStub(path, _QEMU_SECONDS)
            try:
                yield stub
            finally:
                stub.close()
        finally:
            _close(qmp)
            path.unlink(missing_ok=True)


def _close(qmp: Monitor) -> None:
    try:
        _monitor(qmp, "gdbserver none")
        status: dict[str, Any] = qmp.execute("query-status")
        if status.get("status") == "paused":
            qmp.execute("cont")
    except QmpError:
        pass  # QEMU has ended: then there is nothing to close


@contextmanager
def for_gdb(instance: Instance) -> Iterator[Path]:
    """The socket where one gdb finds both systems."""
    busy = f"machine '{instance.run.name}' is being debugged by another ./antbed debug"
    path = instance.run.socket(GDB)
    with instance.run.locked("debug", 0.0, busy), _qemus(instance) as qemu:
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
            server.listen(1)
            processes = TwoProcesses(qemu, instance.state.ant_cores)
            thread = threading.Thread(target=_serve, args=(server, processes), daemon=True)
            thread.start()
            try:
                yield path
            finally:
                path.unlink(missing_ok=True)
                server.shutdown(socket.SHUT_RDWR)  # when gdb never came
                thread.join(_QEMU_SECONDS)


def _serve(server: socket.socket, processes: TwoProcesses) -> None:
    try:
        gdb, _ = server.accept()
    except OSError:
        return
    with gdb:
        processes.serve(gdb)
