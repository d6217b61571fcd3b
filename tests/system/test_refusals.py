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


IMAGE, RAMDISK = "/boot/ant.bzImage", "/boot/ant.cpio"
CHANGE = "printf '\\377\\0\\377' | dd of=/tmp/file bs=1 conv=notrunc 2>/dev/null seek="
# An image, or a RAM disk for AnT's image, that is not as it was made.
DAMAGED = [
    (f"head -c 100000 {IMAGE} >/tmp/file", "is cut short: 100000 of "),
    (f"cp {IMAGE} /tmp/file; {CHANGE}50000", "is damaged: its checksum is wrong"),
    ("busybox cp /bin/busybox /tmp/file", "not a bzImage"),  # a 64-bit ELF file
    (f"head -c 100000 {RAMDISK} >/tmp/file", "is cut short: 100000 bytes, and no end of the archive in them"),
    (f"cp {RAMDISK} /tmp/file; {CHANGE}50000", "is damaged: behind byte "),
]


@pytest.mark.parametrize("make, words", DAMAGED, ids=[make.partition(";")[0] for make, _ in DAMAGED])
def test_a_damaged_file_is_refused_before_it_is_started(machine: Antbed, make: str, words: str) -> None:
    """A copy that broke off, a byte that changed, a file of another kind: once such an image was started in silence."""
    file = f"{IMAGE} --initrd=/tmp/file" if RAMDISK in make else "/tmp/file"
    result = machine.exec("linux", f"{make} && kexec --mint-load {file}; status=$?; rm /tmp/file; exit $status")
    assert result.status == 1 and result.errors.startswith(f"kexec: /tmp/file: {words}"), result
    assert len(result.errors.splitlines()) == 1


def test_an_image_without_a_checksum_is_not_refused_for_it(machine: Antbed) -> None:
    """One that was not made by Linux's build may have zeros there."""
    zeros = "size=$(stat -c %s /tmp/file); dd if=/dev/zero of=/tmp/file bs=1 seek=$((size - 4)) count=4 conv=notrunc"
    result = machine.exec("linux", f"cp {IMAGE} /tmp/file; {zeros} 2>/dev/null; kexec --mint-load /tmp/file")
    assert result.status == 1 and "runs already" in result.errors, result
    machine.linux("rm /tmp/file")


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


def test_an_os_is_not_started_without_a_clocks_frequency(
    own_machine: Antbed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Linux could not calibrate its time stamp counter, as on a very slow computer; here it is told that there is none.
    AnT would be told tsc_khz=0 and panic."""
    no_counter = "clearcpuid=4"
    path = variant(tmp_path_factory, "no-frequency", linux_command_line=no_counter, ant_command_line="autostart=0")
    own_machine.up("--profile", path)
    assert own_machine.linux("cat /sys/kernel/mint/tsc_khz") == "0\n"
    refused = own_machine.exec("linux", "start-ant /boot/ant.bzImage")
    words = "AnT: not started: kexec cannot start core 1: kexec: core 1 not started: this Linux has no frequency for it"
    assert refused.status == 1 and words in refused.errors, str(refused)
    assert "mint: start: tsc_khz is not known" in own_machine.linux("dmesg")
    assert own_machine.linux("cat /sys/kernel/mint/started") == ""
