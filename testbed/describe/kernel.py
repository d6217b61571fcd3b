# SPDX-License-Identifier: GPL-2.0-only
"""Which Linux version is meant."""

from __future__ import annotations

import os
import subprocess

from ..errors import UsageError
from ..paths import ROOT
from ..terminal import Progress

# Linux of these versions cannot be kept from interrupting all cores of the machine when it has several.
BROADCASTING = ("3.0.8",)


def known() -> list[str]:
    """Every version that there are patches for, the newest first; none in a ready machine."""
    versions = [path.name.removeprefix("linux-") for path in (ROOT / "mint-patches").glob("linux-*")]
    return sorted(versions, key=lambda version: [int(part) for part in version.split(".")], reverse=True)


def default() -> str:
    """What --kernel is when it is not given."""
    return os.environ.get("KERNEL") or "auto"


def resolve(wanted: str, progress: Progress) -> str:
    """The version that is meant; for `auto` says why that one."""
    argv = [str(ROOT / "images" / "kernel-version.sh")]
    done = subprocess.run(argv, env={**os.environ, "KERNEL": wanted}, capture_output=True, text=True, check=False)
    said = done.stderr.strip()
    if done.returncode:
        raise UsageError(said.removeprefix("error: ") or f"{argv[0]} ended with status {done.returncode}")
    for line in said.splitlines():
        progress.say(line)
    return done.stdout.strip()
