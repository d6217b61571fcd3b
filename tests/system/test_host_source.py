# SPDX-License-Identifier: GPL-2.0-only
"""Where the source of Linux comes from, and which version KERNEL=auto is: the real scripts on tiny sources."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from source_project import NAME, Mirror, Project, complaint, linux, mirror, mirrored, project
from source_project import silent_mirror, tarball, tree

__all__ = ["linux", "mirror", "mirrored", "project"]  # fixtures

COMPRESSIONS = ("xz", "bz2", "gz")


def state(directory: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in directory.rglob("*")}


# --- LINUX_SRC


def test_tree_is_only_read(project: Project, linux: Path) -> None:
    before = state(linux)
    done = project.get_source(LINUX_SRC=str(linux))
    assert done.returncode == 0, done.stderr
    assert project.has_mint() and state(linux) == before
    again = project.get_source(LINUX_SRC=str(linux))
    assert (again.returncode, again.stdout) == (0, "")


@pytest.mark.parametrize("worktree", [False, True])
def test_git_checkout(project: Project, linux: Path, worktree: bool) -> None:
    git = ["git", "-C", str(linux), "-c", "user.name=n", "-c", "user.email=e@x.invalid"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "3.0.8"]):
        subprocess.run([*git, *words], check=True)
    if worktree:  # there .git is a file
        subprocess.run([*git, "worktree", "add", "-q", str(linux.parent / "other")], check=True)
        linux = linux.parent / "other"
    done = project.get_source(LINUX_SRC=str(linux))
    assert done.returncode == 0 and project.has_mint(), done.stderr


@pytest.mark.parametrize("top", [NAME, f"./{NAME}", "linux"])
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_tarball(project: Project, linux: Path, compression: str, top: str) -> None:
    given = tarball(linux.parent / f"any.tar.{compression}", linux, top)
    done = project.get_source(LINUX_SRC=str(given))
    assert done.returncode == 0 and project.has_mint(), done.stderr
    assert "signature unchecked: there is no any.tar.sign" in done.stdout


def test_leftovers_of_a_build_do_no_harm(project: Project, linux: Path) -> None:
    leftovers = [".config", "include/generated/autoconf.h", "kernel/reboot.o", "kernel/.reboot.o.cmd"]
    leftovers += ["Module.symvers", ".tmp_versions/x.mod", "kernel/timeconst.h", "kernel/built-in.a"]
    for name in leftovers:
        (linux / name).parent.mkdir(parents=True, exist_ok=True)
        (linux / name).write_text("left over\n", encoding="utf-8")
    done = project.get_source(LINUX_SRC=str(linux))
    assert done.returncode == 0 and project.has_mint(), done.stderr
    assert (linux / ".config").exists()
    # A build there between two of ours is no change of the source.
    soon = time.time() + 60
    os.utime(linux / "kernel" / "reboot.o", (soon, soon))
    assert project.get_source(LINUX_SRC=str(linux)).stdout == ""


def test_a_changed_source_is_taken_anew(project: Project, linux: Path) -> None:
    project.get_source(LINUX_SRC=str(linux))
    time.sleep(0.05)
    (linux / "kernel" / "other.c").write_text("int changed;\n", encoding="utf-8")
    assert "unpacking" in project.get_source(LINUX_SRC=str(linux)).stdout
    assert (project.source / "kernel" / "other.c").read_text(encoding="utf-8") == "int changed;\n"


def test_a_file_unlike_the_stock_one_is_refused_by_name(project: Project, linux: Path) -> None:
    (linux / "kernel" / "reboot.c").write_text("// somebody's own\n", encoding="utf-8")
    refused = project.get_source(LINUX_SRC=str(linux))
    assert "kernel/reboot.c" in complaint(refused) and "base.lock" in refused.stderr
    # What no patch touches does not matter.
    (linux / "kernel" / "other.c").write_text("// somebody's own\n", encoding="utf-8")
    assert "other.c" not in complaint(project.get_source(LINUX_SRC=str(linux)))


def test_source_is_for_the_version_it_names(project: Project, tmp_path: Path) -> None:
    newer = tree(tmp_path / "linux-6.1.70", "6.1.70")
    line = complaint(project.get_source(LINUX_SRC=str(newer)))
    assert "no source of Linux 3.0.8" in line  # it is not taken for it
    assert project.version(LINUX_SRC=str(newer)).stdout == "6.1\n"


def test_source_of_an_unknown_version(project: Project, tmp_path: Path) -> None:
    other = tree(tmp_path / "linux-3.0.101", "3.0.101")
    for settings in ({"KERNEL": "3.0.8"}, {"KERNEL": "6.1"}):
        line = complaint(project.run("images/linux-source.sh", LINUX_SRC=str(other), **settings))
        assert str(other) in line and "3.0.101" in line and "3.0.8 6.12 6.1" in line
    assert "3.0.101" in complaint(project.version(LINUX_SRC=str(other)))


@pytest.mark.parametrize("what", ["nothing", "an empty directory", "a text file", "a broken tarball"])
def test_no_source_at_all(project: Project, linux: Path, tmp_path: Path, what: str) -> None:
    given = tmp_path / "given"
    if what == "an empty directory":
        given.mkdir()
    elif what == "a text file":
        given.write_text("hello\n", encoding="utf-8")
    elif what == "a broken tarball":
        given = tarball(tmp_path / "broken.tar.xz", linux)
        given.write_bytes(given.read_bytes()[:40])
    assert f"LINUX_SRC={given}" in complaint(project.get_source(LINUX_SRC=str(given)))


def test_the_tree_of_the_build_is_no_source(project: Project, linux: Path) -> None:
    project.get_source(LINUX_SRC=str(linux))
    assert "name the source itself" in complaint(project.get_source(LINUX_SRC=str(project.source)))
    assert project.has_mint()


# --- sources/


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_tarball_in_sources(project: Project, linux: Path, compression: str) -> None:
    (project.path / "sources").mkdir()
    tarball(project.path / "sources" / f"{NAME}.tar.{compression}", linux)
    done = project.get_source()
    assert done.returncode == 0 and project.has_mint(), done.stderr


def test_what_is_unpacked_goes_on_without_its_source(project: Project, linux: Path) -> None:
    project.get_source(LINUX_SRC=str(linux))
    done = project.get_source()
    assert (done.returncode, done.stdout) == (0, "")
    assert project.version().stdout == "3.0.8\n"


# --- KERNEL


def test_auto_without_network(project: Project) -> None:
    start = time.monotonic()
    with silent_mirror() as silent:
        chosen = project.version(LINUX_MIRROR=silent)
        assert time.monotonic() - start < 6
        assert chosen.stdout == "6.1\n" and len(chosen.stderr.splitlines()) == 1
        assert "not 3.0.8" in chosen.stderr and "cannot be reached" in chosen.stderr
        start = time.monotonic()
        assert project.version(LINUX_MIRROR=silent).stderr == chosen.stderr
        assert time.monotonic() - start < 3  # the answer of the first


def test_auto_takes_what_can_be_downloaded(project: Project, mirrored: Path, mirror: Mirror) -> None:
    for _ in range(2):
        chosen = project.version(LINUX_MIRROR=mirror.url)
        assert chosen.stdout == "3.0.8\n" and f"{mirror.url}/{mirrored.name}" in chosen.stderr
    assert mirror.requests == [f"HEAD /{mirrored.name}"]


def test_auto_takes_what_is_at_hand(project: Project, linux: Path) -> None:
    given = project.version(LINUX_SRC=str(linux))
    assert given.stdout == "3.0.8\n" and str(linux) in given.stderr
    (project.path / "sources").mkdir()
    tarball(project.path / "sources" / f"{NAME}.tar.gz", linux)
    chosen = project.version()
    assert chosen.stdout == "3.0.8\n" and f"sources/{NAME}.tar.gz" in chosen.stderr


def test_auto_takes_what_this_debian_has(project: Project) -> None:
    assert project.version().stdout == "6.1\n"  # Debian 12
    (project.packages / "linux-source-6.1.tar.xz").unlink()
    newer = project.install("6.12")
    chosen = project.version()
    assert chosen.stdout == "6.12\n" and "not 3.0.8" in chosen.stderr  # Debian 13
    newer.unlink()
    line = complaint(project.version())
    for word in ("linux-source-6.12 (Debian 13)", "linux-source-6.1 (Debian 12)", "sources/", "LINUX_SRC="):
        assert word in line


def test_a_debians_version_is_not_downloaded(project: Project, mirror: Mirror) -> None:
    project.copy_series("6.12")
    line = complaint(project.get_source(KERNEL="6.12", LINUX_MIRROR=mirror.url))
    for word in ("Linux 6.12:", "linux-source-6.12 (Debian 13)", "sources/", "LINUX_SRC=", "KERNEL=auto"):
        assert word in line
    assert mirror.requests == []


def test_the_newest_of_several_tarballs(project: Project, tmp_path: Path) -> None:
    (project.path / "sources").mkdir()
    for version in ("6.1.9", "6.1.192", "6.1.20"):
        made = tree(tmp_path / version, version)
        tarball(project.path / "sources" / f"linux-{version}.tar.xz", made)
    project.copy_series("6.1")
    assert "sources/linux-6.1.192.tar.xz" in project.get_source(KERNEL="6.1").stdout


@pytest.mark.parametrize("name", ["linux-6.1.tar.xz", "linux-6.1.192.tar.gz", "linux-source-6.1.tar.xz"])
def test_a_debians_version_from_a_tarball_anywhere(project: Project, tmp_path: Path, name: str) -> None:
    project.copy_series("6.1")
    (project.packages / "linux-source-6.1.tar.xz").unlink()
    sources = project.path / "sources"
    sources.mkdir()
    tarball(sources / "linux-6.12.9.tar.xz", tree(tmp_path / "linux-6.12.9", "6.12.9"))
    assert project.version("--available").stdout == "6.12\n"
    tarball(sources / name, tree(tmp_path / "linux-6.1.192", "6.1.192"))
    assert project.version("--available").stdout == "6.12\n6.1\n"
    done = project.get_source(KERNEL="6.1")
    assert done.returncode == 0 and f"sources/{name}" in done.stdout, done.stderr
    assert "SUBLEVEL = 192" in (project.path / "build/linux-6.1/src/Makefile").read_text(encoding="utf-8")


def test_explicit_version_never_falls_back(project: Project) -> None:
    chosen = project.version(KERNEL="3.0.8")
    assert (chosen.stdout, chosen.stderr) == ("3.0.8\n", "")
    made = project.run("make", "-s", "kernel", "KERNEL=3.0.8")
    assert made.returncode != 0 and "no source of Linux 3.0.8" in made.stderr
    assert not (project.path / "build" / "linux-6.1").exists()


def test_unknown_version(project: Project) -> None:
    line = complaint(project.version(KERNEL="4.19"))
    assert "4.19" in line and "3.0.8 6.12 6.1" in line and "auto" in line
    made = project.run("make", "kernel", "KERNEL=4.19")
    assert made.returncode != 0 and line in made.stderr


def test_make_asks_once_and_hands_the_version_on(project: Project, linux: Path) -> None:
    planned = project.run("make", "-n", "image", f"LINUX_SRC={linux}")
    assert planned.stderr.count("KERNEL=auto is Linux 3.0.8") == 1
    assert planned.stdout.count("KERNEL=3.0.8") >= 5 and "KERNEL=auto" not in planned.stdout
    again = project.run("make", "-n", "image", f"LINUX_SRC={linux}")
    assert again.stderr == "", "it is no news"
    other = project.run("make", "-n", "image", KERNEL="auto")
    assert other.stderr.count("KERNEL=auto is Linux 6.1") == 1
    for _ in range(2):
        started = project.run("make", "-n", "run-qemu")
        assert started.stderr.count("KERNEL=auto is Linux 6.1") == 1
    silent = project.run("make", "-n", "clean", "packages")
    assert silent.stderr == ""


def test_available(project: Project, linux: Path) -> None:
    without = project.version("--available")
    assert without.stdout == "6.1\n"
    assert "Linux 3.0.8 cannot be had" in without.stderr and "Linux 6.12 cannot be had" in without.stderr
    assert project.version("--available", LINUX_SRC=str(linux)).stdout == "3.0.8\n6.1\n"


def test_all_kernels_or_failure(project: Project) -> None:
    tested = project.run("make", "test-all")
    assert tested.returncode != 0 and "no source of Linux 3.0.8" in tested.stderr
    assert tested.stdout.splitlines()[-1] == "0 passed, 1 failed"
