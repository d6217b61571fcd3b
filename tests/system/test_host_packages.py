# SPDX-License-Identifier: GPL-2.0-only
"""What the project asks of a computer, release by release (images/packages.list), and what any other is told."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from antbed_runner import ROOT

LIST = ROOT / "images" / "packages.list"
GROUPS = sorted({line.split()[0].partition("@")[0] for line in LIST.read_text(encoding="utf-8").splitlines()
                 if line and not line.startswith("#")})
TOOLS = ("bash", "env", "dirname", "realpath", "sed", "grep", "awk", "mkdir", "cat", "tail", "sleep", "id", "date",
         "stat", "nproc")
RELEASES = {"debian12": "ID=debian\nVERSION_ID=12", "debian13": "ID=debian\nVERSION_ID=13",
            "ubuntu24.04": 'ID=ubuntu\nVERSION_ID="24.04"', "debian": "ID=debian"}
KERNELS = {"debian12": {"linux-source-6.1"}, "debian13": {"linux-source-6.12"}, "ubuntu24.04": set(), "debian": set()}


class Computer:
    """One on which no package is installed; its apt knows all but `lacks`. Without apt and dpkg: no Debian."""

    def __init__(self, directory: Path, release: str, lacks: str = "none", apt: bool = True) -> None:
        self.programs = directory / "bin"
        self.programs.mkdir()
        for name in TOOLS:
            found = shutil.which(name)
            assert found
            (self.programs / name).symlink_to(found)
        self.installed = directory / "installed"
        self.environment = {"PATH": str(self.programs), "OS_RELEASE": str(directory / "os-release"),
                            "BUILD": str(directory / "build")}
        (directory / "os-release").write_text(RELEASES[release] + "\n", encoding="utf-8")
        if apt:
            self._program("dpkg-query", "exit 1")
            self._program("sudo", 'exec "$@"')
            self._program("apt-get", f'case " $* " in *" install "*) echo "$*" >{self.installed} ;; esac')
            self._program("apt-cache", f'shift; for p; do [ $p = {lacks} ] || echo "Package: $p"; done')

    def _program(self, name: str, body: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def packages(self, *words: str) -> subprocess.CompletedProcess[str]:
        # images/lib.sh adds /usr/sbin and /sbin to the path: nothing of ours is there.
        return subprocess.run(["images/packages.sh", *words], cwd=ROOT, env=self.environment, capture_output=True,
                              text=True, check=False, timeout=60)


@pytest.mark.parametrize("release", RELEASES)
def test_only_the_source_of_linux_depends_on_the_release(release: str, tmp_path: Path) -> None:
    """On Debian 13 nothing worked: there is no linux-source-6.1, and no clang-14."""
    missing = Computer(tmp_path, release).packages("--missing", *GROUPS).stdout.split()
    assert {name for name in missing if re.search(r"\d\.\d", name)} == KERNELS[release]
    assert not [name for name in missing if re.search(r"-\d+(-|$)", name)], "a name with a compiler's version"
    assert len(missing) > 50 and "clang" in missing


def test_what_is_missing_is_installed(tmp_path: Path) -> None:
    computer = Computer(tmp_path, "debian13")
    done = computer.packages("build", "run")
    assert done.returncode == 0, done.stderr
    words = computer.installed.read_text(encoding="utf-8").split()
    assert {"linux-source-6.12", "qemu-system-x86"} < set(words) and "linux-source-6.1" not in words


def test_a_package_that_the_release_does_not_have_is_said_first(tmp_path: Path) -> None:
    computer = Computer(tmp_path, "ubuntu24.04", lacks="cmake")
    done = computer.packages("build")
    assert done.returncode != 0 and not computer.installed.exists()
    assert re.match(r"error: ubuntu24\.04 has no package cmake .*docs/hosts\.md$", done.stderr.splitlines()[0])


def test_no_debian_is_shown_to_the_container(tmp_path: Path) -> None:
    done = Computer(tmp_path, "debian", apt=False).packages("build")
    assert done.returncode != 0
    assert re.match(r"error: no Debian here .*container of docs/hosts\.md$", done.stderr)


def test_the_container_has_the_packages(tmp_path: Path) -> None:
    """All but a browser. No engine runs here: its steps are what packages.sh does on a release that the list knows.
    tests/hosts/run.sh container runs them."""
    steps = dict[str, list[str]]()
    for line in (ROOT / "images" / "Containerfile").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            steps.setdefault(line.split()[0], []).append(line.partition(" ")[2])
    assert steps.keys() == {"FROM", "RUN", "ENV", "WORKDIR", "COPY"}
    assert steps["FROM"] == ["docker.io/library/debian:13"]
    update, install = steps["RUN"]
    assert update.split()[-3:] == ["git", "make", "ca-certificates"]
    script, *groups = install.split()
    assert script == "images/packages.sh" and {*groups, "site"} == set(GROUPS)
    *files, place = steps["COPY"][0].split()
    for name in files:
        (tmp_path / "context" / place).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "images" / name, tmp_path / "context" / place)
    done = subprocess.run([script, "--missing", *groups], cwd=tmp_path / "context", env=os.environ,
                          capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, "what it copies is not all that packages.sh needs: " + done.stderr
