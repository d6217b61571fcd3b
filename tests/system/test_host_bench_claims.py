# SPDX-License-Identifier: GPL-2.0-only
"""make bench: statistics, and the verdict on each claim for made-up figures: reproduced, not reproduced, cannot say."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest

from testbed.bench import claims, development, report, summary
from testbed.bench.cells import ANT, EXACT, LINUX, REAL, SEQUENCES, Cell, cell_from
from testbed.bench.development import Development
from testbed.bench.raw import Row
from testbed.bench.summary import Statistics, Summary, summarise
from testbed.bench.verdicts import COSTS, Outcome

YES, NO, CANNOT, NOT_MEASURED = Outcome.REPRODUCED, Outcome.NOT_REPRODUCED, Outcome.CANNOT, Outcome.NOT_MEASURED
Values = list[tuple[Cell, str, int, float]]  # cell, step, index, median


def summary_of(values: Values, spread: float = 0.0, accelerator: str = "kvm") -> Summary:
    rows = []
    for cell, step, index, median in values:
        unit = "instructions" if cell.clock == EXACT else "ns"
        rows += [
            Row("6.1", "exact" if cell.clock == EXACT else accelerator, cell, n, step, index,
                round(median * (1 + spread * (n - 15))), unit) for n in range(31)
        ]
    return summarise(rows)


def fig6(clock: str, first: float, later: float, last: float | None = None) -> Values:
    values: Values = []
    for case in SEQUENCES:
        steps = case.split("-")
        for index, step in enumerate(steps):
            extra = first if index == 0 else later
            if last is not None and 0 < index == len(steps) - 1:
                extra = last
            values.append((Cell(clock, "fig6", ANT, case), step, index, 1000 + extra))
            values.append((Cell(clock, "fig6", LINUX, case), step, index, 1000))
    return values


def table6(clock: str, created: float, delayed: float) -> Values:
    figures = {"not-continued": created, "continued": 6300, "delayed": delayed}
    return [(Cell(clock, "table6", ANT, state), "null", 0, value) for state, value in figures.items()]


def io(experiment: str, read: float, write: float, control: float = 1.0) -> Values:
    mode = "sequential" if experiment == "fig7" else "random"
    values: Values = []
    for direction, share in (("read", read), ("write", write)):
        for system, factor in ((LINUX, 1.0), (ANT, 1 + share)):
            cell = Cell(REAL, experiment, system, "io", mode, direction, 1024, disks=1, calls=1000)
            values.append((cell, "total", 0, 1e9 * factor))
    again = Cell(REAL, "control", LINUX, "io", mode, "read", 1024, disks=1, calls=1000)
    return [*values, (again, "total", 0, 1e9 * control)]


def many(per_core: float, per_process: float) -> Values:
    return [
        (Cell(REAL, "fig10", ANT, "many", "sequential", "read", 1024, n, m, 1), "total", 0,
         1e7 * (1 + per_process * (m - 1)) * (1 + per_core * (n - 1)))
        for n in (1, 2, 3) for m in range(1, 7) if n <= m
    ]


def disks(gain: float, clock: str = REAL) -> Values:
    cell = Cell(clock, "disks", ANT, "many", "random", "read", 1024, 3, 3)
    return [(replace(cell, disks=1), "total", 0, 3e9), (replace(cell, disks=3), "total", 0, 3e9 / gain)]


def memory(kilobytes: float) -> Values:
    return [(Cell(REAL, "memory", ANT, "kept"), "free", 8, kilobytes * 1024)]


Judge = Callable[[Summary, str], claims.Judged]


@pytest.mark.parametrize(
    ("judge", "clock", "values", "outcome"),
    [
        (claims.c1, REAL, fig6(REAL, 90_000, 6_000), YES),
        (claims.c1, EXACT, fig6(EXACT, 90_000, 6_000), YES),
        (claims.c1, REAL, fig6(REAL, 90_000, 30_000), NO),
        (claims.c1, REAL, fig6(REAL, -10, 0), NO),
        (claims.c1, REAL, fig6(REAL, 90_000, 6_000)[:10], NOT_MEASURED),
        (claims.c2, REAL, fig6(REAL, 90_000, 8_000), YES),
        (claims.c2, REAL, fig6(REAL, 90_000, 8_000, last=40_000), NO),
        (claims.c2, EXACT, fig6(EXACT, 90_000, 8_000, last=40_000), YES),
        (claims.c2, EXACT, fig6(EXACT, 90_000, 30_000), NO),
        (claims.c2, REAL, [], NOT_MEASURED),
        (claims.c3, REAL, table6(REAL, 141_800, 47_000), YES),
        (claims.c3, REAL, table6(REAL, 141_800, 6_400), NO),
        (claims.c3, REAL, table6(REAL, 40_000, 20_000), NO),
        (claims.c3, EXACT, table6(EXACT, 141_800, 6_400), CANNOT),
        (claims.c3, EXACT, table6(EXACT, 20_000, 6_400), NO),
        (claims.c3, REAL, table6(REAL, 1, 1)[:2], NOT_MEASURED),
        (claims.c4, REAL, io("fig7", 0.03, 0.02), YES),
        (claims.c4, REAL, io("fig7", -0.1, 0.02), YES),
        (claims.c4, REAL, io("fig7", 0.03, 0.08), NO),
        (claims.c4, REAL, [], NOT_MEASURED),
        (claims.c5, REAL, io("fig8", -0.02, -0.02), YES),
        (claims.c5, REAL, io("fig8", 0.05, 0.0), NO),
        (claims.c5, REAL, io("fig8", -0.05, 0.0), NO),
        (claims.c5, REAL, io("fig8", 0.05, 0.0, control=1.06), CANNOT),
        (claims.c5, REAL, io("fig8", 0.01, 0.0, control=1.06), CANNOT),
        (claims.c5, REAL, io("fig8", 0.08, 0.0, control=1.06), NO),
        (claims.c5, REAL, io("fig8", 0.01, 0.0, control=1.01), YES),
        (claims.c5, REAL, [], NOT_MEASURED),
        (claims.c6, REAL, many(0.02, 1.0), YES),
        (claims.c6, REAL, many(0.2, 1.0), NO),
        (claims.c6, REAL, many(0.0, 0.1), NO),
        (claims.c6, EXACT, many(0.0, 1.0), CANNOT),
        (claims.c6, EXACT, fig6(EXACT, 90_000, 6_000), NOT_MEASURED),
        (claims.c6, REAL, [], NOT_MEASURED),
        # A run that broke off: one core has less than the others.
        (claims.c6, REAL, [one for one in many(0.02, 1.0) if one[0].cores > 1 or one[0].processes < 4], YES),
        (claims.c6, REAL, [one for one in many(0.02, 1.0) if one[0].cores > 1 or one[0].processes == 1], NOT_MEASURED),
        (claims.c7, REAL, memory(176), YES),
        (claims.c7, REAL, memory(400), NO),
        (claims.c7, REAL, memory(60), NO),
        (claims.c7, REAL, [], NOT_MEASURED),
        (claims.c10, REAL, disks(2.8), YES),
        (claims.c10, REAL, disks(1.1), NO),
        (claims.c10, EXACT, disks(2.8, EXACT), YES),
        (claims.c10, EXACT, disks(1.1, EXACT), CANNOT),
        (claims.c10, EXACT, disks(2.8), NOT_MEASURED),
        (claims.c10, REAL, [], NOT_MEASURED),
    ],
)
def test_verdict(judge: Judge, clock: str, values: Values, outcome: Outcome) -> None:
    found, why, _ = judge(summary_of(values), clock)
    assert found is outcome, why
    assert why.endswith((".", ")"))


def test_every_claim_is_judged_on_every_clock_and_memory_once() -> None:
    judged = claims.judge(summary_of(fig6(REAL, 9e4, 6e3) + fig6(EXACT, 9e4, 6e3) + memory(176)))
    clocks = {claim: [v.clock for v in judged if v.claim == claim] for claim in claims.CLAIMS}
    assert clocks.pop("C7") == [""]
    assert all(found == [EXACT, REAL] for found in clocks.values())


@pytest.mark.parametrize("later", [6_000, 60_000])
def test_emulated_times_are_no_verdict_on_what_a_call_costs(later: float) -> None:
    """The figures stay; neither "reproduced" nor "not reproduced" is said of them. KVM's and instructions are judged,
    and waiting for disks is."""
    values = [
        *fig6(REAL, 90_000, later), *table6(REAL, 141_800, later), *io("fig7", 0.03, later), *io("fig8", 0.0, later),
        *fig6(EXACT, 90_000, later), *many(0.02, 1.0), *disks(2.8),
    ]
    for accelerator in ("tcg", "kvm"):
        found = {(v.claim, v.clock): v for v in claims.judge(summary_of(values, accelerator=accelerator))}
        outcomes = {found[(claim, REAL)].outcome for claim in COSTS}
        assert (outcomes == {Outcome.EMULATED}) == (accelerator == "tcg"), outcomes
        assert all(found[(claim, REAL)].table for claim in COSTS)
        assert found[("C1", EXACT)].outcome is (YES if later == 6_000 else NO)
        assert found[("C6", REAL)].outcome is YES and found[("C10", REAL)].outcome is YES


def test_what_was_not_measured_is_one_sentence() -> None:
    verdicts = claims.judge(summary_of(fig6(REAL, 9e4, 6e3) + fig6(EXACT, 9e4, 6e3), accelerator="tcg"))
    assert report.in_short(verdicts) == (
        "Verdicts: 2 reproduced; 2 cannot be judged: emulated times."
        " Not measured in this run: C3 (exact, real), C4 (exact, real), C5 (exact, real), C6 (exact, real), C7,"
        " C10 (exact, real)."
    )
    assert report.in_short([]) == "Verdicts: none."


def test_effort_is_judged() -> None:
    def outcomes(effort: Development) -> list[Outcome]:
        return [verdict.outcome for verdict in development.judge(effort)]

    assert outcomes(Development("table", 0.005, 30, ())) == [YES, YES]
    assert outcomes(Development("table", 0.0964, 30, ("lkm/mint.c",))) == [NO, NO]
    assert outcomes(Development("not counted: cloc is not installed", None, 30, ())) == [YES, NOT_MEASURED]


def test_no_file_on_the_way_but_the_proxy_knows_a_call() -> None:
    assert not development.measure().knowing, "claim C8 does not hold any more"


def test_the_median_and_its_interval() -> None:
    same = summary.statistics_of([7] * 40)
    assert (same.median, same.ci_low, same.ci_high, same.p5, same.p95) == (7, 7, 7, 7, 7)
    draw = random.Random(1)
    samples = [round(draw.gauss(1000, 50)) for _ in range(400)]
    found = summary.statistics_of(samples)
    assert found.ci_low < 1000 < found.ci_high and found.ci_high - found.ci_low < 20
    assert found == summary.statistics_of(samples), "the report made again would say something else"
    assert found.p5 == pytest.approx(1000 - 1.645 * 50, abs=15) and found.p95 == pytest.approx(1082, abs=15)
    assert (found.n, found.minimum, found.maximum) == (400, min(samples), max(samples))


def test_an_outlier_stays() -> None:
    found = summary.statistics_of([10] * 99 + [10_000_000])
    assert found.maximum == 10_000_000 and found.median == 10 and found.n == 100


def test_totals_are_added_where_the_program_timed_only_the_calls() -> None:
    cell = Cell(REAL, "fig6", LINUX, "open-close")
    calls = (("open", 5), ("close", 2))
    rows = [Row("6.1", "kvm", cell, n, step, i, v, "ns") for n in range(3) for i, (step, v) in enumerate(calls)]
    found = summarise(rows)
    total = found.one(case="open-close", step="total")
    assert total and total.median == 7 and [line.step for line in found.lines] == ["open", "close", "total"]


def line_of(row: dict[str, str]) -> summary.Line:
    n, *rest = (float(row[field.name]) for field in fields(Statistics))
    return summary.Line(
        row["kernel"], row["accelerator"], cell_from(row), row["step"], int(row["order"]), row["unit"],
        Statistics(int(n), *rest),
    )


def test_the_summary_is_written_as_it_is(tmp_path: Path) -> None:
    found = summary_of(fig6(REAL, 90_000, 6_000) + many(0, 1), spread=0.001)
    summary.write(found, tmp_path / "summary.csv")
    with (tmp_path / "summary.csv").open(encoding="utf-8", newline="") as lines:
        assert [line_of(row) for row in csv.DictReader(lines)] == found.lines


def test_the_noise_floor_is_linux_against_itself() -> None:
    found = summary_of(io("fig8", 0.0, 0.0, control=1.013))
    assert claims.noise_floor(found, REAL, case="io", mode="random", direction="read") == pytest.approx(0.013)
    assert claims.noise_floor(found, EXACT, case="io", mode="random", direction="read") is None
