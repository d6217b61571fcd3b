# SPDX-License-Identifier: GPL-2.0-only
"""Neither OS writes to the configuration space of the other's devices: QEMU's trace of every write says which core
made it, from the first instruction on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from antbed_runner import Antbed
from testbed.describe.description import load
from testbed.describe.machine import ECAM_BASE
from testbed.run.rundir import RunDirectory

SMALL = load("small")
EVENT = "memory_region_ops_write"
# libvirt has QEMU begin each line with PROCESS@SECONDS: and its option comes behind ours.
WRITE = EVENT + r" cpu (-?\d+) .* addr (0x[0-9a-f]+) value (0x[0-9a-f]+) size \d+ name '(.*)'"
LINE = re.compile(r"(?:\d+@[\d.]+:)?" + WRITE)

ECAM, ADDRESS_PORT, DATA_PORTS, SERIAL, EDU = "pcie-mmcfg-mmio", "pci-conf-idx", "pci-conf-data", "serial", "edu-mmio"
FIRST_SERIAL_PORT = 0x3F8


@dataclass
class Writes:
    """To configuration space, as sets of places ("00:04.0")."""

    firmware: set[str] = field(default_factory=set)
    linux: set[str] = field(default_factory=set)
    ant: set[str] = field(default_factory=set)
    by_ports: set[int] = field(default_factory=set)  # cores that used ports 0xCF8 and 0xCFC
    drivers: set[int] = field(default_factory=set)  # cores that wrote to edu's registers


def place(function: int) -> str:
    """Of a function's number within configuration space: bus, device, function."""
    return f"{function >> 8:02x}:{function >> 3 & 31:02x}.{function & 7}"


def writes(log: Path) -> Iterator[tuple[int, int, int, str]]:
    for line in log.read_text(encoding="ascii").splitlines():
        if match := LINE.match(line):
            cpu, address, value, name = match.groups()
            yield int(cpu), int(address, 16), int(value, 16), name


def sort_out(log: Path) -> Writes:
    """The firmware runs on core 0 too, and gives every device its addresses; it is over when Linux says something."""
    found, console, selected = Writes(), "", 0
    for cpu, address, value, name in writes(log):
        core_0 = found.linux if "Linux version" in console else found.firmware
        by = core_0 if cpu in SMALL.linux.cores else found.ant
        if name == ECAM:
            by.add(place((address - ECAM_BASE) >> 12))
        elif name == ADDRESS_PORT:
            selected = value >> 8 & 0xFFFF
            found.by_ports.add(cpu)
        elif name == DATA_PORTS:
            by.add(place(selected))
            found.by_ports.add(cpu)
        elif name == EDU:
            found.drivers.add(cpu)
        elif name == SERIAL and address == FIRST_SERIAL_PORT and "Linux version" not in console:
            console += chr(value & 0x7F)
    return found


def test_each_system_writes_to_its_own_devices_only(own_machine: Antbed) -> None:
    own_machine.up("--trace", EVENT)
    edu = own_machine.ant("devices").split()[0]
    assert own_machine.ant("edu 10; servers stop edu; on 2 servers start edu; edu 11") == "3628800\n39916800\n"
    theirs = own_machine.linux("ls /sys/bus/pci/devices").split()
    own_machine.down()

    found = sort_out(RunDirectory.named(own_machine.name).log("trace"))
    assert edu in found.firmware and found.firmware > {edu}, "the trace does not show what the firmware does"
    assert found.linux and found.ant, "the trace does not show what the systems do"
    assert found.ant == {edu}
    assert edu not in found.linux and found.linux <= {name.removeprefix("0000:") for name in theirs}
    # One pair of registers for the whole machine, and no lock between the systems: Linux's alone.
    assert found.by_ports == set(SMALL.linux.cores)
    # The registers themselves are the driver's: on its core, first 1, then 2.
    assert found.drivers == {1, 2}
