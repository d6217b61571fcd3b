# SPDX-License-Identifier: GPL-2.0-only
"""Chooses how QEMU executes the guest's instructions, always with the reason in one line."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

from ..errors import TestbedError
from . import probe, time_stamp

CHOICES = ("auto", "kvm", "tcg", "exact")

# migratable=no shows the guest the host's invariant time stamp counter: Linux then trusts it.
_KVM_CPU = "host,migratable=no"
# vapic, an aid for old 32-bit systems, reports each write to a core's task priority to QEMU, which may then replace the
# guest's instruction. It also reads the core's whole state there and writes it back, and TR comes back as busy, which
# the emulated computer of tests/kvm/ does not survive: it aborts when AnT next enters its kernel from user mode.
_KVM_DEVICES = ("-global", "kvm-apic.vapic=off")
_KVM_DEVICE = Path("/dev/kvm")


@dataclass(frozen=True)
class Accelerator:
    kind: str  # kvm, tcg or exact
    reason: str
    arguments: tuple[str, ...]  # QEMU's
    linux_words: tuple[str, ...]  # for Linux's command line
    slowness: int  # factor on time limits, which detect hangs and measure nothing

    def __str__(self) -> str:
        return f"{self.kind} ({self.reason})"


def ask_kvm() -> probe.Verdict:
    """Whether KVM really runs guests here; asks by a real probe, anew each time."""
    if not _KVM_DEVICE.exists():
        return probe.Verdict(f"there is no {_KVM_DEVICE}", 0)
    if not os.access(_KVM_DEVICE, os.R_OK | os.W_OK):
        return probe.Verdict(f"no permission for {_KVM_DEVICE}; join the group kvm", 0)
    return probe.examine("kvm", _KVM_CPU)


def choose(wanted: str) -> Accelerator:
    """The accelerator for --accel."""
    if wanted == "tcg":
        return _tcg("as asked")
    if wanted == "exact":
        return _exact()
    if wanted not in ("auto", "kvm"):
        raise TestbedError(f"unknown accelerator {wanted!r}; there are {', '.join(CHOICES)}")
    verdict = ask_kvm()
    if verdict.problem is None:
        return _kvm(verdict)
    if wanted == "kvm":
        raise TestbedError(f"KVM is unusable here: {verdict.problem}; --accel tcg works everywhere")
    return _tcg(f"KVM is unusable: {verdict.problem}")


def kvm_reason(verdict: probe.Verdict) -> str:
    return "a probe guest ran on it" + (f", slowly: {verdict.seconds:.0f} s" if verdict.is_slow else "")


def _kvm(verdict: probe.Verdict) -> Accelerator:
    words = _frequency_words(time_stamp.kvm_khz() or time_stamp.host_khz())
    arguments = ("-accel", "kvm", "-cpu", _KVM_CPU, *_KVM_DEVICES)
    # Half a second is more than the probe takes on an ordinary computer.
    slowness = max(1, math.ceil(verdict.seconds / 0.5))
    return Accelerator("kvm", kvm_reason(verdict), arguments, words, slowness)


def _tcg(reason: str) -> Accelerator:
    words = _frequency_words(time_stamp.host_khz())
    return Accelerator("tcg", reason, ("-accel", "tcg,thread=multi", "-cpu", "max"), words, 4)


def _frequency_words(khz: int | None) -> tuple[str, ...]:
    """Both operating systems count with what Linux takes for the frequency of the time stamp counter."""
    return (f"tsc_early_khz={khz}",) if khz else ()


def _exact() -> Accelerator:
    """One instruction is one nanosecond of guest time; nothing of the host's time gets in."""
    arguments = ["-accel", "tcg,thread=single", "-cpu", "max,erms=off,fsrm=off", "-icount", "shift=0,sleep=off"]
    arguments += ["-rtc", "base=2026-01-01,clock=vm", "-seed", "7"]
    # The time stamp counter counts nanoseconds, so 1 GHz: measuring it costs time and repeats badly.
    words = ("norandmaps", "tsc_early_khz=1000000", "ant.tsc_khz=1000000")
    return Accelerator("exact", "as asked; one instruction = 1 ns of guest time", tuple(arguments), words, 10)
