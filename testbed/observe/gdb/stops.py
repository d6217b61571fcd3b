# SPDX-License-Identifier: GPL-2.0-only
"""At which stop of its way each call of AnT's is, from what both systems have noted about it.

No gdb in here: the tests use it, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from testbed.contract import Stop, constant, stops
from testbed.paths import ROOT

_NUMBERS = ROOT / "ant" / "lib" / "linux_numbers.h"


@dataclass(frozen=True)
class Ring:
    """One direction of one core in the LCA management table."""

    head: int = 0
    tail: int = 0
    depth: int = 1
    slots: tuple[int, ...] = ()  # addresses of LCAs, whether they are entries now or not

    @property
    def fill(self) -> int:
        return (self.head - self.tail) & 0xFFFFFFFF

    @property
    def is_corrupt(self) -> bool:
        """A counter that cannot be: both systems then take the ring for empty."""
        return self.fill > self.depth

    @property
    def entries(self) -> tuple[int, ...]:
        """Addresses of LCAs, the oldest first, without the bits that say what each is about."""
        if self.is_corrupt:
            return ()
        bits = constant("lca.h", "ANTLINUX_LCA_ALIGN") - 1
        return tuple(self.slots[(self.tail + index) & (self.depth - 1)] & ~bits for index in range(self.fill))


@dataclass(frozen=True)
class Core:
    """One of AnT's cores in the table."""

    request: Ring = Ring()
    result: Ring = Ring()


@dataclass(frozen=True)
class Record:
    """What AnT's driver remembers of an LCA that Linux knows of, or soon will (LcaRecord)."""

    address: int
    core: int
    process: int
    state: str  # LcaRecord::State: kept, waiting, in_flight, ending
    sequence: int = 0
    ending: bool = False  # the process is gone, its LCA is being taken back
    has_proxy: bool = False


@dataclass(frozen=True)
class Process:
    """One of AnT's."""

    number: int
    name: str
    core: int
    state: str  # ProcessState
    waits_for: str = "nothing"
    is_answered: bool = False


@dataclass(frozen=True)
class PooledCall:
    """A call in the module's pool (struct ant_lca)."""

    address: int
    core: int
    state: str  # enum ant_lca_state without ANT_LCA_: QUEUED, TAKEN, SERVED, ANSWERED, ENDING


@dataclass(frozen=True)
class Client:
    """An open file of /dev/ant (struct ant_client)."""

    address: int  # of the LCA that it serves; 0: none
    pid: int | None  # None: its process has mapped nothing yet
    call: int | None = None  # address of the call in its hands
    begun: bool = False
    stale: bool = False


@dataclass(frozen=True)
class Module:
    has_parent: bool
    calls: tuple[PooledCall, ...] = ()
    clients: tuple[Client, ...] = ()


@dataclass(frozen=True)
class View:
    """Both sides at one moment."""

    cores: dict[int, Core] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    processes: dict[int, Process] = field(default_factory=dict)
    module: Module | None = None  # None: not loaded


NOWHERE = Stop("nowhere", "between two stops, or lost")
UNWANTED = Stop("unwanted", "with Linux, but no process of AnT waits for it")
_NO_SPACE = "waits for space there"


@dataclass(frozen=True)
class Standing:
    stop: Stop
    core: int
    process: int  # 0: none
    address: int | None  # None: AnT's driver has let go of the LCA already
    detail: str = ""
    pid: int | None = None  # of the proxy

    @property
    def text(self) -> str:
        return f"{self.stop.word}: {self.stop.sentence}{f' ({self.detail})' if self.detail else ''}"


def standings(view: View) -> list[Standing]:
    """Every call that is on its way, by core and process."""
    found = [_of_record(view, record) for record in view.records if record.state != "kept"]
    waited_for = {standing.address for standing in found}
    found += [
        Standing(stops()["result"], process.core, process.number, None, process.state)
        for process in view.processes.values()
        if process.waits_for == "linux_side" and process.is_answered
    ]
    for call in view.module.calls if view.module else ():
        if call.address not in waited_for:
            found.append(Standing(UNWANTED, call.core, 0, call.address, call.state.lower()))
    return sorted(found, key=lambda standing: (standing.core, standing.process, standing.address or 0))


def _of_record(view: View, record: Record) -> Standing:
    def at(stop: str, detail: str = "", pid: int | None = None) -> Standing:
        if record.ending:
            detail = f"{detail}, " * bool(detail) + "its process has ended"
        return Standing(stops().get(stop, NOWHERE), record.core, record.process, record.address, detail, pid)

    core = view.cores.get(record.core, Core())
    if record.state == "waiting":
        return at("request", _NO_SPACE)
    if record.address in core.request.entries:
        return at("request", f"entry {core.request.entries.index(record.address) + 1} of {core.request.fill}")
    if record.address in core.result.entries:
        return at("answer", f"entry {core.result.entries.index(record.address) + 1} of {core.result.fill}")
    if view.module is None:
        return at("nowhere", "Linux's module is not loaded")
    call = next((call for call in view.module.calls if call.address == record.address), None)
    if call is None:
        return at("nowhere", "neither in a ring nor in the module")
    if call.state == "QUEUED":
        return at("heard", "waits for the parent" if view.module.has_parent else "there is no parent")
    if call.state == "TAKEN":
        return at("parent")
    if call.state == "ENDING":
        return at("begun", "its proxy is being ended")
    if call.state == "ANSWERED":
        return at("answer", _NO_SPACE)
    server = next((client for client in view.module.clients if client.call == record.address), None)
    if server is None:
        return at("nowhere", "served by a file that is closed")
    who = "new" if server.pid is None else f"{server.pid}"
    return at("begun" if server.begun else "handed", who, server.pid)


@cache
def _call_names() -> dict[int, str]:
    text = _NUMBERS.read_text(encoding="utf-8")
    return {int(number): name for name, number in re.findall(r"NUMBER\((\w+), (\d+)\)", text)}


def call_name(number: int) -> str:
    """Of a Linux system call, as libant has it, or the number for one that it has not."""
    if number == constant("lca.h", "ANTLINUX_CALL_NULL"):
        return "null"
    return _call_names().get(number, f"call {number}")
