# SPDX-License-Identifier: GPL-2.0-only
"""Chooses how QEMU executes the guest's instructions, always with the reason in one line."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..errors import TestbedError
from ..paths import BUILD
from . import time_stamp

CHOICES = ("auto", "kvm", "tcg", "exact")
QEMU = os.environ.get("ANTBED_QEMU", "qemu-system-x86_64")

# migratable=no shows the guest the host's invariant time stamp counter: Linux then trusts it.
_KVM_CPU = "host,migratable=no"
_KVM_DEVICE = Path("/dev/kvm")

# The probe: a small firmware (probe.S) that really runs.
LIMIT_SECONDS = 3.0
USABLE_STATUS = 35  # isa-debug-exit: 0x11 << 1 | 1
_SOURCE = Path(__file__).with_name("probe.S")


@dataclass(frozen=True)
class Accelerator:
    kind: str  # kvm, tcg or exact
    reason: str
    arguments: tuple[str, ...]  # QEMU's
    linux_words: tuple[str, ...]  # for Linux's command line
    slowness: int  # factor on time limits, which detect hangs and measure nothing

    def __str__(self) -> str:
        return f"{self.kind} ({self.reason})"


def why_no_kvm() -> str | None:
    """None when KVM really runs guests here, else the reason why not."""
    if not _KVM_DEVICE.exists():
        return f"there is no {_KVM_DEVICE}"
    if not os.access(_KVM_DEVICE, os.R_OK | os.W_OK):
        return f"no permission for {_KVM_DEVICE}; join the group kvm"
    return why_unusable(QEMU, "kvm", _KVM_CPU)


def choose(wanted: str) -> Accelerator:
    """The accelerator for --accel; asks KVM by a real probe, anew each time."""
    if wanted == "tcg":
        return _tcg("as asked")
    if wanted == "exact":
        return _exact()
    if wanted not in ("auto", "kvm"):
        raise TestbedError(f"unknown accelerator {wanted!r}; there are {', '.join(CHOICES)}")
    problem = why_no_kvm()
    if problem is None:
        return Accelerator("kvm", "a probe guest ran on it", ("-accel", "kvm", "-cpu", _KVM_CPU), (), 1)
    if wanted == "kvm":
        raise TestbedError(f"KVM is unusable here: {problem}; --accel tcg works everywhere")
    return _tcg(f"KVM is unusable: {problem}")


def _tcg(reason: str) -> Accelerator:
    # Both operating systems count with what Linux takes for the frequency of the time stamp counter.
    khz = time_stamp.host_khz()
    words = (f"tsc_early_khz={khz}",) if khz else ()
    return Accelerator("tcg", reason, ("-accel", "tcg,thread=multi", "-cpu", "max"), words, 4)


def _exact() -> Accelerator:
    """One instruction is one nanosecond of guest time; nothing of the host's time gets in."""
    arguments = ["-accel", "tcg,thread=single", "-cpu", "max,erms=off,fsrm=off", "-icount", "shift=0,sleep=off"]
    arguments += ["-rtc", "base=2026-01-01,clock=vm", "-seed", "7"]
    # The time stamp counter counts nanoseconds, so 1 GHz: measuring it costs time and repeats badly.
    words = ("norandmaps", "tsc_early_khz=1000000", "ant.tsc_khz=1000000")
    return Accelerator("exact", "as asked; one instruction = 1 ns of guest time", tuple(arguments), words, 10)


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
