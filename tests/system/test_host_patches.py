# SPDX-License-Identifier: GPL-2.0-only
"""make patches: every series as mails that make, applied by git, what the testbed builds."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from source_project import ROOT, Project, linux, project

__all__ = ["linux", "project"]  # fixtures


def apply_mails(directory: Path, patches: Path) -> None:
    """Makes a repository of the directory and applies the patches as from a mailbox."""
    git = ["git", "-C", str(directory), "-c", "user.name=n", "-c", "user.email=e@x.invalid"]
    mails = [str(path) for path in sorted(patches.glob("*.patch"))]
    for words in (["init", "-q"], ["add", "-A", "-f"], ["commit", "-q", "-m", "stock"], ["am", "-q", *mails]):
        subprocess.run([*git, *words], check=True)
    shutil.rmtree(directory / ".git")


def contents(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_patches_are_mails(project: Project, linux: Path) -> None:
    project.play_kexec_tools()
    done = project.run("images/patches.sh", KERNEL="3.0.8", LINUX_SRC=str(linux))
    patches = project.path / "build" / "patches-3.0.8"
    names = [
        "kexec-tools/0001-Mint-files-of-its-own.patch",
        "kexec-tools/0002-Mint-a-hook.patch",
        "mint/0001-Mint-files-of-its-own.patch",
        "mint/0002-Mint-a-hook.patch",
        "toolchain/0001-toolchain-word-by-substitution.patch",
    ]
    assert sorted(str(path.relative_to(patches)) for path in patches.rglob("*.patch")) == names, done.stderr
    hook = (patches / "mint" / "0002-Mint-a-hook.patch").read_text(encoding="utf-8")
    assert "From: Somebody <somebody@ant-linux.invalid>" in hook and "It is called before anything else." in hook
    assert " int reboot(void)\n {\n+" in hook  # context
    word = (patches / names[-1]).read_text(encoding="utf-8")
    assert "\nSomebody wants it.\n" in word and "-old\n+new\n" in word
    apply_mails(linux, patches / "toolchain")
    apply_mails(linux, patches / "mint")
    assert contents(linux) == contents(project.source)


@pytest.mark.parametrize("kernel", os.environ.get("ANTBED_TEST_KERNELS", "3.0.8 6.1 6.12").split())
def test_our_own_patches_make_our_own_tree(kernel: str, tmp_path: Path) -> None:
    available = subprocess.run(["images/kernel-version.sh", "--available"], cwd=ROOT, capture_output=True, text=True)
    if kernel not in available.stdout.split():
        assert os.environ.get("ANTBED_TEST_REQUIRE_ALL") != "1", available.stderr
        pytest.skip(available.stderr.strip())
    command = ["make", "-s", "patches", f"KERNEL={kernel}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    source = ROOT / "build" / f"linux-{kernel}" / "src"
    made = tmp_path / "made"
    shutil.copytree(f"{source}.originals", made)
    for part in ("toolchain", "mint"):
        if (ROOT / "build" / f"patches-{kernel}" / part).exists():
            apply_mails(made, ROOT / "build" / f"patches-{kernel}" / part)
    assert contents(made)
    for name, content in contents(made).items():
        assert (source / name).read_bytes() == content, name
