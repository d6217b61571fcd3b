# SPDX-License-Identifier: GPL-2.0-only
"""What a person's environment says to other tools is nothing to the build scripts."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

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
    """CROSS_COMPILE, LLVM, KCONFIG_CONFIG, CFLAGS and their like, which make and Kbuild would take."""
    environment = {**os.environ, **dict.fromkeys(OTHERS, "nonsense")}
    code = f'. images/lib.sh; echo "${{{"}${".join(OTHERS)}}}"'
    done = subprocess.run(["bash", "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
                          timeout=60)
    assert done.stdout == "\n"


def test_the_version_is_the_same_with_a_cdpath() -> None:
    """`export CDPATH=.` made KERNEL "/path 6.1"."""
    environment = {**os.environ, "CDPATH": ".", "KERNEL": "6.1"}
    done = subprocess.run(["images/kernel-version.sh"], cwd=ROOT, env=environment, capture_output=True, text=True,
                          check=True, timeout=60)
    assert done.stdout == "6.1\n"


def checkout(place: Path) -> Path:
    """As much of the project as it takes to say what is wrong with the place."""
    for directory in ("images", "ci", "include", "testbed"):
        shutil.copytree(ROOT / directory, place / directory, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("Makefile", "antbed"):
        shutil.copy(ROOT / file, place)
    return place


def run(place: Path, *argv: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "ANTBED_"))}
    environment |= {"ANTBED_NO_INSTALL": "1", **settings}
    return subprocess.run(argv, cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("name", ["two words", "a:b", "it's", "a$b", "100%", "a,b", "a#b", 'a"b', "a\\b", "a&b"])
def test_a_checkout_in_a_path_that_cannot_be_built_in_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """Kbuild alone would say so after minutes, or make take a part of the path for a file."""
    place = checkout(tmp_path / name / "c")
    character = next(one for one in name if not (one.isalnum() or one in "@+"))
    says = f"the checkout's path, {place}, has '{character}', which Kbuild and make cannot take: move it"
    made = run(place, "make", "image", "KERNEL=6.1")
    assert made.returncode != 0 and made.stderr.splitlines()[0] == f"error: {says}", made
    up = run(place, "./antbed", "up", "--kernel", "6.1", "--accel", "tcg")
    assert (up.returncode, up.stderr) == (2, f"antbed: {says}\n")
    assert f"BAD  checkout     {says}\n" in run(place, "./antbed", "doctor").stdout
    assert not (place / "build" / "logs").exists()


def test_a_checkout_in_a_path_with_other_letters_is_well(tmp_path: Path) -> None:
    place = checkout(tmp_path / "ä+б@host" / "c")
    assert f"ok   checkout     {place}\n" in run(place, "./antbed", "doctor").stdout
    link = tmp_path / "link"
    link.symlink_to(checkout(tmp_path / "two words" / "c"))
    assert "BAD  checkout     the checkout's path, " in run(link, "./antbed", "doctor").stdout


def test_doctor_says_that_a_place_is_read_only(tmp_path: Path) -> None:
    """As a checkout on a read-only file system, where each command ends with one line."""
    inside = ["unshare", "-Umr", "sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"']
    if subprocess.run([*inside, str(tmp_path), "true"], capture_output=True, check=False).returncode:
        pytest.skip("this computer's kernel allows no mounts of one's own (unshare -Um)")
    said = run(ROOT, *inside, str(tmp_path), "./antbed", "doctor", ANTBED_BUILD=str(tmp_path))
    assert f"BAD  disk space   {tmp_path} cannot be written to\n" in said.stdout, said
    up = run(ROOT, *inside, str(tmp_path), "./antbed", "up", "--kernel", "6.1", ANTBED_BUILD=str(tmp_path))
    assert up.returncode == 1 and len(up.stderr.splitlines()) == 1 and "Read-only file system" in up.stderr, up


def test_a_build_needs_no_home_for_its_compilers_cache(tmp_path: Path) -> None:
    """A service's user has none, and ccache would fail each compilation."""
    homes: list[dict[str, str]] = [{}, {"HOME": ""}, {"HOME": "/nonexistent"}]
    for home in homes:
        environment = {"PATH": os.environ["PATH"], "BUILD": str(tmp_path), **home}
        argv = ["bash", "-c", '. images/lib.sh && echo "$CCACHE_DIR"']
        done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60)
        assert done.stdout == f"{tmp_path}/ccache\n"
