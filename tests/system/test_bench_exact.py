# SPDX-License-Identifier: GPL-2.0-only
"""make bench on the exact clock: two runs on two machines give the same samples, byte for byte."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from antbed_runner import Antbed

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(1800)
def test_fig_6_and_table_6_are_the_same_twice(own_machine: Antbed, kernel: str) -> None:
    """Four boots; own_machine is for the order of the tests only."""
    argv = [str(ROOT / "antbed"), "bench", "--check-exact", "--kernel", kernel]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=1700)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"both runs have the same samples, byte for byte$", done.stdout, re.MULTILINE), done.stdout
