# SPDX-License-Identifier: GPL-2.0-only
"""What CI judges by: the last line of every test run, and whether KVM's tests can run."""

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


@pytest.mark.parametrize(
    "accelerator, status", [("kvm: a probe guest ran on it", 0), ("tcg, slower. KVM is unusable: there is none", 1)]
)
def test_kvm_is_usable_when_the_doctor_finds_it(accelerator: str, status: int, tmp_path: Path) -> None:
    """Also where another of its checks fails, so that it ends with 1."""
    for directory in ("ci", "images"):
        (tmp_path / directory).mkdir()
    script = tmp_path / "ci" / "kvm-usable.sh"
    script.write_bytes((ROOT / "ci" / "kvm-usable.sh").read_bytes())
    facts = '{"fit": false, "checks": [{"check": "memory", "text": "little"}, {"check": "accelerator", "text": "%s"}]}'
    (tmp_path / "images" / "packages.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "antbed").write_text(f"#!/bin/sh\necho '{facts % accelerator}'\nexit 1\n", encoding="utf-8")
    for program in (script, tmp_path / "images" / "packages.sh", tmp_path / "antbed"):
        program.chmod(0o755)
    done = subprocess.run([script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == (f"accelerator: {accelerator}\n", status), done.stderr
