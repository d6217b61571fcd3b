# SPDX-License-Identifier: GPL-2.0-only
"""gdb for a machine: a stub that is there as long as gdb is, and what testbed/observe/gdb/ must know.

Without a person it writes down what a machine that hangs was doing (save_state).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ..describe.description import load
from ..errors import TestbedError
from ..paths import BUILD, ROOT, shown
from ..run.backend import Monitor, human
from ..run.instance import Instance
from ..run.qemu import escape
from ..run.qmp import QmpError
from ..run.rundir import GDB, GDB_QEMU, STATE
from ..terminal import redraws
from .crash import program_symbols
from .stub.qemu_stub import QemuStub
from .stub.two_processes import TwoProcesses

_PROGRAM = os.environ.get("ANTBED_GDB", "gdb")
_START = ROOT / "testbed" / "observe" / "gdb" / "first.py"
_QEMU_SECONDS = 30.0  # QEMU's answer to one question
# gdb works on this computer: the guest's slowness is not in it.
_GDB_SECONDS = float(os.environ.get("ANTBED_GDB_SECONDS", 120))
_LOCK = "debug"
_MODULES = ("antlinux", "antdisk")


def is_there() -> bool:
    return shutil.which(_PROGRAM) is not None


def is_attached(instance: Instance) -> bool:
    """Whether somebody has the machine in gdb. It may be running all the same."""
    # The lock is tried only where there is gdb's socket, so that nobody who starts gdb finds it taken by us.
    return instance.run.socket(GDB).exists() and instance.run.is_locked(_LOCK)


def need_gdb() -> None:
    """Installs it when it is missing, as make does with what it needs."""
    if is_there():
        return
    subprocess.run([str(ROOT / "images" / "packages.sh"), "debug"], cwd=ROOT, check=False)
    if not is_there():
        raise TestbedError(f"no {_PROGRAM} here: images/packages.sh debug installs it")


def _built_in(profile: str, kernel: str) -> Path:
    """Where the machine's image and all that is in it were built: not always in BUILD (make failpoints)."""
    place = load(profile).disks[0].path(kernel).parent
    return place if (place / "ant").is_dir() else BUILD


def _told(instance: Instance, place: Path, view: str, greets: bool) -> str:
    """What gdb's side must know: the files with both systems' symbols, and the socket."""
    kernel = instance.state.kernel
    if instance.state.image:
        raise TestbedError(f"no symbols for gdb in the ready machine {instance.state.image}: build one (make image)")
    build = _built_in(instance.state.profile, kernel)
    linux, ant = build / f"linux-{kernel}", build / "ant"
    symbols = {"vmlinux": linux / "tree" / "vmlinux", "mkernel": ant / "ant", "pkernel": ant / "ant_pkernel_image"}
    for path in symbols.values():
        if not path.is_file():
            raise TestbedError(f"no {shown(path)}, gdb's symbols: make image KERNEL={kernel} builds it")
    return json.dumps(
        {
            **{name: str(path) for name, path in symbols.items()},
            "root": str(ROOT),
            "socket": str(place),
            "modules": {name: str(linux / f"{name}.ko") for name in _MODULES},
            "programs": list(dict.fromkeys(map(str, program_symbols(ant) + program_symbols(BUILD / "ant")))),
            "scripts": [str(linux.resolve())],  # Linux's own: vmlinux-gdb.py
            "view": view,
            "greets": greets,
        }
    )


def run(
    instance: Instance, view: str, commands: tuple[str, ...], limit: float | None = None
) -> subprocess.CompletedProcess[str]:
    """gdb on both systems: for a person at the terminal, or, with commands, for what they print."""
    for_person = not commands
    with _socket_for_gdb(instance) as place:
        argv = [_PROGRAM, "-q", *([] if for_person else ["-nx", "-batch"]), "-x", str(_START)]
        if not redraws(sys.stdout):
            argv += ["-iex", "set style enabled off"]  # this gdb does not know NO_COLOR
        for command in commands:
            argv += ["-ex", command]
        environment = {**os.environ, "ANTBED_DEBUG": _told(instance, place, view, for_person)}
        return subprocess.run(
            argv,
            env=environment,
            stdin=None if for_person else subprocess.DEVNULL,
            stdout=subprocess.PIPE if limit else None,
            stderr=subprocess.STDOUT if limit else None,
            timeout=limit,
            text=True,
            errors="replace",
            check=False,
        )


@contextmanager
def _qemus(instance: Instance) -> Iterator[QemuStub]:
    """QEMU's own stub. The machine stands still from the first word to it, and runs again behind this."""
    path = instance.run.socket(GDB_QEMU)
    path.unlink(missing_ok=True)
    with instance.qmp() as qmp:
        human(qmp, "gdbserver none")  # whose user was killed
        if "Could not" in (said := human(qmp, f'gdbserver "unix:{escape(str(path))},server=on,wait=off"')):
            raise TestbedError(f"QEMU opens no gdb stub: {said}")
        try:
            with closing(QemuStub(path, _QEMU_SECONDS)) as stub:
                yield stub
        finally:
            _close(qmp)
            path.unlink(missing_ok=True)


def _close(qmp: Monitor) -> None:
    try:
        human(qmp, "gdbserver none")
        status: dict[str, Any] = qmp.execute("query-status")
        if status.get("status") == "paused":
            qmp.execute("cont")
    except QmpError:
        pass  # QEMU has ended: then there is nothing to close


@contextmanager
def _socket_for_gdb(instance: Instance) -> Iterator[Path]:
    """The socket where one gdb finds both systems."""
    busy = f"machine '{instance.run.name}' is being debugged by another ./antbed debug"
    path = instance.run.socket(GDB)
    with instance.run.locked(_LOCK, 0.0, busy), _qemus(instance) as qemu:
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


def save_state(instance: Instance, path: Path | None = None) -> None:
    """Writes what both systems are doing right now, into the run directory if not elsewhere.

    The machine stands still meanwhile, and then goes on.

    A help on top of a report: what cannot be had is one line in the file, not an error.
    """
    parts = [f"machine '{instance.run.name}', Linux {instance.state.kernel}, {time.strftime('%F %T')}"]
    parts += ["", "=== registers of all cores", _registers(instance), "", _seen_by_gdb(instance)]
    (path or instance.run.file(STATE)).write_text("\n".join(parts), encoding="utf-8")


def _registers(instance: Instance) -> str:
    try:
        with instance.qmp() as qmp:
            return human(qmp, "info registers -a")
    except QmpError as error:
        return f"(none: {error})"


def _seen_by_gdb(instance: Instance) -> str:
    if not is_there():
        return "(no backtraces and no LCA table: gdb is not installed; images/packages.sh debug does it)\n"
    try:
        return run(instance, "both", ("state",), _GDB_SECONDS).stdout
    except subprocess.TimeoutExpired as error:
        said = error.stdout or b""
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return f"{text}\n(gdb was not done within {_GDB_SECONDS:g} s)\n"
    except (TestbedError, OSError) as error:
        return f"(no backtraces and no LCA table: {error})\n"
