# SPDX-License-Identifier: GPL-2.0-only
"""What `ant-trace dump` prints on Linux, as calls with the points of their way on one clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ...contract import constant
from ...errors import TestbedError

_WORD = 1 << 32  # stamps are the low 32 bits of the time stamp counter


class Room(NamedTuple):
    """A part of the way: it ends where its stamp is, and begins at the call's point before that."""

    name: str
    system: str  # who is at work; "" between the two
    place: str


# By the point where each ends, in the order of the way.
ROOMS = {
    "entered": Room("libant", "AnT", "process"),
    "request": Room("linux_call", "AnT", "kernel"),
    "vector": Room("IPI to Linux", "", ""),
    "heard": Room("Mint, lkm", "Linux", "interrupt"),
    "parent": Room("wake parent", "Linux", ""),
    "handed": Room("parent", "Linux", "ant-parent"),
    "begun": Room("wake proxy", "Linux", ""),
    "done": Room("execute", "Linux", "proxy"),
    "answer": Room("ANT_RET, lkm", "Linux", "proxy"),
    "result": Room("IPI to AnT", "", ""),
    "returned": Room("return", "AnT", "process"),
}
_STAMPS = {
    "call": "CALL",
    "request": "REQUEST",
    "vector": "VECTOR",
    "heard": "HEARD",
    "parent": "PARENT",
    "handed": "HANDED",
    "begun": "BEGUN",
    "done": "DONE",
    "answer": "ANSWER",
    "result": "RESULT",
}


class Stay(NamedTuple):
    """One call in one room, in ticks."""

    room: Room
    begin: int
    end: int


@dataclass(frozen=True)
class Call:
    name: str
    process: int
    program: str
    core: int
    proxy: int  # Linux's process number; 0: no process answered
    args: tuple[int, ...]
    retval: int
    continued: bool
    points: dict[str, int]  # time stamp counter, in the order of the way; only those that the call came by
    skewed: bool  # a stamp lay before the one ahead of it: the cores' clocks differ
    long: bool  # longer than the stamps can tell: what they cannot is taken for the proxy's execution

    @property
    def ticks(self) -> int:
        return self.points["returned"] - self.points["call"]

    def stays(self) -> list[Stay]:
        points = list(self.points.items())
        return [Stay(ROOMS[to], begin, end) for (_, begin), (to, end) in zip(points, points[1:], strict=False)]

    def __str__(self) -> str:
        args = list(self.args)
        while args and args[-1] == 0:
            args.pop()
        shown = ", ".join(f"{value:#x}" if value > 0xFFFF else str(value) for value in args)
        return f"{self.name}({shown}) = {self.retval}"


@dataclass(frozen=True)
class Trace:
    tsc_khz: int
    lost: int  # calls for which the ring had no room
    calls: list[Call]  # in the order in which they began

    def microseconds(self, ticks: int) -> float:
        return ticks * 1000 / self.tsc_khz


def parse(text: str) -> Trace:
    """What ant-trace printed; TestbedError for what it never prints."""
    header, *lines = text.splitlines() or [""]
    try:
        facts = dict(word.split("=", 1) for word in header.split())
        tsc_khz, records, lost = (int(facts[name]) for name in ("tsc_khz", "records", "lost"))
        calls = [_call(line) for line in lines]
    except (KeyError, ValueError) as wrong:
        raise TestbedError(f"ant-trace on Linux printed what this version does not understand: {wrong}") from None
    if len(calls) != records or tsc_khz <= 0:
        raise TestbedError(f"ant-trace on Linux printed {len(calls)} records and spoke of {records}")
    return Trace(tsc_khz, lost, sorted(calls, key=lambda call: call.points["call"]))


def _call(line: str) -> Call:
    words, _, program = line.partition(" name=")
    facts = dict(word.split("=", 1) for word in words.split())
    stamps = [int(stamp) for stamp in facts["stamps"].split(",")]
    by_name = {point: stamps[constant("lca.h", f"ANTLINUX_STAMP_{stamp}")] for point, stamp in _STAMPS.items()}
    points, skewed, long = _on_one_clock(int(facts["entered"]), int(facts["returned"]), by_name)
    return Call(
        name=facts["call"],
        process=int(facts["process"]),
        program=program,
        core=int(facts["core"]),
        proxy=int(facts["proxy"]),
        args=tuple(int(value) for value in facts["args"].split(",")),
        retval=int(facts["retval"]),
        continued=facts["cflag"] == str(constant("lca.h", "ANTLINUX_CFLAG_CONTINUE")),
        points=points,
        skewed=skewed,
        long=long,
    )


def _on_one_clock(entered: int, returned: int, stamps: dict[str, int]) -> tuple[dict[str, int], bool, bool]:
    """The points as 64-bit times between the two that are known in full."""
    before = (entered - stamps["call"]) % _WORD
    # A process that fills in its LCA itself may have left anything there.
    points = {"call": entered - before if before < _WORD // 2 else entered, "entered": entered}
    latest = entered
    skewed = False
    for point in ROOMS:
        stamp = stamps.get(point, 0)
        if stamp == 0:
            continue  # the call did not come by
        ahead = (stamp - latest) % _WORD
        if ahead >= _WORD // 2 and point != "done":
            # One interrupt may bring requests that came after it began: that is no skew.
            skewed = skewed or point != "vector"
            ahead = 0
        latest += ahead
        points[point] = latest
    missing = max(0, returned - latest) // _WORD * _WORD
    if missing:
        for point in ("done", "answer", "result"):
            if point in points:
                points[point] += missing
    points["returned"] = max([returned, *points.values()])
    return points, skewed or returned < latest, missing > 0
