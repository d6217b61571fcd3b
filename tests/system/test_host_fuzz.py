# SPDX-License-Identifier: GPL-2.0-only
"""make fuzz's own part: the target in Python, and what ci/fuzz.py says of a target that finds something."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = ROOT / "tests" / "fuzz" / "description.py"
INPUTS = sorted((ROOT / "tests" / "fuzz" / "corpus" / "description").iterdir())

# As a target in Python: it finds what begins with "bad".
TARGET = """
import sys
prefix = next(word.split("=")[1] for word in sys.argv if word.startswith("-artifact_prefix="))
print("#2\\tINITED cov: 5")
open(prefix + "crash-1", "w").write("bad")
sys.exit("broken by bad")
"""


def run(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: str(path.name))
def test_a_description_that_was_kept_is_read_or_refused_by_line(path: Path) -> None:
    done = run(DESCRIPTION, path)
    assert done.returncode == 0, done.stderr


def test_a_run_is_repeatable_and_takes_its_time(tmp_path: Path) -> None:
    done = run(DESCRIPTION, "-max_total_time=1", f"-artifact_prefix={tmp_path}/", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "INITED cov: " in done.stdout and "stat::number_of_executed_units: " in done.stdout


def project(directory: Path, target: str) -> Path:
    for name in ("ci/fuzz.py", "testbed/__init__.py", "testbed/terminal.py"):
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, directory / name)
    (directory / "tests" / "fuzz").mkdir(parents=True)
    (directory / "tests" / "fuzz" / "target.py").write_text(target, encoding="utf-8")
    return directory / "ci" / "fuzz.py"


def test_a_finding_is_told_with_its_file_and_the_command_that_replays_it(tmp_path: Path) -> None:
    done = run(project(tmp_path, TARGET), "--seconds", "1")
    assert done.returncode == 1
    assert "FINDING" in done.stdout and "broken by bad" in done.stdout
    finding = tmp_path / "build" / "fuzz" / "findings" / "target-crash-1"
    assert finding.read_text(encoding="utf-8") == "bad"
    assert "  /usr/bin/python3 tests/fuzz/target.py build/fuzz/findings/target-crash-1" in done.stdout.splitlines()
    assert done.stdout.endswith("fuzz: 1 targets, 1 failed\n")


def test_a_target_that_cannot_run_has_not_passed(tmp_path: Path) -> None:
    done = run(project(tmp_path, "import sys; sys.exit(3)"), "--seconds", "1")
    assert done.returncode == 1 and "FAILED, status 3" in done.stdout


def test_an_unknown_target_is_refused(tmp_path: Path) -> None:
    done = run(project(tmp_path, TARGET), "nonesuch")
    assert done.returncode == 2 and "no target named nonesuch; there are: target" in done.stderr
