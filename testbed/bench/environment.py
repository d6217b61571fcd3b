# SPDX-License-Identifier: GPL-2.0-only
"""What a run ran on: without it a figure says nothing."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from ..paths import QEMU, ROOT
from ..run.accel import Accelerator
from .plan import BenchWish

COMPLETE = "complete"
INCOMPLETE = "incomplete"


def describe(
    wish: BenchWish, kernel: str, profile: str, accelerators: dict[str, Accelerator], plan: str
) -> dict[str, Any]:
    """The content of env.json at the start of a run."""
    return {
        "state": INCOMPLETE,
        "why": "it is being measured, or was killed",
        "started": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "wish": asdict(wish),
        "plan": plan,
        "kernel": kernel,
        "profile": profile,
        "accelerators": {clock: {"kind": one.kind, "reason": one.reason} for clock, one in accelerators.items()},
        "commit": commit(),
        "uncommitted": _uncommitted(),
        "qemu": _said([QEMU, "--version"]).partition("\n")[0],
        "host": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "memory": psutil.virtual_memory().total,
            "kernel": platform.release(),
            "load": os.getloadavg()[0],
        },
    }


def commit() -> str:
    """Of this checkout; empty where there is no git."""
    return _said(["git", "-C", str(ROOT), "rev-parse", "HEAD"])


def busy(environment: dict[str, Any]) -> float | None:
    """The host's load if others had it work while this ran: wall times of such a run say little."""
    host = environment["host"]
    # QEMU itself is as much load as the machine has cores that work; before the start it is not there.
    return host["load"] if host["load"] > 0.5 * host["cores"] else None


def _uncommitted() -> int:
    """How many files differ from the commit: a run with any cannot be repeated from it."""
    return len(_said(["git", "-C", str(ROOT), "status", "--porcelain", "--untracked-files=no"]).splitlines())


def _said(argv: list[str]) -> str:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
