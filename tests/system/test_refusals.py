# SPDX-License-Identifier: GPL-2.0-only
"""Mint's kexec refuses what would do harm, in words, with a status, and in Linux's log."""

from __future__ import annotations

import pytest

from antbed_runner import Antbed
from guest import eventually
from profiles import variant
from testbed.run.rundir import CONTROL_ANT, RunDirectory

REFUSED = [
    ("kexec --mint-start=0", "it is this Linux's own"),
    ("kexec --mint-start=1", "has been started before"),
    ("kexec --mint-start=2", "has been started before"),
    ("kexec --mint-start=7", "not in mint_cores="),
    ("kexec --mint-start=one", "not the number of a core"),
    ("kexec --mint-load /boot/ant.bzImage --initrd=/boot/ant.cpio", "runs already"),
    ("kexec --mint-unload", "runs already"),
    ("kexec --mint-load /nope", "/nope: No such file or directory"),
    ("kexec --mint-load /boot/vmlinuz", "is linked to run at"),
    ("kexec --mint-load /etc/hostname", "not a bzImage"),
    ("kexec --mint-load /boot/ant.bzImage --initrd=/etc", "/etc: not a file"),
    ("kexec --mint-load /boot/ant.bzImage --mint-start=1", "at a time"),
    ("kexec --initrd=/boot/ant.cpio", ""),
]


@pytest.mark.parametrize("command, words", REFUSED)
def test_refused_in_words(machine: Antbed, command: str, words: str) -> None:
    before = machine.linux("cat /sys/kernel/mint/started /sys/kernel/mint/loaded")
    result = machine.exec("linux", command)
    assert result.status != 0 and words in result.errors, str(result)
    assert len(result.errors.splitlines()) == 1 or "usage" in result.errors.lower() or not words
    assert machine.linux("cat /sys/kernel/mint/started /sys/kernel/mint/loaded") == before
    assert machine.ant("getpid")  # AnT does not notice


@pytest.mark.parametrize("core", [0, 1, 7])
def test_refused_start_is_in_linuxs_log(machine: Antbed, core: int) -> None:
    machine.linux("dmesg -c >/dev/null")
    assert machine.exec("linux", f"kexec --mint-start={core}").status != 0
    assert "mint: " in machine.linux("dmesg")


def test_ant_that_is_not_loaded_cannot_be_started(
    own_machine: Antbed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A machine whose Linux does not start AnT: the same commands, in the wrong order and then by hand."""
    path = variant(tmp_path_factory, "manual", ant_command_line="autostart=0")
    own_machine.up("--profile", path)
    early = own_machine.exec("linux", "kexec --mint-start=1")
    assert early.status != 0 and "no image is loaded" in early.errors, str(early)
    load = 'kexec --mint-load /boot/ant.bzImage --initrd=/boot/ant.cpio --command-line="$(start-ant --print)"'
    assert own_machine.linux("cat", "/sys/kernel/mint/loaded") == "0\n"
    own_machine.linux(load)
    assert own_machine.linux("cat", "/sys/kernel/mint/loaded") == "1\n"
    own_machine.linux("kexec --mint-unload")
    assert own_machine.linux("cat", "/sys/kernel/mint/loaded") == "0\n"
    own_machine.linux(load)
    own_machine.linux("kexec --mint-start=1")
    assert own_machine.linux("cat", "/sys/kernel/mint/started") == "1\n"
    control = RunDirectory.named(own_machine.name).log(CONTROL_ANT)
    assert eventually(lambda: control.read_bytes().startswith(b"ready\n"))
    assert int(own_machine.ant("getpid")) > 0
