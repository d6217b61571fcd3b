# SPDX-License-Identifier: GPL-2.0-only
"""The LCA management table as Linux's root sees it (ant-region): to play a misbehaving peer."""

from __future__ import annotations

import base64

from antbed_runner import Antbed
from testbed import contract

# Layout of struct antlinux_table (include/antlinux/table.h asserts these offsets).
_TABLE = contract.region_base() + contract.constant("table.h", "ANTLINUX_TABLE_OFFSET")
_DEPTH, _RESULT_VECTOR, _CORES = 8, 16, 128
_RING_BYTES, _HEAD, _TAIL, _ENTRIES = 640, 0, 64, 128

_APIC_COMMAND = 0xFEE00300  # the local APIC's interrupt command register
_ASSERT, _TO_MYSELF, _NMI = 0x4000, 0x40000, 0x400


def read(machine: Antbed, address: int, size: int) -> bytes:
    words = f"ant-region read {address - contract.region_base()} {size} | base64"
    return base64.b64decode(machine.linux(words))


def write(machine: Antbed, address: int, data: bytes) -> None:
    text = "".join(f"\\{byte:03o}" for byte in data)
    machine.linux(f"printf '{text}' | ant-region write {address - contract.region_base()}")


class Ring:
    """One direction of one core: two counters and the entries."""

    def __init__(self, machine: Antbed, core: int, direction: str) -> None:
        self._machine = machine
        self._base = _TABLE + _CORES + (2 * core + (direction == "result")) * _RING_BYTES
        self.depth = int.from_bytes(read(machine, _TABLE + _DEPTH, 4), "little")

    def _counter(self, offset: int) -> int:
        return int.from_bytes(read(self._machine, self._base + offset, 4), "little")

    def _store(self, offset: int, value: int) -> None:
        write(self._machine, self._base + offset, (value % (1 << 32)).to_bytes(4, "little"))

    @property
    def head(self) -> int:
        return self._counter(_HEAD)

    @head.setter
    def head(self, value: int) -> None:
        self._store(_HEAD, value)

    @property
    def tail(self) -> int:
        return self._counter(_TAIL)

    @tail.setter
    def tail(self, value: int) -> None:
        self._store(_TAIL, value)

    def newest(self) -> int:
        """The address that was put in last."""
        place = self._base + _ENTRIES + 8 * ((self.head - 1) % self.depth)
        return int.from_bytes(read(self._machine, place, 8), "little")

    def put(self, addresses: list[int]) -> None:
        """All of them at once, as their rightful writer would."""
        head = self.head
        for number, address in enumerate(addresses):
            place = self._base + _ENTRIES + 8 * ((head + number) % self.depth)
            write(self._machine, place, address.to_bytes(8, "little"))
        self.head = head + len(addresses)


def ring_linux(machine: Antbed, core: int, times: int = 1) -> None:
    """The doorbell of an AnT core: Linux's core sends itself that interrupt."""
    vector = int(machine.linux("cat /sys/kernel/mint/vector_base"), 16) + core
    command = f"devmem {_APIC_COMMAND} 32 {_TO_MYSELF | _ASSERT | vector}"
    machine.linux(f"for i in $(seq {times}); do {command}; done")


def _ipi(core: int, vector: int) -> str:
    return f"devmem {_APIC_COMMAND + 0x10} 32 {core << 24}; devmem {_APIC_COMMAND} 32 {_ASSERT | vector}"


def send_ipi(machine: Antbed, core: int, vector: int) -> None:
    """What Linux's module can send to AnT's cores, and what only a wrong Linux does."""
    machine.linux(_ipi(core, vector))


def send_nmi(machine: Antbed, core: int) -> None:
    """A second after the command has ended: the machine ends with AnT, before a command could tell its status."""
    machine.linux(f"(sleep 1; {_ipi(core, _NMI)}) >/dev/null 2>&1 &")


def ring_ant(machine: Antbed, core: int) -> None:
    send_ipi(machine, core, int.from_bytes(read(machine, _TABLE + _RESULT_VECTOR, 4), "little"))
