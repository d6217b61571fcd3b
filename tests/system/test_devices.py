# SPDX-License-Identifier: GPL-2.0-only
"""AnT's PCI device and its driver, a process: edu, seen by programs on AnT and by QEMU from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from antbed_runner import Antbed
from guest import tap
from testbed.describe.machine import ECAM_BASE
from testbed.run.instance import Instance

BUS_MASTER, LINE_INTERRUPT_OFF = 1 << 2, 1 << 10
MSI, MSI_ENABLE = 0x05, 1 << 16


@pytest.fixture
def without_driver(machine: Antbed) -> Iterator[None]:
    machine.ant("servers stop edu")
    yield
    machine.ant("servers start edu")


def device(machine: Antbed) -> dict[str, str]:
    """AnT's only device: its place, and what has a value."""
    (line,) = machine.ant("devices").splitlines()
    place, *words = line.split()
    return {"place": place, **dict(word.split("=", 1) for word in words if "=" in word)}


def configuration(machine: Antbed, place: str) -> list[int]:
    """The device's configuration space, by QEMU's monitor."""
    bus, slot, function = (int(part, 16) for part in re.split("[:.]", place))
    address = ECAM_BASE + (bus << 20) + (slot << 15) + (function << 12)
    instance = Instance.find(machine.name)
    assert instance
    with instance.qmp() as qmp:
        text = str(qmp.execute("human-monitor-command", **{"command-line": f"xp /64wx {address:#x}"}))
    return [int(word, 16) for word in re.findall(r"0x[0-9a-f]{8}\b", text)]


def msi(space: list[int]) -> list[int]:
    """The words of the MSI capability."""
    at = space[0x34 // 4] & 0xFC
    while at and space[at // 4] & 0xFF != MSI:
        at = space[at // 4] >> 8 & 0xFC
    assert at, "the device has no MSI capability"
    return space[at // 4 : at // 4 + 4]


def is_quiet(machine: Antbed) -> bool:
    space = configuration(machine, device(machine)["place"])
    return space[1] & (BUS_MASTER | LINE_INTERRUPT_OFF) == LINE_INTERRUPT_OFF and not msi(space)[0] & MSI_ENABLE


def test_factorial_comes_with_one_interrupt(machine: Antbed) -> None:
    """Computed by the device: the server only reads it when told so, and then exactly once."""
    before = int(device(machine)["interrupts"])
    assert machine.ant("edu 10") == "3628800\n"
    assert int(device(machine)["interrupts"]) == before + 1
    assert machine.ant("edu 0; edu 12") == "1\n479001600\n"
    assert int(device(machine)["interrupts"]) == before + 3
    assert "13! has more than the device's 32 bits" in machine.ant_fails("edu 13")


@pytest.mark.parametrize("core", [2, 3, 1])
def test_interrupts_go_to_the_drivers_core(machine: Antbed, core: int) -> None:
    machine.ant(f"servers stop edu; on {core} servers start edu")
    assert machine.ant("edu 10") == "3628800\n"
    control, address, _, vector = msi(configuration(machine, device(machine)["place"]))
    assert control & MSI_ENABLE and (address, vector) == (0xFEE00000 | core << 12, 0x60)


def test_clients_on_all_cores(machine: Antbed) -> None:
    commands = [f"on {core} edu {number}" for core in (1, 2, 3) for number in (3, 4, 5, 6)]
    results = machine.ant(" & ".join(commands) + " & wait").split()
    assert sorted(results, key=int) == sorted(["6", "24", "120", "720"] * 3, key=int)


def test_dma_of_a_lent_area(machine: Antbed) -> None:
    text = "there and back by the device, " * 100
    assert machine.ant("edu", "copy", text) == f"{text}\n"


def test_others_cannot_touch_a_driven_device(machine: Antbed) -> None:
    assert tap(machine, "driver devicetest stranger") == 7


@pytest.mark.usefixtures("without_driver")
def test_a_process_that_is_no_driver_gets_no_device(machine: Antbed) -> None:
    assert machine.ant_fails("devicetest leave", status=1) == "devicetest: edu: Operation not permitted\n"
    assert is_quiet(machine)


@pytest.mark.usefixtures("without_driver")
@pytest.mark.parametrize("core", [1, 2])
def test_what_a_driver_may_do(machine: Antbed, core: int) -> None:
    assert is_quiet(machine)
    assert tap(machine, f"on {core} driver devicetest driver") == 19
    assert is_quiet(machine)


@pytest.mark.usefixtures("without_driver")
def test_device_is_quiet_before_its_memory_is_anybody_elses(machine: Antbed) -> None:
    """A driver ends 100 ms before its device would write; the area is another process's by then."""
    left, looked = (machine.ant(f"driver devicetest {how}") for how in ("leave", "look"))
    assert "not ok" not in left + looked
    area = re.search(r"^area .*", left, re.MULTILINE)
    assert area and area[0] in looked, "not the same memory: nothing was tried"


def test_killed_driver_loses_requests_and_device(machine: Antbed) -> None:
    # The copy takes the device 100 ms.
    result = machine.exec("ant", "edu copy lost & sleep 0.01; servers stop edu; wait")
    assert (result.status, result.errors) == (1, "edu: the server edu: Broken pipe\n"), str(result)
    assert "driver" not in device(machine) and is_quiet(machine)
    machine.ant("servers start edu")
    assert machine.ant("edu copy found") == "found\n"
