# SPDX-License-Identifier: GPL-2.0-only
"""The paper's claims C1 to C7 and C10, judged: each a pure function of the summary and the clock."""

from __future__ import annotations

from collections.abc import Callable

from . import paper
from .cells import ANT, EXACT, LINUX, SEQUENCES
from .summary import TOTAL, Line, Summary
from .verdicts import (
    COSTS, LEAST_DELAYED_BY_CONTINUED, LEAST_GAIN_OF_THREE_DISKS, LEAST_GROWTH, MEMORY_FACTOR, MOST_LATER_BY_FIRST,
    MOST_RANDOM_DIFFERENCE, MOST_SEQUENTIAL_OVERHEAD, MOST_SPREAD_OF_OVERHEAD, MOST_SPREAD_OVER_CORES,
    NULL_RATIO_FACTOR, Compared, Outcome, Verdict,
)

Judged = tuple[Outcome, str, tuple[Compared, ...]]
KB = 1024

_CANNOT_PARALLEL = (
    "All cores share one instruction clock here: two busy cores each run at half speed, so nothing runs in parallel."
)
_NOT_MEASURED: Judged = (Outcome.NOT_MEASURED, "This run did not measure it.", ())


def _outcome(good: bool) -> Outcome:
    return Outcome.REPRODUCED if good else Outcome.NOT_REPRODUCED


def _unit(line: Line) -> str:
    return "instructions" if line.unit == "instructions" else "us"


def _shown(line: Line, value: float) -> float:
    """Instructions as they are, nanoseconds as microseconds."""
    return value if line.unit == "instructions" else value / 1000


def overheads(summary: Summary, clock: str) -> dict[str, tuple[float, Line]]:
    """Of each of the paper's seven cases: AnT-Linux minus Linux, and a line that has the unit."""
    found = {}
    for case in SEQUENCES:
        ant = summary.one(clock=clock, experiment="fig6", system=ANT, case=case, step=TOTAL)
        linux = summary.one(clock=clock, experiment="fig6", system=LINUX, case=case, step=TOTAL)
        if ant and linux:
            found[case] = (ant.median - linux.median, ant)
    return found


def c1(summary: Summary, clock: str) -> Judged:
    found = overheads(summary, clock)
    if len(found) < len(SEQUENCES):
        return _NOT_MEASURED
    line = next(iter(found.values()))[1]
    values = [value for value, _ in found.values()]
    low, high = min(values), max(values)
    table = tuple(
        Compared(f"overhead of {case}", None, _shown(line, value), _unit(line)) for case, (value, _) in found.items()
    )
    spread = Compared("largest by smallest overhead", _paper_spread(), high / low if low > 0 else float("inf"), "x")
    if low <= 0:
        return Outcome.NOT_REPRODUCED, "In some case AnT-Linux takes no longer than Linux.", table
    why = f"The overhead is {_range(line, low, high)}: largest by smallest {high / low:.2f}"
    why += f", at most {MOST_SPREAD_OF_OVERHEAD} counts as constant. {_further_calls(found)}"
    return _outcome(high / low <= MOST_SPREAD_OF_OVERHEAD), why, (*table, spread)


def _further_calls(found: dict[str, tuple[float, Line]]) -> str:
    """Why the overhead is not quite the same: a case of three calls has two that continue the proxy."""
    by_calls: dict[int, list[float]] = {}
    for case, (value, _) in found.items():
        by_calls.setdefault(case.count("-") + 1, []).append(value)
    means = {calls: sum(values) / len(values) for calls, values in by_calls.items()}
    line = next(iter(found.values()))[1]
    each = (means[3] - means[1]) / 2
    printed = paper.value("fig6-later") / paper.value("fig6-first")
    return (
        f"Each call after the first adds {_amount(line, each)}, {each / means[1]:.0%} of what the first one adds;"
        f" in the paper, by its rounded figures, {printed:.0%}."
    )


def _paper_spread() -> float:
    return paper.value("fig6-overhead-high") / paper.value("fig6-overhead-low")


def _range(line: Line, low: float, high: float) -> str:
    return f"{_amount(line, low).split()[0]} to {_amount(line, high)}"


