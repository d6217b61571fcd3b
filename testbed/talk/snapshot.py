# SPDX-License-Identifier: GPL-2.0-only
"""The view of a debugger into a file, without a person: for a machine that hangs."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from ..errors import TestbedError
from ..run.instance import Instance
from ..run.qmp import QmpError
from ..run.rundir import STATE
from . import debugger

# gdb works on this computer: the guest's slowness is not in it.
_GDB_SECONDS = float(os.environ.get("ANTBED_GDB_SECONDS", 120))


def save(instance: Instance, path: Path | None = None) -> None:
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
            return qmp.registers().replace("\r", "").strip()
    except QmpError as error:
        return f"(none: {error})"


def _seen_by_gdb(instance: Instance) -> str:
    if not debugger.is_there():
        return "(no backtraces and no LCA table: gdb is not installed; images/packages.sh debug does it)\n"
    try:
        return debugger.run(instance, "both", ("state",), _GDB_SECONDS).stdout
    except subprocess.TimeoutExpired as error:
        said = error.stdout or b""
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return f"{text}\n(gdb was not done within {_GDB_SECONDS:g} s)\n"
    except (TestbedError, OSError) as error:
        return f"(no backtraces and no LCA table: {error})\n"
