# SPDX-License-Identifier: GPL-2.0-only
"""The probe: a small firmware (probe.S) that finds out by running whether QEMU's accelerator works here.

On a slow computer a sound accelerator takes its time, too. Whoever is not done within an ordinary computer's time is
compared with the same probe under TCG, which works everywhere.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..errors import TestbedError
from ..paths import BUILD, QEMU

LIMIT_SECONDS = 3.0  # on an ordinary computer it takes 0.2
TCG_LIMIT_SECONDS = 60.0
TIMES_TCG = 10  # as long as under TCG the probe may take: it leaves the guest a thousand times, which TCG does not
USABLE_STATUS = 35  # isa-debug-exit: 0x11 << 1 | 1
_SOURCE = Path(__file__).with_name("probe.S")


@dataclass(frozen=True)
class Verdict:
    problem: str | None  # None: the accelerator ran the probe to its end
    seconds: float  # that it took

    @property
    def is_slow(self) -> bool:
        return self.seconds > LIMIT_SECONDS


def examine(accelerator: str, cpu: str) -> Verdict:
    """Runs the probe; the problem is one line that says what happened."""
    try:
        with _started(accelerator, cpu) as probe:
            if probe.is_done_within(LIMIT_SECONDS):
                return probe.verdict()
            with _started("tcg", "max") as comparison:
                if not comparison.is_done_within(TCG_LIMIT_SECONDS):
                    limits = f"within {TCG_LIMIT_SECONDS:g} s, nor is one under TCG"
                    return Verdict(f"a probe guest is not done {limits}: this computer is too slow to tell", 0)
                tcg = comparison.verdict()
            limit = max(LIMIT_SECONDS, TIMES_TCG * tcg.seconds) if tcg.problem is None else LIMIT_SECONDS
            if probe.is_done_within(limit):
                return probe.verdict()
    except FileNotFoundError:
        return Verdict(f"{QEMU} is missing: install Debian's package qemu-system-x86", 0)
    compared = f"under TCG it takes {tcg.seconds:.1f} s" if tcg.problem is None else f"under TCG: {tcg.problem}"
    return Verdict(f"a probe guest hangs (not done within {limit:.0f} s; {compared})", 0)


def why_tcg_fails() -> str | None:
    try:
        with _started("tcg", "max") as probe:
            if probe.is_done_within(TCG_LIMIT_SECONDS):
                return probe.verdict().problem
    except FileNotFoundError:
        return f"{QEMU} is missing: install Debian's package qemu-system-x86"
    return f"a probe guest hangs (not done within {TCG_LIMIT_SECONDS:g} s)"


@dataclass
class _Probe:
    process: subprocess.Popen[bytes]
    started: float
    errors: IO[bytes]
    seconds: float = 0

    def is_done_within(self, limit: float) -> bool:
        """Counted from its start."""
        try:
            self.process.wait(max(0, self.started + limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        self.seconds = time.monotonic() - self.started
        return True

    def verdict(self) -> Verdict:
        """Of one that is done."""
        return Verdict(self._problem(), self.seconds)

    def _problem(self) -> str | None:
        status = self.process.returncode
        if status == USABLE_STATUS:
            return None
        self.errors.seek(0)
        said = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        if status < 0:
            return f"a probe guest crashed QEMU (signal {-status}){': ' + said[0] if said else ''}"
        return said[0] if said else f"a probe guest failed (QEMU's status {status}, {USABLE_STATUS} expected)"


@contextmanager
def _started(accelerator: str, cpu: str) -> Iterator[_Probe]:
    argv = [QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
    argv += ["-M", "q35", "-accel", accelerator, "-cpu", cpu, "-m", "64M", "-bios", str(rom())]
    argv += ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
    with tempfile.TemporaryFile() as errors:
        started, null = time.monotonic(), subprocess.DEVNULL
        process = subprocess.Popen(argv, stdin=null, stdout=null, stderr=errors)
        try:
            yield _Probe(process, started, errors)
        finally:
            process.kill()
            process.wait()


def rom() -> Path:
    """The assembled firmware, made when it is missing or older than its source."""
    target = BUILD / "kvmprobe" / "probe.rom"
    if target.is_file() and target.stat().st_mtime >= _SOURCE.stat().st_mtime:
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
