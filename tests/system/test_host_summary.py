# SPDX-License-Identifier: GPL-2.0-only
"""ci/summary.py: the last line of every test run, and that nothing which did not run counts as passed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSED = '<testsuite><testcase classname="a" name="one"/><testcase classname="a" name="two"/></testsuite>'
FAILED = '<testsuite><testcase classname="a" name="one"/><testcase name="two"><failure/></testcase></testsuite>'


@pytest.mark.parametrize(
    "results, status, last, ends",
    [
        (PASSED, 0, "2 passed, 0 failed", 0),
        (PASSED, 2, "2 passed, 1 failed", 1),  # pytest was interrupted
        (FAILED, 1, "1 passed, 1 failed", 1),
        ("<testsuite/>", 5, "0 passed, 1 failed", 1),
        ("<testsuite>", 1, "0 passed, 1 failed", 1),
        (None, 1, "0 passed, 1 failed", 1),
    ],
)
def test_what_did_not_run_has_not_passed(
    results: str | None, status: int, last: str, ends: int, tmp_path: Path
) -> None:
    file = tmp_path / "results.xml"
    if results is not None:
        file.write_text(results, encoding="utf-8")
    argv = [str(ROOT / "ci" / "summary.py"), f"suite={status}={file}"]
    done = subprocess.run(["/usr/bin/python3", *argv], capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines()[-1], done.returncode) == (last, ends), done.stdout + done.stderr