def _amount(line: Line, value: float) -> str:
    return f"{value:,.0f} instructions" if line.unit == "instructions" else f"{value / 1000:,.1f} us"


def c2(summary: Summary, clock: str) -> Judged:
    found = _later_by_first(summary, clock, with_last=True)
    if found is None:
        return _NOT_MEASURED
    without = ""
    if clock == EXACT and found[0] > MOST_LATER_BY_FIRST:
        # QEMU lets the cores run in turns here. When AnT's waits for Linux's to have nothing more to do, the end of a
        # proxy, which comes after the answer, is in the last call's time.
        found = _later_by_first(summary, clock, with_last=False) or found
        without = " (Without the last calls: their time holds the proxy's end, which comes after the answer.)"
    ratio, first, later = found
    table = (
        *(
            Compared(what, 1000 * paper.value(printed), _shown(line, line.median), _unit(line), "us")
            for what, printed, line in (
                ("first call (cheapest case)", "fig6-first", first), ("later call (dearest one)", "fig6-later", later)
            )
        ),
        Compared("later by first", paper.value("fig6-later") / paper.value("fig6-first"), ratio, "x"),
    )
    why = f"The dearest later call takes {ratio:.3f} of the cheapest first one"
    why += f"; at most {MOST_LATER_BY_FIRST} is a tenth.{without}"
    return _outcome(ratio <= MOST_LATER_BY_FIRST), why, table


def _later_by_first(summary: Summary, clock: str, with_last: bool) -> tuple[float, Line, Line] | None:
    """The dearest later call by the cheapest first one, and both."""
    firsts, laters = [], []
    for case in (case for case in SEQUENCES if case.startswith("open")):
        calls = [
            line for line in summary.where(clock=clock, experiment="fig6", system=ANT, case=case) if line.step != TOTAL
        ]
        calls.sort(key=lambda line: line.order)
        firsts += calls[:1]
        laters += calls[1:] if with_last else calls[1:-1]
    if not firsts or not laters:
        return None
    first = min(firsts, key=lambda line: line.median)
    later = max(laters, key=lambda line: line.median)
    return later.median / first.median, first, later


def c3(summary: Summary, clock: str) -> Judged:
    lines = {}
    for state in ("not-continued", "continued", "delayed"):
        line = summary.one(clock=clock, experiment="table6", case=state)
        if line is None:
            return _NOT_MEASURED
        lines[state] = line
    base = lines["continued"].median
    created, delayed = lines["not-continued"].median / base, lines["delayed"].median / base
    printed = paper.value("null-not-continued") / paper.value("null-continued")
    unit = _unit(lines["continued"])
    table = (
        *(
            Compared(f"null call, {state}", paper.value(f"null-{state}"), _shown(line, line.median), unit, "us")
            for state, line in lines.items()
        ),
        Compared("not continued by continued", printed, created, "x"),
        Compared("delayed by continued", paper.value("null-delayed") / paper.value("null-continued"), delayed, "x"),
    )
    near = printed / NULL_RATIO_FACTOR <= created <= printed * NULL_RATIO_FACTOR
    why = f"Not continued : continued : delayed = {created:.1f} : 1 : {delayed:.1f}"
    why += f", in the paper {printed:.1f} : 1 : 7.5."
    if not near:
        return Outcome.NOT_REPRODUCED, why, table
    if clock == EXACT:
        why += " The first half is as in the paper; the delay's cost is cache misses, which instructions do not show."
        return Outcome.CANNOT, why, table
    return _outcome(delayed >= LEAST_DELAYED_BY_CONTINUED and created > delayed), why, table


def overhead_at(summary: Summary, clock: str, figure: str, direction: str, length: int = KB) -> float | None:
    """AnT-Linux by Linux, minus 1."""
    lines = [
        summary.one(
            clock=clock, experiment=figure, system=system, direction=direction, length=length, step=TOTAL
        )
        for system in (ANT, LINUX)
    ]
    return lines[0].median / lines[1].median - 1 if lines[0] and lines[1] else None


