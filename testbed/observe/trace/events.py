# SPDX-License-Identifier: GPL-2.0-only
"""A trace as trace events, which Perfetto (ui.perfetto.dev) and Chrome (chrome://tracing) show.

A track for each core and for each process; arrows for the IPIs. Times are microseconds since the first call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .calls import Call, Trace

Event = dict[str, Any]

_LINUX = 1  # "process" in the format's words: the core with what runs on it
_LINUX_INTERRUPTS = 1  # "thread": a track of it
_LINUX_PARENT = 2
_ANT_KERNEL = 1_000_000  # above AnT's process numbers


@dataclass
class _Slice:
    track: tuple[int, int]
    name: str
    begin: int
    end: int
    facts: dict[str, Any]
    # Arrows from or to its middle: (identity, "s" or "f").
    arrow: tuple[str, str] | None = None


def _ant(core: int) -> int:
    return _LINUX + core


def events(trace: Trace) -> dict[str, Any]:
    """The whole file, ready for json.dump()."""
    start = min((call.times["call"] for call in trace.calls), default=0)
    slices = [piece for number, call in enumerate(trace.calls, 1) for piece in _slices(call, number)]
    _cut_overlaps(slices)

    def micros(ticks: float) -> float:
        return round((ticks - start) * 1000 / trace.tsc_khz, 4)

    found: list[Event] = []
    for piece in slices:
        process, thread = piece.track
        found.append(
            {
                "ph": "X", "name": piece.name, "cat": "call", "pid": process, "tid": thread,
                "ts": micros(piece.begin), "dur": max(0.0, round(micros(piece.end) - micros(piece.begin), 4)),
                "args": piece.facts,
            }
        )
        if piece.arrow:
            identity, kind = piece.arrow
            arrow = {
                "ph": kind, "name": "IPI", "cat": "ipi", "id": identity, "pid": process, "tid": thread,
                "ts": micros((piece.begin + piece.end) / 2),
            }
            if kind == "f":
                arrow["bp"] = "e"
            found.append(arrow)
    # An enclosing slice before what it encloses; of two at one time, that is the longer one.
    found.sort(key=lambda event: (event["ts"], -event.get("dur", 0.0)))
    return {
        "displayTimeUnit": "ns",
        "otherData": {"calls": len(trace.calls), "lost": trace.lost, "tsc_khz": trace.tsc_khz},
        "traceEvents": [*_names(trace.calls), *found],
    }


def _slices(call: Call, number: int) -> Iterable[_Slice]:
    times = call.times
    core = _ant(call.core)
    process = (core, call.process)
    proxy = (_LINUX, call.proxy)
    facts: dict[str, Any] = {"call": str(call), "number": number}

    def between(
        track: tuple[int, int], name: str, begin: str, end: str, arrow: tuple[str, str] | None = None
    ) -> Iterable[_Slice]:
        if begin in times and end in times:
            yield _Slice(track, name, times[begin], times[end], facts, arrow)

    whole = {**facts, "proxy": call.proxy, "continue": call.continued}
    yield _Slice(process, call.name, times["call"], times["return"], whole)
    yield from between(process, "waits for Linux", "request", "result")
    yield from between(process, "return", "result", "return")
    there = "vector" in times
    back = call.proxy != 0 and "done" in times and "result" in times
    kernel = (core, _ANT_KERNEL)
    yield from between(kernel, "request", "call", "request", (f"{number}-there", "s") if there else None)
    interrupts = (_LINUX, _LINUX_INTERRUPTS)
    yield from between(interrupts, "heard", "vector", "heard", (f"{number}-there", "f"))
    yield from between((_LINUX, _LINUX_PARENT), f"handed {call.name}", "parent", "handed")
    if call.proxy:
        yield from between(proxy, f"done {call.name}", "begun", "done")
        yield from between(proxy, "answer", "done", "answer", (f"{number}-back", "s") if back else None)
    yield from between(kernel, "return", "result", "return", (f"{number}-back", "f") if back else None)


def _cut_overlaps(slices: list[_Slice]) -> None:
    """On a track of a core, where slices of several calls meet: one ends at the latest where the next one begins.

    (A process that is awake again still waits for its turn, while its core's kernel does something else.)
    """
    for track in {piece.track for piece in slices if piece.track[1] == _ANT_KERNEL}:
        on_it = sorted((piece for piece in slices if piece.track == track), key=lambda piece: piece.begin)
        for piece, following in pairwise(on_it):
            piece.end = max(piece.begin, min(piece.end, following.begin))


def _names(calls: list[Call]) -> Iterable[Event]:
    def name(kind: str, process: int, thread: int, text: str) -> Event:
        return {"ph": "M", "name": kind, "pid": process, "tid": thread, "ts": 0, "args": {"name": text}}

    yield name("process_name", _LINUX, 0, "Linux, core 0")
    yield name("thread_name", _LINUX, _LINUX_INTERRUPTS, "interrupts (Mint, lkm)")
    yield name("thread_name", _LINUX, _LINUX_PARENT, "ant-parent")
    for proxy in sorted({call.proxy for call in calls if call.proxy}):
        yield name("thread_name", _LINUX, proxy, "proxy")
    for core in sorted({call.core for call in calls}):
        yield name("process_name", _ant(core), 0, f"AnT, core {core}")
        yield name("thread_name", _ant(core), _ANT_KERNEL, "kernel (linux_driver)")
    for core, process, program in sorted({(call.core, call.process, call.program) for call in calls}):
        yield name("thread_name", _ant(core), process, program)
