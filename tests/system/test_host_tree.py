# SPDX-License-Identifier: GPL-2.0-only
"""docs/architecture.md lists the tree as it is: each directory, or one above it, has its line."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]


def listed() -> list[str]:
    """The first column of the table of directories."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("## The tree")[2].partition("###")[0]
    return re.findall(r"^\| `([^`]+)/` \|", table, re.MULTILINE)


def missing(directories: set[str], lines: list[str]) -> set[str]:
    """Directories without a line. The subdirectories of one need none, or all have one."""
    parted = {str(above) for line in lines for above in PurePosixPath(line).parents}
    return {name for name in directories if str(PurePosixPath(name).parent) in parted} - parted - set(lines)


def test_the_page_lists_each_directory() -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    present = {
        str(above) for name in files if (ROOT / name).is_file() for above in list(PurePosixPath(name).parents)[:-1]
    }
    lines = listed()
    assert len(lines) == len(set(lines)) > 0
    assert set(lines) <= present
    assert missing({name for name in present if not name.startswith(".")}, lines) == set()


def test_what_is_missing() -> None:
    directories = {"ant", "ant/base", "ant/core", "ant/core/deep", "docs", "lkm"}
    assert missing(directories, ["ant/base", "ant/core", "docs", "lkm"]) == set()
    assert missing(directories, ["ant/base", "docs"]) == {"ant/core", "lkm"}
    assert missing(directories, ["ant", "docs", "lkm"]) == set()
