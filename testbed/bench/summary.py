# SPDX-License-Identifier: GPL-2.0-only
"""From samples to one line per measured thing: summary.csv, and the table that figures and verdicts ask."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy
from numpy.typing import NDArray

from .cells import CELL_FIELDS, Cell
from .raw import Row

TOTAL = "total"
# A repeat of these is a sequence of calls, and its total is what the paper shows.
_SEQUENCES = ("fig6", "fig7", "fig8", "fig10", "disks", "control")
_RESAMPLES = 1000
_BLOCK = 4_000_000  # samples drawn at once: bounds the memory
_SEED = 20_130_101  # fixed: a report made again from the same samples says the same


@dataclass(frozen=True)
class Statistics:
    """What is said about a set of samples, and how sure the median is."""

    n: int
    median: float
    p5: float
    p95: float
    ci_low: float  # 95 % confidence interval of the median, by bootstrap
    ci_high: float
    minimum: float
    maximum: float


def statistics_of(samples: Sequence[int]) -> Statistics:
    values = numpy.asarray(samples, dtype=float)
    if values.size == 0:
        raise ValueError("no samples")
    p5, median, p95 = numpy.percentile(values, (5, 50, 95))
    low, high = _interval_of_median(values)
    return Statistics(
        values.size, float(median), float(p5), float(p95), low, high, float(values.min()), float(values.max())
    )


def _interval_of_median(values: NDArray[numpy.float64]) -> tuple[float, float]:
    """The percentile bootstrap: how the median would scatter if the samples were drawn again."""
    if values.min() == values.max():
        return float(values[0]), float(values[0])
    random = numpy.random.default_rng(_SEED)
    at_once = max(1, _BLOCK // values.size)
    medians: list[NDArray[numpy.float64]] = []
    left = _RESAMPLES
    while left > 0:
        drawn = random.choice(values, size=(min(left, at_once), values.size))
        medians.append(numpy.median(drawn, axis=1))
        left -= len(drawn)
    low, high = numpy.percentile(numpy.concatenate(medians), (2.5, 97.5))
    return float(low), float(high)


_STATISTICS = tuple(field.name for field in fields(Statistics))
FIELDS = ("kernel", "accelerator", *CELL_FIELDS, "step", "order", "unit", *_STATISTICS)


@dataclass(frozen=True)
class Line:
    kernel: str
    accelerator: str
    cell: Cell
    step: str
    order: int  # of the step within a repeat; the total is last
    unit: str
    statistics: Statistics

    @property
    def median(self) -> float:
        return self.statistics.median


class Summary:
    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = list(lines)

    def where(self, **values: object) -> Iterator[Line]:
        """Lines whose cell (or step) has these values, in the order of the cells."""
        for line in self.lines:
            own = {**{name: getattr(line.cell, name) for name in CELL_FIELDS}, "step": line.step}
            if all(own[name] == value for name, value in values.items()):
                yield line

    def one(self, **values: object) -> Line | None:
        """The single line with these values; None when there is none."""
        found = list(self.where(**values))
        if len(found) > 1:
            raise ValueError(f"{len(found)} lines with {values}: {[line.cell for line in found]}")
        return found[0] if found else None

    def clocks(self) -> list[str]:
        return sorted({line.cell.clock for line in self.lines})

    def accelerator(self, clock: str) -> str:
        return next((line.accelerator for line in self.lines if line.cell.clock == clock), "")

    def emulated(self, clock: str) -> bool:
        """Whether its times are those of an emulator. (The exact clock has none: it counts instructions.)"""
        return self.accelerator(clock) == "tcg"


def summarise(rows: Iterable[Row]) -> Summary:
    """Groups the samples; adds each repeat's total where the program did not time it itself."""
    values: dict[tuple[Cell, str], list[int]] = {}
    orders: dict[tuple[Cell, str], int] = {}
    about: dict[Cell, Row] = {}
    totals: dict[Cell, dict[int, int]] = {}
    for row in rows:
        key = (row.cell, row.step)
        about.setdefault(row.cell, row)
        values.setdefault(key, []).append(row.value)
        orders[key] = min(orders.get(key, row.index), row.index)
        if row.cell.experiment in _SEQUENCES and row.step != TOTAL:
            of_cell = totals.setdefault(row.cell, {})
            of_cell[row.repeat] = of_cell.get(row.repeat, 0) + row.value
    for cell, sums in totals.items():
        values.setdefault((cell, TOTAL), list(sums.values()))
    lines = []
    last = 1 << 30
    for cell, step in sorted(values, key=lambda key: (key[0], key[1] == TOTAL, orders.get(key, last), key[1])):
        row = about[cell]
        order = -1 if step == TOTAL else orders[(cell, step)]
        found = statistics_of(values[(cell, step)])
        lines.append(Line(row.kernel, row.accelerator, cell, step, order, row.unit, found))
    return Summary(lines)


def write(summary: Summary, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(FIELDS)
        for line in summary.lines:
            numbers = [f"{number:.10g}" for number in astuple(line.statistics)]
            head = [line.kernel, line.accelerator, *astuple(line.cell), line.step, line.order, line.unit]
            writer.writerow([*head, *numbers])
