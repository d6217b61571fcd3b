# SPDX-License-Identifier: GPL-2.0-only
"""The Linux versions: which one is meant, and what only some of them have to be told."""

from __future__ import annotations

import os
import subprocess

from .errors import STATUS_USAGE, TestbedError
from .paths import ROOT
from .progress import Progress

# Words of Linux's command line that belong to one version.
_WORDS: dict[str, tuple[str, ...]] = {
    # It counts timer interrupts for ten ticks of the time stamp counter. On a busy host QEMU brings too few in that
    # time, and Linux gives up: "IO-APIC + timer doesn't work".
    "3.0.8": ("no_timer_check",),
}


def default() -> str:
    """What --kernel is when it is not given."""
    return os.environ.get("KERNEL") or "auto"


def resolve(wanted: str, progress: Progress) -> str:
    """The version that is meant; for `auto` says why that one."""
    argv = [str(ROOT / "images" / "kernel-version.sh")]
    done = subprocess.run(argv, env={**os.environ, "KERNEL": wanted}, capture_output=True, text=True, check=False)
    said = done.stderr.strip()
    if done.returncode:
        error = TestbedError(said.removeprefix("error: ") or f"{argv[0]} ended with status {done.returncode}")
        error.status = STATUS_USAGE
        raise error
    for line in said.splitlines():
        progress.say(line)
    return done.stdout.strip()


def words(kernel: str) -> tuple[str, ...]:
    """What this version's command line has and the others' do not."""
    return _WORDS.get(kernel, ())
