# SPDX-License-Identifier: GPL-2.0-only
"""make dist: a release's machine boots from its archive alone, without a build, and says what it is made of."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from antbed_runner import LIMIT, ROOT

ACCELERATOR = os.environ.get("ANTBED_TEST_ACCEL", "auto")


def run(*argv: str | Path, directory: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        argv, cwd=directory, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=LIMIT * 2, check=False,
    )  # fmt: skip


@pytest.fixture
def unpacked(kernel: str, tmp_path: Path) -> Path:
    """The machine of this kernel, as a user has it on disk."""
    done = run("images/dist.sh", "machine", KERNEL=kernel, VERSION="9.9.9")
    assert done.returncode == 0, done.stdout + done.stderr
    archive = ROOT / f"build/dist/ant-linux-testbed-9.9.9-linux-{kernel}.tar.xz"
    assert run("tar", "-xf", archive, directory=tmp_path).returncode == 0
    archive.unlink()
    (only,) = tmp_path.iterdir()
    return only


def no_builder(place: Path) -> str:
    """A PATH on which whoever wants to build something fails."""
    place.mkdir()
    for name in ("make", "gcc", "cc", "as", "ld", "cmake", "git"):
        (place / name).write_text(f'#!/bin/sh\necho "{name} was called" >&2\nexit 99\n')
        (place / name).chmod(0o755)
    return f"{place}:{os.environ['PATH']}"


@pytest.mark.own_machine
def test_it_boots_from_its_archive_alone(unpacked: Path, kernel: str, tmp_path: Path) -> None:
    path = no_builder(tmp_path / "no-builder")
    environment = {"PATH": path, "KERNEL": "auto", "ANTBED_NAME": "ready", "ANTBED_BACKEND": "qemu"}
    environment["ANTBED_BUILD"] = str(unpacked / "build")
    antbed = unpacked / "antbed"
    try:
        up = run(antbed, "up", "--accel", ACCELERATOR, directory=unpacked, **environment)
        assert up.returncode == 0, up.stdout + up.stderr
        assert f"Linux {kernel}" in up.stdout
        seen = run(antbed, "exec", "--", "cat /host/hello.txt", directory=unpacked, **environment)
        assert (seen.returncode, seen.stdout) == (0, (ROOT / "share/hello.txt").read_text()), seen.stderr
        traced = run(antbed, "trace", "--", "null", directory=unpacked, **environment)
        assert traced.returncode == 0, traced.stderr
        status = json.loads(run(antbed, "status", "--json", directory=unpacked, **environment).stdout)
        assert status["image"] == str(unpacked)
        gdb = run(antbed, "debug", "-c", "bt", directory=unpacked, **environment)
        assert gdb.returncode == 1 and "no symbols for gdb in the ready machine" in gdb.stderr
    finally:
        down = run(antbed, "down", directory=unpacked, **environment)
    assert down.returncode == 0, down.stderr
    assert "was called" not in up.stdout + up.stderr


@pytest.mark.own_machine
def test_it_says_what_it_is_made_of(unpacked: Path, kernel: str) -> None:
    """Each file is summed; licences and sources of all that is linked in are named."""
    pairs = (line.split("  ", 1) for line in (unpacked / "SHA256SUMS").read_text().splitlines())
    sums = {name: digest for digest, name in pairs}
    files = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    assert set(sums) == files - {"SHA256SUMS"}
    for name, expected in sums.items():
        assert hashlib.sha256((unpacked / name).read_bytes()).hexdigest() == expected, name
    said = (unpacked / "SOURCES.md").read_text()
    for part in ("| Linux | " + kernel, "kexec-tools", "busybox-static", "grub-pc-bin", "libstdc++", "libc6-dev"):
        assert part in said, part
    assert "| |" not in said and "|  |" not in said  # nothing stayed unknown
    licences = {path.name for path in (unpacked / "LICENCES").iterdir()}
    assert {"linux", "testbed", "kexec-tools", "busybox-static", "grub-pc-bin", "GPL-2", "GPL-3"} <= licences


def ready(place: Path, text: str) -> Path:
    place.mkdir(exist_ok=True)
    (place / "ready-machine.json").write_text(text)
    return place


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        (None, [], "no ready machine, ready-machine.json: No such file or directory"),
        ("[]", [], "ready-machine.json is not what `make dist` writes"),
        ('{"version": "1"}', [], "ready-machine.json is not what `make dist` writes"),
        ('{"version": "1", "kernel": "6.1"}', ["--kernel", "3.0.8"], "it has Linux 6.1, not 3.0.8"),
        ('{"version": "1", "kernel": "6.1"}', [], "no disk image"),
        ('{"version": "1", "kernel": "6.1"}', ["--profile", "devices"], "no disk image"),
    ],
)
def test_what_is_no_ready_machine_is_refused(tmp_path: Path, text: str | None, words: list[str], said: str) -> None:
    place = ready(tmp_path / "dir", text) if text is not None else tmp_path
    done = run(
        "./antbed", "up", "--image", place, "--accel", "tcg", *words,
        ANTBED_BUILD=str(tmp_path / "build"), KERNEL="auto", ANTBED_BACKEND="qemu",
    )  # fmt: skip
    assert done.returncode in (1, 2) and said in done.stderr, done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_sources_are_what_is_committed(tmp_path: Path) -> None:
    """Nobody gets a release of what no commit has; and a commit's archive unpacks to its files."""
    copy = tmp_path / "copy"
    assert run("git", "clone", "-q", ROOT, copy).returncode == 0
    for name in ("images/dist.sh", "images/lib.sh"):  # as they are here, committed or not
        shutil.copy(ROOT / name, copy / name)
    (copy / "README.md").write_text("changed")
    refused = run("images/dist.sh", "source", directory=copy)
    assert refused.returncode and "there are changes that no commit has" in refused.stderr
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b.invalid")
    assert run("git", "add", "-A", directory=copy).returncode == 0
    assert run(*git, "commit", "-qm", "all", directory=copy).returncode == 0
    assert run(*git, "tag", "v9.8.7", directory=copy).returncode == 0
    done = run("images/dist.sh", "source", directory=copy)
    assert done.returncode == 0, done.stdout + done.stderr
    with tarfile.open(copy / "build/dist/ant-linux-testbed-9.8.7.tar.xz") as tar:
        names = {name.removeprefix("ant-linux-testbed-9.8.7/") for name in tar.getnames()}
    tracked = set(run("git", "ls-files", directory=copy).stdout.splitlines())
    assert tracked <= names
