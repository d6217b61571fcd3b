# SPDX-License-Identifier: GPL-2.0-only
"""A killed caller whose call Linux cannot end: it writes to a file system that is frozen."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest

import guest
from antbed_runner import Antbed
from guest import counter, eventually, meanwhile, open_gate, parent_and_proxies, without_proxies

DIRECTORY = "/mnt/frozen"
FILE = f"{DIRECTORY}/file"


@pytest.fixture
def frozen(machine: Antbed) -> Iterator[None]:
    """A small ext4 of its own, which freeze() below freezes."""
    machine.linux("gunzip -c /lib/bench.ext4.gz >/tmp/frozen.img; truncate -s 2G /tmp/frozen.img")
    machine.linux(f"mkdir -p {DIRECTORY}; mount -o loop -t ext4 /tmp/frozen.img {DIRECTORY} && chmod 777 {DIRECTORY}")
    yield
    thaw(machine)
    machine.linux(f"umount {DIRECTORY}; rm /tmp/frozen.img")


def thaw(machine: Antbed) -> None:
    machine.exec("linux", f"fsfreeze --unfreeze {DIRECTORY}")  # may be thawed


def memory(machine: Antbed) -> dict[str, int]:
    """Bytes of AnT's that nobody has."""
    lines = [line.split(": ") for line in machine.ant("mem").splitlines()]
    return {name: int(value) for name, value in lines if name in ("frames_free", "ica_free")}


def states(machine: Antbed) -> list[str]:
    """Of the proxies: D is uninterruptible sleep."""
    pids = " ".join(f"/proc/{pid}/status" for pid in parent_and_proxies(machine)[1])
    return re.findall(r"^State:\s+(\w)", machine.linux(f"cat {pids}"), re.M) if pids else []


def killed_in_a_frozen_write(machine: Antbed, opened: str, written: str, options: str = "") -> None:
    """A caller on core 2 writes, its disk freezes just before, and its time is over: Linux does not let go of it."""
    with guest.gate(machine) as gate:
        steps = f"open {opened} , open {gate} r , write 3 {written}"
        with meanwhile(machine, f"on 2 calltest {options}{steps}", timeout=10, status=124):
            assert eventually(lambda: counter(machine, "in_progress") == 1)
            machine.linux(f"fsfreeze --freeze {DIRECTORY}")
            open_gate(machine, gate)
            assert eventually(lambda: states(machine) == ["D"])


def test_a_killed_caller_keeps_only_what_linux_may_write_to(machine: Antbed, frozen: None) -> None:
    """It has ended for all others, who go on; when Linux lets go of its call, nothing of it is left."""
    own = 8_000_000  # its private memory is more, and what Linux was told of less
    assert "errno" not in machine.ant(f"calltest -b private open {FILE} rwc 666 , write @ 1000 1")
    without_proxies(machine)
    before = memory(machine)
    killed_in_a_frozen_write(machine, f"{FILE} rw", f"{own} 1", options="-b private ")
    try:
        assert eventually(lambda: bool(re.search(r" calltest  \(waits for Linux since \d+ s in write\)$",
                                                 machine.ant("ps"), re.M)))
        kept = memory(machine)
        assert before["frames_free"] - kept["frames_free"] < own // 10, (before, kept)
        assert 0 < before["ica_free"] - kept["ica_free"] < own, (before, kept)
        for core in (1, 2):
            command = "calltest stat /etc/hostname , open /etc/hostname r , read @ 4 , null"
            assert "errno" not in machine.ant(f"on {core} {command}")
        assert states(machine)[:1] == ["D"]
    finally:
        thaw(machine)
    without_proxies(machine)
    assert eventually(lambda: memory(machine) == before), (before, memory(machine))
    assert counter(machine, "in_progress") == 0
    assert "waits for Linux" not in machine.ant("ps")


@pytest.fixture
def upon_frozen(machine: Antbed, frozen: None) -> Iterator[str]:
    """A file on a disk whose writes wait while the file system below it is frozen."""
    directory = "/mnt/upon"
    disk = f"{DIRECTORY}/disk"
    machine.linux(f"gunzip -c /lib/bench.ext4.gz >{disk}; truncate -s 2G {disk}; mkdir -p {directory}")
    machine.linux(f"mount -o loop -t ext4 {disk} {directory} && chmod 777 {directory}")
    yield f"{directory}/file"
    thaw(machine)
    machine.linux(f"umount {directory}")


def test_a_killed_caller_keeps_what_a_device_uses(machine: Antbed, upon_frozen: str) -> None:
    """Of a file opened with O_DIRECT the disk itself reads the caller's memory: nobody gets it before that is done."""
    length = 1 << 20
    assert "errno" not in machine.ant(f"calltest open {upon_frozen} rwcD 666 , write @ {length} 1")
    machine.linux("sync")
    without_proxies(machine)
    before = memory(machine)
    killed_in_a_frozen_write(machine, f"{upon_frozen} rwD", f"{length} 2")
    try:
        assert eventually(lambda: "waits for Linux" in machine.ant("ps"))
        assert before["ica_free"] - memory(machine)["ica_free"] >= length
        # Others have and fill what is free, from the lowest address on.
        assert "errno" not in machine.ant("calltest open /dev/null w , write @ 100000000 3", timeout=300)
        assert states(machine)[:1] == ["D"]
    finally:
        thaw(machine)
    without_proxies(machine)
    assert eventually(lambda: memory(machine) == before), (before, memory(machine))
    written = bytes((2 + 7 * i + 13 * (i // 256)) % 256 for i in range(length))
    assert machine.linux(f"sha256sum {upon_frozen}").split()[0] == hashlib.sha256(written).hexdigest()
