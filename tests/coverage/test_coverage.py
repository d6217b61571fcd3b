# SPDX-License-Identifier: GPL-2.0-only
"""make coverage: the unit tests build with counters, pass, and every room's lines are counted."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "build/coverage"
HANG = 40 * 60  # seconds


@pytest.mark.timeout(HANG)
def test_coverage_counts_the_lines_of_every_room() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "coverage"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

    files = json.loads((OUTPUT / "summary.json").read_text())["files"]
    reached = {file["filename"] for file in files if file["line_covered"] > 0}
    for room in ("ant/base", "ant/core", "ant/lib", "ant/linux", "ant/mkernel", "ant/servers", "bench", "userland"):
        assert any(name.startswith(f"{room}/") for name in reached), f"no line of {room}/ was reached"

    table = (OUTPUT / "summary.txt").read_text()
    assert table in done.stdout
    assert table.splitlines()[0].startswith("room ") and table.splitlines()[-1].startswith("all ")
    assert (OUTPUT / "index.html").stat().st_size > 0
