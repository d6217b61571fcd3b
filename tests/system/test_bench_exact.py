# SPDX-License-Identifier: GPL-2.0-only
"""make bench on the exact clock: two runs have the same samples, byte for byte, and no call's path has grown."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from antbed_runner import Antbed

ROOT = Path(__file__).resolve().parents[2]


MOST_INSTRUCTIONS_WITHOUT_INTERRUPTS = 1_000_000


@pytest.mark.figures
@pytest.mark.timeout(600)
def test_the_kernel_lets_interrupts_in_whatever_is_asked_of_it(own_machine: Antbed) -> None:
    """All of the memory, all of the ICA, all process slots: the m-kernel works in steps (ant/mkernel/steps.h)."""
    own_machine.up("--accel", "exact")
    for command in ("spawntest memory", "spawntest ica", "spawntest full", "filetest -d /tmp -n 20", "ps", "help"):
        own_machine.ant(command, timeout=300)
        first = own_machine.ant("cores").splitlines()[0]
        found = re.search(r"^1 m-kernel .* interrupts_off_ns=(\d+)$", first)
        assert found, first
        # Its clock counts instructions: 1 ns each.
        assert 0 < int(found[1]) < MOST_INSTRUCTIONS_WITHOUT_INTERRUPTS, f"{command}: {first}"


@pytest.mark.figures
@pytest.mark.timeout(1800)
def test_bench_check_twice(own_machine: Antbed, kernel: str) -> None:
    """Four boots; own_machine is for the order of the tests only. With another compiler than the baseline's,
    only the two runs are compared."""
    argv = [str(ROOT / "antbed"), "bench-check", "--twice", "--kernel", kernel]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=1700)
    said = done.stdout + done.stderr
    assert "both runs have the same samples, byte for byte\n" in done.stdout, said
    verdict = r"^antbed: (not compared: the baseline was made with GCC|\d+ paths, 0 grown by more than 2%)"
    assert re.search(verdict, done.stdout, re.MULTILINE), said
    assert done.returncode == 0, said
