# SPDX-License-Identifier: GPL-2.0-only
"""What a person's environment says to other tools is nothing to the build scripts."""

from __future__ import annotations

import os
import subprocess

import pytest

from antbed_runner import ROOT

GOES_THERE = 'cd "$(dirname "$0")'  # the others work in the directory that they are called in
SCRIPTS = sorted(
    path.relative_to(ROOT) for place in ("images", "ci") for path in (ROOT / place).glob("*.sh")
    if GOES_THERE in path.read_text(encoding="utf-8")
)
OTHERS = ("ARCH", "CROSS_COMPILE", "LLVM", "KCONFIG_CONFIG", "KBUILD_OUTPUT", "CFLAGS", "CXXFLAGS", "LDFLAGS", "CDPATH")


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_a_script_finds_its_place_with_a_cdpath(script: os.PathLike[str]) -> None:
    """As its own first lines go there; with CDPATH, cd would print a directory or go to another."""
    (line,) = [line for line in (ROOT / script).read_text(encoding="utf-8").splitlines() if GOES_THERE in line]
    code = f"bash -c '{line} && pwd' {script}"
    environment = {**os.environ, "CDPATH": f".:{ROOT}"}
    done = subprocess.run(code.replace("CDPATH=''", 'CDPATH=""'), shell=True, cwd=ROOT, env=environment,
                          capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == (f"{ROOT}\n", "")


def test_words_for_other_builds_do_not_reach_ours() -> None:
    environment = {**os.environ, **dict.fromkeys(OTHERS, "nonsense")}
    code = f'. images/lib.sh; echo "${{{"}${".join(OTHERS)}}}"'
    done = subprocess.run(["bash", "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
                          timeout=60)
    assert done.stdout == "\n"


def test_the_version_is_the_same_with_a_cdpath() -> None:
    environment = {**os.environ, "CDPATH": ".", "KERNEL": "6.1"}
    done = subprocess.run(["images/kernel-version.sh"], cwd=ROOT, env=environment, capture_output=True, text=True,
                          check=True, timeout=60)
    assert done.stdout == "6.1\n"
