# SPDX-License-Identifier: GPL-2.0-only
"""A trace for a terminal: 80 columns, no colours needed."""

from __future__ import annotations

from statistics import median

from .calls import WORK, Call, Step, Trace

COLUMNS = 80
_BAR = 38
_MARKS = {"AnT": "=", "Linux": "#", "": ">"}


def duration(micros: float) -> str:
    """Three to four digits and a unit, at most 9 columns."""
    for unit, size in (("s", 1e6), ("ms", 1e3), ("us", 1.0)):
        if micros >= size or unit == "us":
            value = micros / size
            digits = 3 if value < 10 else 2 if value < 100 else 1
            return f"{value:.{digits}f} {unit}"
    raise AssertionError


def lines(trace: Trace, command: str, shown: int) -> list[str]:
    """All that is printed: the first `shown` calls stop by stop, then the stops of all of them."""
    if not trace.calls:
        return [_cut(f"{command}: no call to Linux"), *_remarks(trace)]
    loading = sum(call.is_the_shells for call in trace.calls)
    begin = min(call.times["call"] for call in trace.calls)
    end = max(call.times["return"] for call in trace.calls)
    calls = f"{len(trace.calls)} call" + ("s" if len(trace.calls) != 1 else "")
    found = [_cut(f"{command}: {calls} to Linux in {duration(trace.microseconds(end - begin))}"), *_remarks(trace)]
    if loading:
        found.append(f"({loading} of them are the shell's, which loads programs; they come last)")
    for number, call in enumerate(trace.calls[:shown], 1):
        found += ["", *_one(trace, call, number)]
    if shown < len(trace.calls):
        found += ["", f"({len(trace.calls) - shown} more calls are in the file; --calls N shows more here)"]
    return [*found, "", *_summary(trace)]


def _remarks(trace: Trace) -> list[str]:
    found = []
    if trace.lost:
        found.append(f"{trace.lost} more calls were lost: the ring was full")
    if skewed := sum(call.skewed for call in trace.calls):
        found.append(f"{skewed} calls with stamps out of order: the cores' clocks differ; shown as 0")
    if long := sum(call.long for call in trace.calls):
        found.append(f"{long} calls were longer than a stamp's 32 bits: the rest is counted to `done`")
    return found


def _one(trace: Trace, call: Call, number: int) -> list[str]:
    proxy = f"proxy {call.proxy}" if call.proxy else "no proxy"
    who = f"  {call.program} ({call.process}) on core {call.core}, {proxy}; {duration(trace.microseconds(call.ticks))}"
    return [_cut(f"{number}. {call}"), _cut(who), *(_bar(trace, call, step) for step in call.steps())]


def _bar(trace: Trace, call: Call, step: Step) -> str:
    whole = max(call.ticks, 1)
    first = (step.begin - call.times["call"]) * _BAR // whole
    last = -((call.times["call"] - step.end) * _BAR // whole)  # rounded up, so that nothing vanishes
    first = min(first, _BAR - 1)
    mark = _MARKS[step.work.system] if step.work.place or not step.work.system else "."
    bar = " " * first + mark * max(1, last - first)
    return (
        f"  {step.stop:<13}{_place(call, step):<14}|{bar:<{_BAR}}|"
        f"{duration(trace.microseconds(step.end - step.begin)):>10}"
    )


def _place(call: Call, step: Step) -> str:
    system, place = step.work
    if system == "AnT":
        return f"AnT, core {call.core}" if place == "kernel" else call.program[:13]
    if place == "proxy":
        return f"proxy {call.proxy}" if call.proxy else "Linux"
    return {"interrupt": "Linux, core 0", "ant-parent": "ant-parent"}.get(place, "")


def _summary(trace: Trace) -> list[str]:
    steps = [step for call in trace.calls for step in call.steps()]
    total = sum(step.end - step.begin for step in steps) or 1
    found = [f"{'to the stop':<15}{'calls':>7}{'share':>8}{'median':>12}{'longest':>12}"]
    for stop in WORK:
        ticks = [step.end - step.begin for step in steps if step.stop == stop]
        if ticks:
            found.append(
                f"{stop:<15}{len(ticks):>7}{sum(ticks) / total:>8.1%}"
                f"{duration(trace.microseconds(int(median(ticks)))):>12}{duration(trace.microseconds(max(ticks))):>12}"
            )
    whole = [call.ticks for call in trace.calls]
    found.append(
        f"{'whole call':<15}{len(whole):>7}{'':>8}"
        f"{duration(trace.microseconds(int(median(whole)))):>12}{duration(trace.microseconds(max(whole))):>12}"
    )
    return found


def _cut(line: str) -> str:
    return line if len(line) <= COLUMNS else line[: COLUMNS - 3] + "..."
