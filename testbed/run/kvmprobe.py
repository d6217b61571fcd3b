# SPDX-License-Identifier: GPL-2.0-only
"""Finds out whether an accelerator really works, by running a small firmware (probe.S) with it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from ..errors import TestbedError
from ..paths import BUILD

LIMIT_SECONDS = 3.0
USABLE_STATUS = 35  # isa-debug-exit: 0x11 << 1 | 1
_SOURCE = Path(__file__).with_name("probe.S")


def rom() -> Path:
    """The assembled firmware, made when it is missing or older than its source."""
    target = BUILD / "kvmprobe" / "probe.rom"
    if target.is_file() and target.stat().st_mtime > _SOURCE.stat().st_mtime:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        made = Path(scratch)
        _tool("as", "--64", "-o", f"{made}/probe.o", str(_SOURCE))
        # Flat, at 0xf0000: the firmware's alias below 1 MiB, where a core starts in real mode.
        link = ("-Ttext=0xf0000", "-e", "0xf0000", "--oformat=binary")
        _tool("ld", *link, "-o", f"{made}/probe.rom", f"{made}/probe.o")
        os.replace(made / "probe.rom", target)
    return target


def _tool(*argv: str) -> None:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise TestbedError(f"{argv[0]} is missing: install Debian's package binutils") from error
    if done.returncode:
        raise TestbedError(f"{' '.join(argv)}: {done.stderr.strip()}")


def why_unusable(qemu: str, accelerator: str, cpu: str, limit: float = LIMIT_SECONDS) -> str | None:
    """None when the accelerator ran the probe to its end, else one line that says what happened."""
    argv = [qemu, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
    argv += ["-M", "q35", "-accel", accelerator, "-cpu", cpu, "-m", "64M", "-bios", str(rom())]
    argv += ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit, check=False
        )
    except FileNotFoundError:
        return f"{qemu} is missing: install Debian's package qemu-system-x86"
    except subprocess.TimeoutExpired:
        return f"a probe guest hung (not done within {limit:g} s)"
    if done.returncode == USABLE_STATUS:
        return None
    said = done.stderr.strip().splitlines()
    if done.returncode < 0:
        return f"a probe guest crashed QEMU (signal {-done.returncode}){': ' + said[0] if said else ''}"
    if said:
        return said[0]
    return f"a probe guest failed (QEMU's status {done.returncode}, {USABLE_STATUS} expected)"
