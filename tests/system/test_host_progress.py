# SPDX-License-Identifier: GPL-2.0-only
"""A long step of the build tells what is done and what is left, on a terminal and in a log."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from antbed_runner import ROOT
from test_host_terminal import LIMIT, environment, on_a_terminal
from testbed.describe.kernel import known

# Two objects, then a while of nothing, as Linux's build looks.
BUILD = r"""
set -euo pipefail
. images/lib.sh
plain_seconds=1
build() { printf '  CC      init/main.o\n  AS      lib/copy.o\n  LD      vmlinux.o\n'; sleep 3; }
expected=3 counted=kbuild_objects step 'Linux: building' "$LOGS/step.log" build
"""


def bash(script: str, *arguments: str) -> str:
    argv = ["bash", "-euc", f". images/lib.sh; {script}", "bash", *arguments]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=True).stdout


def test_a_terminal_shows_what_is_done_of_how_much(tmp_path: Path) -> None:
    said = on_a_terminal(["bash", "-c", BUILD], environment(tmp_path))
    assert re.search(r"\r\x1b\[KLinux: building \.\.\. 2 of about 3 objects, 0:0[1-9]", said), said
    assert re.search(r"\r\x1b\[KLinux: building: 0:0\d \(log: .*step\.log\)\n$", said), said


def test_a_log_has_a_line_now_and_then_that_a_script_can_read(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", BUILD], cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, timeout=LIMIT,
        check=True,
    )
    *still, last = done.stdout.splitlines()
    assert still and all(
        re.fullmatch(r"Linux: building \.\.\. 2 of about 3 objects, still running after 0:0\d", line) for line in still
    ), done.stdout
    assert last.startswith("Linux: building: 0:0")


@pytest.mark.parametrize("expected, said", [("3", "2 of about 3"), ("2", "2 of about 2"), ("1", "2"), ("", "2")])
def test_no_step_has_done_more_than_all(tmp_path: Path, expected: str, said: str) -> None:
    """A figure that is too small, or that nobody has: 2 of 1, or 200 %, is never shown."""
    log = tmp_path / "log"
    log.write_text("  CC      init/main.o\n  LD      x.o\n  AS [M]  y.o\n", encoding="utf-8")
    assert bash('expected=$2 already=0; kbuild_objects "$1"', str(log), expected) == f"{said} objects\n"


def test_objects_of_an_interrupted_build_count(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("", encoding="utf-8")
    assert bash('expected=900 already=700; kbuild_objects "$1"', str(log)) == "700 of about 900 objects\n"


def test_ninjas_own_count_is_shown(tmp_path: Path) -> None:
    ninja = shutil.which("ninja")
    assert ninja, "the build needs it, too"
    rules = "rule say\n  command = echo $out\n" + "".join(f"build {name}: say\n" for name in ("one", "two", "three"))
    (tmp_path / "build.ninja").write_text(rules, encoding="utf-8")
    done = subprocess.run([ninja, "-C", str(tmp_path)], capture_output=True, text=True, timeout=LIMIT, check=True)
    log = tmp_path / "log"
    log.write_text(done.stdout, encoding="utf-8")
    assert bash('ninja_steps "$1"', str(log)) == "3 of 3\n"


def test_every_kernel_has_its_number_of_objects() -> None:
    for kernel in known():
        for target in ("bzImage", "modules"):
            found = bash('expect_objects "$1" "$2"; echo "$expected"', kernel, target)
            assert re.fullmatch(r"[1-9]\d*\n", found), f"mint-patches/configs/objects: {kernel} {target}"


@pytest.mark.parametrize("kernel", known())
def test_the_number_is_what_the_first_build_has_compiled(kernel: str) -> None:
    counted = ROOT / "build" / f"linux-{kernel}" / "tree" / ".objects"
    if not counted.is_file():
        pytest.skip(f"{counted} is not there: this Linux was not built here")
    found = re.fullmatch(r"(\d+)( of about \d+)? objects\n", counted.read_text(encoding="utf-8"))
    expected = int(bash('expect_objects "$1" bzImage; echo "$expected"', kernel))
    # A distribution's updates move it a little.
    assert found and abs(int(found[1]) - expected) <= 0.05 * expected, f"mint-patches/configs/objects: {found}"
