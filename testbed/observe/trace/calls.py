# SPDX-License-Identifier: GPL-2.0-only
"""What `ant-trace dump` prints on Linux, as calls with the stops of their way on one clock."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ...contract import constant, stops
from ...errors import TestbedError

_SHELL = "antsh"
_WORD = 1 << 32  # stamps are the low 32 bits of the time stamp counter


class Work(NamedTuple):
    """Who is at work on a call until it is at a stop."""

    system: str  # "": an IPI is on its way
    place: str  # "": a process wakes up


WORK = {
    "request": Work("AnT", "kernel"),
    "vector": Work("", ""),
    "heard": Work("Linux", "interrupt"),
    "parent": Work("Linux", ""),
    "handed": Work("Linux", "ant-parent"),
    "begun": Work("Linux", ""),
    "done": Work("Linux", "proxy"),
    "answer": Work("Linux", "proxy"),
    "result": Work("", ""),
    "return": Work("AnT", "process"),
}


class Step(NamedTuple):
    """A part of one call's way: to a stop, from the call's stop before that; in ticks."""

    stop: str
    begin: int
    end: int

    @property
    def work(self) -> Work:
        return WORK[self.stop]


@dataclass(frozen=True)
class Call:
    name: str
    process: int
    program: str
    core: int
    proxy: int  # Linux's process number; 0: no process answered
    args: tuple[int, ...]
    texts: dict[int, str]  # those of the arguments that are paths, quoted
    retval: int
    continued: bool
    times: dict[str, int]  # time stamp counter by stop, in their order; only those that the call came by
    skewed: bool  # a stamp lay before the one ahead of it: the cores' clocks differ
    long: bool  # longer than the stamps can tell: what they cannot is taken for the proxy's execution

    @property
    def ticks(self) -> int:
        return self.times["return"] - self.times["call"]

    def steps(self) -> list[Step]:
        return [Step(to, begin, end) for (_, begin), (to, end) in pairwise(self.times.items())]

    def __str__(self) -> str:
        args = list(self.args)
        while args and args[-1] == 0:
            args.pop()
        shown = ", ".join(self._argument(index, value) for index, value in enumerate(args))
        return f"{self.name}({shown}) = {self.retval}"

    def _argument(self, index: int, value: int) -> str:
        return self.texts.get(index) or (f"{value:#x}" if value > 0xFFFF else str(value))

    @property
    def is_the_shells(self) -> bool:
        """The shell's own: it asks Linux for the program that it starts."""
        return self.program == _SHELL


@dataclass(frozen=True)
class Trace:
    tsc_khz: int
    lost: int  # calls for which the ring had no space
    calls: list[Call]  # the command's in the order in which they began, then the shell's

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
    return Trace(tsc_khz, lost, sorted(calls, key=lambda call: (call.is_the_shells, call.times["call"])))


def _call(line: str) -> Call:
    words, _, program = line.partition(" name=")
    facts = dict(word.split("=", 1) for word in words.split())
    stamps = dict(zip(stops(), map(int, facts["stamps"].split(",")), strict=False))
    times, skewed, long = _on_one_clock(int(facts["called"]), int(facts["returned"]), stamps)
    return Call(
        name=facts["call"],
        process=int(facts["process"]),
        program=program,
        core=int(facts["core"]),
        proxy=int(facts["proxy"]),
        args=tuple(int(value) for value in facts["args"].split(",")),
        texts=dict(_text(each) for each in facts["texts"].split(",") if each),
        retval=int(facts["retval"]),
        continued=facts["cflag"] == str(constant("lca.h", "ANTLINUX_CFLAG_CONTINUE")),
        times=times,
        skewed=skewed,
        long=long,
    )


def _text(argument: str) -> tuple[int, str]:
    """Argument and path from `0:/a\\040b`; dots stand behind one that was cut."""
    index, _, text = argument.partition(":")
    whole = text.removesuffix("\\.")
    plain = re.sub(rb"\\(\d{3})", lambda escaped: bytes([int(escaped[1], 8)]), whole.encode())
    quoted = json.dumps(plain.decode(errors="replace"))
    return int(index), quoted + ("..." if whole != text else "")


def _on_one_clock(called: int, returned: int, stamps: dict[str, int]) -> tuple[dict[str, int], bool, bool]:
    """The stamps as 64-bit times between the two that are known in full."""
    times = {"call": called}
    latest = called
    skewed = False
    for stop in WORK:
        stamp = stamps.get(stop, 0)
        if stamp == 0:
            continue  # the call did not come by
        ahead = (stamp - latest) % _WORD
        if ahead >= _WORD // 2 and stop != "done":
            # One interrupt may bring requests that came after it began: that is no skew.
            skewed = skewed or stop != "vector"
            ahead = 0
        latest += ahead
        times[stop] = latest
    missing = max(0, returned - latest) // _WORD * _WORD
    if missing:
        for stop in ("done", "answer", "result"):
            if stop in times:
                times[stop] += missing
    times["return"] = max([returned, *times.values()])
    return times, skewed or returned < latest, missing > 0
