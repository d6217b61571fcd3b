# SPDX-License-Identifier: GPL-2.0-only
"""Linux on several cores: its interrupts to all of its own reach none of AnT's, and calls are served on any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from antbed_runner import Antbed
from guest import meanwhile
from profiles import changed

# To all other cores of Linux's at once: code is patched, and each tells where it is (by an NMI).
INTERRUPT_ALL = (
    "for i in $(seq 1 20); do echo $((i % 2)) >/sys/module/antlinux/parameters/stamps; done;"
    " echo l >/proc/sysrq-trigger; echo 0 >/sys/module/antlinux/parameters/stamps"
)


def with_linux_on(directory: Path, cores: int) -> str:
    """The small machine with so many cores for Linux, and the others for AnT."""
    linux, ant = list(range(cores)), list(range(cores, 4))
    changes = ("cores = [0]", f"cores = {linux}"), ("cores = [1, 2, 3]", f"cores = {ant}")
    return changed(directory, f"linux-on-{cores}", *changes)


def function_calls(machine: Antbed) -> int:
    """Interrupts for function calls that Linux's cores have taken."""
    (line,) = [line for line in machine.linux("cat /proc/interrupts").splitlines() if line.lstrip().startswith("CAL:")]
    return sum(int(word) for word in line.split() if word.isdigit())


@pytest.mark.parametrize("cores", [2, 3])
def test_linux_on_several_cores(own_machine: Antbed, kernel: str, tmp_path: Path, cores: int) -> None:
    profile = with_linux_on(tmp_path, cores)
    if kernel == "3.0.8":
        refused = own_machine.up("--profile", profile, status=1)
        assert "linux.cores: Linux 3.0.8 on several cores sends interrupts to all cores" in refused.errors
        return
    own_machine.up("--profile", profile)
    assert own_machine.linux("nproc") == f"{cores}\n"
    before = function_calls(own_machine)
    # No calls meanwhile: QEMU's emulation before 8.1 may execute what another core is just patching.
    with meanwhile(own_machine, INTERRUPT_ALL, system="linux", timeout=300):
        assert own_machine.ant("edu 10") == "3628800\n"
    assert function_calls(own_machine) - before >= cores - 1
    said = own_machine.ant("filetest -d /tmp -n 300 -p 4", timeout=300)
    assert said.count("all as expected") == 4, said
    assert own_machine.ant("calltest null") == "null retval=0\n"
    assert "nobody expected" not in own_machine.ant("klog")
