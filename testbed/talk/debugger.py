# SPDX-License-Identifier: GPL-2.0-only
"""gdb for a machine: its command line and what testbed/observe/gdb/ in it must know."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ..errors import TestbedError
from ..paths import BUILD, ROOT, shown
from ..run.instance import Instance
from ..terminal import redraws
from .stub.opened import for_gdb

GDB = os.environ.get("ANTBED_GDB", "gdb")
_START = ROOT / "testbed" / "observe" / "gdb" / "start.py"
_MODULES = ("antlinux", "antdisk")


def is_there() -> bool:
    return shutil.which(GDB) is not None


def need_gdb() -> None:
    """Installs it when it is missing, as make does with what it needs."""
    if is_there():
        return
    subprocess.run([str(ROOT / "images" / "packages.sh"), "debug"], cwd=ROOT, check=False)
    if not is_there():
        raise TestbedError(f"no {GDB} here: images/packages.sh debug installs it")


def _files(kernel: str) -> dict[str, str]:
    linux = BUILD / f"linux-{kernel}"
    return {
        "vmlinux": str(linux / "tree" / "vmlinux"),
        "mkernel": str(BUILD / "ant" / "ant"),
        "pkernel": str(BUILD / "ant" / "ant_pkernel_image"),
    }


def _wish(instance: Instance, socket: Path, view: str, greets: bool) -> str:
    kernel = instance.state.kernel
    linux = BUILD / f"linux-{kernel}"
    files = _files(kernel)
    for path in files.values():
        if not Path(path).is_file():
            raise TestbedError(f"no {shown(Path(path))}, gdb's symbols: make image KERNEL={kernel} builds it")
    return json.dumps(
        {
            **files,
            "root": str(ROOT),
            "socket": str(socket),
            "modules": {name: str(linux / f"{name}.ko") for name in _MODULES},
            "programs": str(BUILD / "ant" / "bin"),
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
    with for_gdb(instance) as socket:
        argv = [GDB, "-q", *([] if for_person else ["-nx", "-batch"]), "-x", str(_START)]
        if not redraws(sys.stdout):
            argv += ["-iex", "set style enabled off"]  # this gdb does not know NO_COLOR
        for command in commands:
            argv += ["-ex", command]
        environment = {**os.environ, "ANTBED_DEBUG": _wish(instance, socket, view, for_person)}
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
