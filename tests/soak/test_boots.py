# SPDX-License-Identifier: GPL-2.0-only
"""Boots a machine many times in a row; none may be lost. ANTBED_SOAK_BOOTS says how many times."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from pathlib import Path

import pytest

from antbed_runner import Antbed
from testbed.run.rundir import RunDirectory

BOOTS = int(os.environ.get("ANTBED_SOAK_BOOTS", "50"))
_REPORT_EACH = 10


def what_went_wrong(antbed: Antbed, share: Path, kernel: str) -> str | None:
    """Boots, and has each system answer: AnT by calls to Linux, Linux by itself."""
    booted = antbed.call("up", *antbed.bootable(), limit=900)
    if booted.status:
        return str(booted)
    read = antbed.exec("ant", "cat /host/hello.txt")
    if (read.status, read.out) != (0, (share / "hello.txt").read_bytes()):
        return f"AnT's call: {read}"
    name = antbed.exec("linux", "uname -r")
    if name.status or not name.text.startswith(f"{kernel}"):
        return f"Linux: {name}"
    return None


@pytest.mark.timeout(0)  # each step has its own limit
def test_boots_in_a_row(kernel: str, share: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lost: list[str] = []
    seconds: list[float] = []

    def report() -> None:
        times = f"{statistics.median(seconds):.1f} s each (median), {max(seconds):.1f} s at most"
        with capsys.disabled():
            print(f"\nLinux {kernel}: {len(seconds)} boots of {BOOTS}, {len(lost)} lost, {times}", flush=True)

    for number in range(1, BOOTS + 1):
        antbed = Antbed(f"soak-{kernel}-{os.getpid()}", share, kernel)
        start = time.monotonic()
        try:
            wrong = what_went_wrong(antbed, share, kernel)
        finally:
            antbed.down()
        seconds.append(time.monotonic() - start)
        run = RunDirectory.named(antbed.name).path
        if wrong:
            kept = run.with_name(f"{run.name}-lost-{number}")
            shutil.rmtree(kept, ignore_errors=True)
            run.rename(kept)
            lost.append(f"boot {number}, logs in {kept}: {wrong}")
        shutil.rmtree(run, ignore_errors=True)
        if number % _REPORT_EACH == 0 or number == BOOTS:
            report()
    assert not lost, "\n".join(lost)
