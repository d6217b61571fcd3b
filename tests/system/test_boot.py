# SPDX-License-Identifier: GPL-2.0-only
"""The machine comes up, and its parts are really parted: seen from both sides."""

from __future__ import annotations

import re

import pytest

from antbed_runner import Antbed
from testbed.describe.description import load
from testbed.run import time_stamp

SMALL = load("small")
REGION = range(SMALL.ant.base, SMALL.ant.end)


def values(text: str) -> dict[str, str]:
    """ "name: value" lines."""
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_both_systems_are_ready(machine: Antbed) -> None:
    state = machine.state()
    assert state["alive"] and state["phase"] == "ready"
    assert set(state["stages"]) >= {"kernel", "linux", "ant"}
    assert state["accelerator"] in ("kvm", "tcg", "exact") and state["reason"]


def test_linux_is_the_one_that_was_asked_for(machine: Antbed, kernel: str) -> None:
    assert machine.state()["kernel"] == kernel
    assert re.fullmatch(re.escape(kernel.removesuffix("-debug")) + r"(\.\d+)?-mint\n", machine.linux("uname -r"))


def test_linux_has_core_0_only(machine: Antbed) -> None:
    assert machine.linux("nproc") == "1\n"
    assert machine.linux("cat", "/sys/devices/system/cpu/possible") == "0\n"
    assert machine.linux("cat", "/sys/kernel/mint/linux_core") == "0\n"


def test_ant_has_the_other_cores(machine: Antbed) -> None:
    cores = machine.ant("cores").splitlines()
    assert [line.split()[:2] for line in cores] == [["1", "m-kernel"], ["2", "p-kernel"], ["3", "p-kernel"]]


def test_no_other_core_of_ant_exists(machine: Antbed) -> None:
    for core in ("0", "4", "99"):
        assert f"{core} is not one of AnT's cores" in machine.ant_fails("on", core, "true", status=126)


def test_memory_is_parted(machine: Antbed, kernel: str) -> None:
    ant = values(machine.ant("mem"))
    assert int(ant["region_base"], 16) == REGION.start and int(ant["region_size"]) == len(REGION)
    assert int(ant["ica_base"], 16) == REGION.stop - SMALL.ant.ica and int(ant["ica_size"]) == SMALL.ant.ica
    # Linux's pages are those outside the region, less what its kernel takes for itself: KASAN an eighth of all.
    own = 0.3 if kernel.endswith("-debug") else 0.1
    total = int(values(machine.linux("cat", "/proc/meminfo"))["MemTotal"].split()[0]) << 10
    assert (1 - own) * (SMALL.memory - len(REGION)) < total <= SMALL.memory - len(REGION)


def test_linux_has_reserved_the_region(machine: Antbed) -> None:
    lines = machine.linux("cat", "/proc/iomem").splitlines()
    claimed = f"{REGION.start:08x}-{REGION.stop - 1:08x}"
    assert any(line.strip().startswith(f"{claimed} : ") and "System RAM" not in line for line in lines), lines


def test_mint_says_what_it_gave_away(machine: Antbed) -> None:
    def mint(name: str) -> str:
        return machine.linux("cat", f"/sys/kernel/mint/{name}").strip()

    assert mint("region") == f"{REGION.start:#x}-{REGION.stop - 1:#x}"
    assert (mint("cores"), mint("started"), mint("loaded")) == ("1-3", "1", "1")
    assert (mint("start_page"), mint("vector_base")) == ("0x9000", "0xe0")
    assert mint("lapic_khz") == "1000000"
    assert int(mint("tsc_khz")) > 100_000


def test_both_count_with_the_frequency_that_the_host_measured(machine: Antbed) -> None:
    """Linux's own measurement goes wrong on a busy host: QEMU's timers stop, its time stamp counter does not."""
    host = time_stamp.host_khz()
    if machine.state()["accelerator"] == "exact" or host is None:
        pytest.skip("the guest's counter is the host's on an x86 host only, and not in exact mode")
    assert "tsc_early_khz=" in machine.linux("cat /proc/cmdline")
    ours = int(machine.linux("cat /sys/kernel/mint/tsc_khz"))
    assert ours == pytest.approx(host, rel=0.011), "Linux may refine the figure by a hundredth"
    assert f"tsc_khz={ours}" in machine.linux("start-ant --print").split()


def test_devices_are_parted(machine: Antbed) -> None:
    ids = machine.linux("cat /sys/bus/pci/devices/*/vendor /sys/bus/pci/devices/*/device").split()
    assert "0x1af4" in ids and "0x11e8" not in ids  # virtio is Linux's, edu is not
    devices = machine.ant("devices").splitlines()
    assert len(devices) == 1 and devices[0].split()[1] == "1234:11e8", devices


def test_serial_ports_are_parted(machine: Antbed) -> None:
    ports = machine.linux("cat", "/proc/tty/driver/serial")
    assert "0: uart:16550A port:000003F8" in ports
    assert "000002F8" not in ports and "000003E8" not in ports


def test_the_region_is_mapped_for_nobody_else(machine: Antbed) -> None:
    """What /dev/ant gives out ends at the region's ends; the proxies' own maps show that they use only it."""
    refused = machine.linux(
        # dd cannot mmap, but the driver offers nothing else: neither read nor seek reaches any memory.
        "dd if=/dev/ant of=/dev/null bs=1 count=1 2>&1; true"
    )
    assert "dd: " in refused


def test_systems_see_the_same_files(machine: Antbed) -> None:
    assert machine.ant("cat", "/host/hello.txt") == machine.linux("cat", "/host/hello.txt")
    for path in ("/etc/hostname", "/root/hello.txt", "/proc/version", "/sys/kernel/mint/region"):
        assert machine.ant("cat", path) == machine.linux("cat", path)


def test_each_mount_is_there(machine: Antbed) -> None:
    mounts = {line.split()[1]: line.split()[2] for line in machine.linux("cat", "/proc/mounts").splitlines()}
    assert (mounts["/"], mounts["/host"], mounts["/tmp"], mounts["/proc"]) == ("ext4", "9p", "tmpfs", "proc")


def test_no_kernel_complained(machine: Antbed) -> None:
    console = machine.log("linux") + machine.linux("dmesg")
    for word in ("BUG:", "WARNING:", "Oops", "Call Trace", "rcu: INFO", "unexpected IRQ"):
        assert word not in console
    assert not re.search(r"panic|assert", machine.log("ant"), re.IGNORECASE)