def noise_floor(summary: Summary, clock: str, **cell: object) -> float | None:
    """How far Linux is from itself, measured twice in the same run: as a share."""
    again = summary.one(clock=clock, experiment="control", system=LINUX, step=TOTAL, **cell)
    first = next(
        (
            line
            for line in summary.where(clock=clock, system=LINUX, step=TOTAL, **cell)
            if line.cell.experiment in ("fig6", "fig7", "fig8") and (not again or line.cell.length == again.cell.length)
        ),
        None,
    )
    return abs(again.median / first.median - 1) if again and first else None


def _io(summary: Summary, clock: str, figure: str, mode: str, most: float) -> Judged:
    found = {}
    for direction in ("read", "write"):
        overhead = overhead_at(summary, clock, figure, direction)
        if overhead is None:
            return _NOT_MEASURED
        found[direction] = overhead
    table = tuple(
        Compared(f"{mode} {direction}, 1 KB: overhead", paper.value(f"{mode}-{direction}-overhead"), 100 * value, "%")
        for direction, value in found.items()
    )
    good = all((value if mode == "sequential" else abs(value)) <= most + 1e-9 for value in found.values())
    limit = f"at most {100 * most:.1f} % counts as {'a few per cent' if mode == 'sequential' else 'equal'}"
    why = f"Overhead at 1 KB: read {found['read']:+.1%}, write {found['write']:+.1%}; {limit}."
    return _outcome(good), why, table


def c4(summary: Summary, clock: str) -> Judged:
    return _io(summary, clock, "fig7", "sequential", MOST_SEQUENTIAL_OVERHEAD)


def c5(summary: Summary, clock: str) -> Judged:
    outcome, why, table = _io(summary, clock, "fig8", "random", MOST_RANDOM_DIFFERENCE)
    noise = noise_floor(summary, clock, case="io", mode="random", direction="read") or 0.0
    if table and noise > MOST_RANDOM_DIFFERENCE:
        beyond = any(abs(one.ours) > 100 * noise for one in table)
        outcome = Outcome.NOT_REPRODUCED if beyond else Outcome.CANNOT
        why += f" Linux itself differs by {noise:.1%} from one measurement to the next in this run."
    return outcome, why, table


def c6(summary: Summary, clock: str) -> Judged:
    if clock == EXACT and any(summary.where(experiment="fig10")):
        return Outcome.CANNOT, _CANNOT_PARALLEL, ()
    times = {
        (line.cell.cores, line.cell.processes): line.median
        for line in summary.where(clock=clock, experiment="fig10", system=ANT, mode="sequential", step=TOTAL)
    }
    by_processes: dict[int, list[float]] = {}
    for (_, processes), value in times.items():
        by_processes.setdefault(processes, []).append(value)
    several = {processes: values for processes, values in by_processes.items() if len(values) > 1}
    if not several or (1, 1) not in times:
        return _NOT_MEASURED
    most = max(processes for cores, processes in times if cores == 1)  # of a run that broke off, fewer than elsewhere
    if most == 1:
        return _NOT_MEASURED
    spread = max(max(values) / min(values) for values in several.values())
    growth = times[(1, most)] / times[(1, 1)]
    table = [
        Compared("cores: slowest by fastest at equal processes", None, spread, "x"),
        Compared(f"processes: {most} by 1, on one core", None, growth, "x"),
    ]
    linux = {
        (line.cell.mode, line.cell.processes): line.median
        for line in summary.where(clock=clock, experiment="fig10", system=LINUX, step=TOTAL)
    }
    for mode in ("sequential", "random"):
        ant = summary.one(
            clock=clock, experiment="fig10", system=ANT, mode=mode, cores=1, processes=5, step=TOTAL
        )
        if ant and (mode, 5) in linux:
            share = 100 * ant.median / linux[(mode, 5)]
            table.append(Compared(f"5 processes, {mode}: by Linux", paper.value(f"many-{mode}"), share, "%"))
    why = f"Time grows {growth:.1f} fold from 1 to {most} processes"
    why += f", and differs by {spread:.2f} between numbers of cores (at most {MOST_SPREAD_OVER_CORES})."
    return _outcome(spread <= MOST_SPREAD_OVER_CORES and growth >= LEAST_GROWTH * most), why, tuple(table)


