# SPDX-License-Identifier: GPL-2.0-only
"""make bench on the exact clock: two runs have the same samples, byte for byte, and no call's path has grown."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from antbed_runner import Antbed

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.figures
@pytest.mark.timeout(1800)
def test_bench_check_twice(own_machine: Antbed, kernel: str) -> None:
    """Four boots; own_machine is for the order of the tests only."""
    argv = [str(ROOT / "antbed"), "bench-check", "--twice", "--kernel", kernel]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=1700)
    said = done.stdout + done.stderr
    assert "both runs have the same samples, byte for byte\n" in done.stdout, said
    assert re.search(r"^antbed: \d+ paths, 0 grown by more than 2%", done.stdout, re.MULTILINE), said
    assert done.returncode == 0, said
