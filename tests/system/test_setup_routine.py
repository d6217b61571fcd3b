# SPDX-License-Identifier: GPL-2.0-only
"""AnT's bzImage carries the setup routine of a Linux; any version's starts from any kernel."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from antbed_runner import Antbed
from guest import eventually
from kernels import ROOT, why_missing
from profiles import variant
from testbed.describe.kernel import known
from testbed.run.rundir import CONTROL_ANT, RunDirectory


def setup_version(bz_image: Path) -> str:
    """Which Linux the setup routine says that it is from (the boot protocol's kernel_version)."""
    content = bz_image.read_bytes()
    start = int.from_bytes(content[0x20E:0x210], "little") + 0x200
    return content[start : content.index(b"\0", start)].split()[0].decode("ascii")


def image_for(kernel: str) -> Path:
    return ROOT / "build" / f"linux-{kernel}" / "ant.bzImage"


def test_image_is_made_from_its_own_kernels_setup_routine(kernel: str) -> None:
    assert setup_version(image_for(kernel)).startswith(kernel.removesuffix("-debug"))


def test_image_with_another_versions_setup_routine_starts(
    own_machine: Antbed, kernel: str, share: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = next((version for version in known() if version != kernel and not why_missing(version)), None)
    if other is None:
        pytest.skip("no image of another version is here")
    assert setup_version(image_for(other)).startswith(other)
    shutil.copy(image_for(other), share / "other.bzImage")
    own_machine.up("--profile", variant(tmp_path_factory, "manual", ant_command_line="autostart=0"))
    own_machine.linux(
        'kexec --mint-load /host/other.bzImage --initrd=/boot/ant.cpio --command-line="$(start-ant --print)"'
    )
    own_machine.linux("kexec --mint-start=1")
    control = RunDirectory.named(own_machine.name).log(CONTROL_ANT)
    assert eventually(lambda: control.read_bytes().startswith(b"ready\n"))
    assert own_machine.ant("cat", "/host/hello.txt") == (share / "hello.txt").read_text(encoding="utf-8")