def c7(summary: Summary, clock: str) -> Judged:
    lines = {line.step: line for line in summary.where(clock=clock, experiment="memory")}
    if "free" not in lines:
        return _NOT_MEASURED
    printed = paper.value("kept-proxy")
    ours = lines["free"].median / KB
    table = [Compared("free memory that one kept proxy takes", printed, ours, "KB")]
    if "private" in lines:
        table.append(Compared("of it, pages of its own", None, lines["private"].median / KB, "KB"))
    why = f"A kept proxy takes {ours:.0f} KB of Linux's free memory, in the paper {printed:.0f} KB"
    why += f"; up to {MEMORY_FACTOR:g} times as much or as little is near."
    return _outcome(printed / MEMORY_FACTOR <= ours <= printed * MEMORY_FACTOR), why, tuple(table)


def c10(summary: Summary, clock: str) -> Judged:
    times = {
        (line.cell.cores, line.cell.processes, line.cell.disks): line.median
        for line in summary.where(clock=clock, experiment="disks", step=TOTAL)
    }
    if not {(3, 3, 1), (3, 3, 3)} <= times.keys():
        return _NOT_MEASURED
    gain = times[(3, 3, 1)] / times[(3, 3, 3)]
    table = [Compared("3 processes on 3 cores: one disk by three", None, gain, "x")]
    if (1, 3, 1) in times and (1, 3, 3) in times:
        on_one = times[(1, 3, 1)] / times[(1, 3, 3)]
        table.append(Compared("3 processes on 1 core: one disk by three", None, on_one, "x"))
    why = f"Three processes finish {gain:.2f} times as fast with three disks"
    why += f"; from {LEAST_GAIN_OF_THREE_DISKS} it is a gain."
    good = gain >= LEAST_GAIN_OF_THREE_DISKS
    if clock == EXACT:  # the disks do work at the same time here, the cores do not
        why += " That is a lower bound: the cores run in turns on this clock, only the disks work at the same time."
        return Outcome.REPRODUCED if good else Outcome.CANNOT, why, tuple(table)
    return _outcome(good), why, tuple(table)


def _of_a_processor(summary: Summary, clock: str, judged: Judged) -> Judged:
    """Figures stay, and so does what they would say; a verdict on them would be one on QEMU."""
    outcome, why, table = judged
    if not summary.emulated(clock) or outcome is Outcome.NOT_MEASURED:
        return judged
    why += " These are an emulator's times: what is dear there need not be on a processor."
    return Outcome.EMULATED, why, table


Judge = Callable[[Summary, str], Judged]
CLAIMS: dict[str, tuple[str, Judge]] = {
    "C1": ("The overhead over Linux is about constant over the seven cases (0.09 to 0.1 ms).", c1),
    "C2": ("A later call takes about a tenth of the first one, which creates the proxy.", c2),
    "C3": ("Null call, not continued : continued : continued after a delay = 22.5 : 1 : 7.5.", c3),
    "C4": ("Sequential access: the overhead is a few per cent.", c4),
    "C5": ("Random access: the same as Linux.", c5),
    "C6": ("The number of processes matters, the number of cores does not.", c6),
    "C7": ("A kept proxy costs about 176 KB of memory.", c7),
    "C10": ("Several disks would give a gain (expected by the authors, not measured).", c10),
}


def judge(summary: Summary) -> list[Verdict]:
    """Every claim on every clock of the run. Memory is no time: it is judged once."""
    verdicts = []
    for claim, (says, function) in CLAIMS.items():
        judged = {clock: function(summary, clock) for clock in summary.clocks()}
        if claim in COSTS:
            judged = {clock: _of_a_processor(summary, clock, found) for clock, found in judged.items()}
        if claim == "C7":
            measured = {clock: found for clock, found in judged.items() if found[0] is not Outcome.NOT_MEASURED}
            judged = {"": next(iter(measured.values()), _NOT_MEASURED)}
        verdicts += [Verdict(claim, says, clock, *found) for clock, found in judged.items()]
    return verdicts
