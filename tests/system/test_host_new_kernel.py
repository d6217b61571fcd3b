# SPDX-License-Identifier: GPL-2.0-only
"""docs/adding-a-kernel-version.md, typed as it stands into a project with a tiny source of Linux 5.10."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from source_project import HOOK, NAME, REBOOT, ROOT, Project, tree

PAGE = ROOT / "docs" / "adding-a-kernel-version.md"
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Both versions that the page starts from: the tiny series is 6.1's, too."""
    made = Project(tmp_path / "project")
    patches = made.path / "mint-patches"
    made.copy_series("6.1")
    for name in ("linux-6", "linux-6.1"):
        shutil.copy(patches / "configs" / f"{NAME}.config", patches / "configs" / f"{name}.config")
    return made


def typed(source: Path, *blocks: str) -> str:
    """A script of these blocks; what takes an hour is only planned."""
    script = "".join(blocks).replace("/path/to/linux-5.10", str(source))
    return re.sub(r"^make ", "make --dry-run ", script, flags=re.MULTILINE)


def test_the_page(project: Project, tmp_path: Path) -> None:
    source = tree(tmp_path / "linux-5.10", "5.10.0")
    version, hooks, patched, *further, last = BLOCKS
    assert "images/linux-source.sh" in patched and "ci/check-series.sh" in last
    done = project.run("bash", "-ec", typed(source, version))
    assert (done.returncode, done.stdout) == (0, "5.10\n"), done.stderr
    done = project.run("bash", "-ec", typed(source, version, hooks, patched))
    assert done.returncode == 0, done.stdout + done.stderr
    reboot = project.path / "build/linux-5.10/src/kernel/reboot.c"
    assert reboot.read_text(encoding="utf-8") == REBOOT.replace("{\n", "{\n" + HOOK)
    assert (project.path / "build/linux-5.10/src.originals/kernel/reboot.c").read_text(encoding="utf-8") == REBOOT

    planned = typed(source, version, *further, last.replace("ci/check-series.sh", "test -x ci/check-series.sh"))
    done = project.run("bash", "-ec", planned)
    assert done.returncode == 0, done.stderr
    assert "KERNEL=5.10 images/kernel.sh" in done.stdout and "bench-check --kernel 5.10" in done.stdout


def test_what_does_not_fit_is_named_in_the_log_that_the_page_names(project: Project, tmp_path: Path) -> None:
    source = tree(tmp_path / "linux-5.10", "5.10.0")
    version, hooks, patched = BLOCKS[:3]
    (source / "kernel" / "word.c").write_text("one\nolder\nold\n", encoding="utf-8")
    done = project.run("bash", "-ec", typed(source, version, hooks, patched))
    log = (project.path / "build/logs/mint-patches-5.10.log").read_text(encoding="utf-8")
    assert done.returncode != 0 and "mint-patches/linux-5.10/toolchain/toolchain-01-word.subst does not apply" in log
