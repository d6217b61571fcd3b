# SPDX-License-Identifier: GPL-2.0-only
"""From samples to one line per measured thing: summary.csv, and the table that figures and verdicts ask."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from . import statistics
from .cells import CELL_FIELDS, Cell, cell_from
from .raw import Row
from .statistics import Statistics

TOTAL = "total"
# A repeat of these is a sequence of calls, and its total is what the paper shows.
_SEQUENCES = ("fig6", "fig7", "fig8", "fig10", "disks", "control")
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
        self._by_key = {(line.cell, line.step): line for line in self.lines}

    def get(self, cell: Cell, step: str = TOTAL) -> Line | None:
        return self._by_key.get((cell, step))

    def where(self, condition: Callable[[Cell], bool] = lambda cell: True, /, **values: object) -> Iterator[Line]:
        """Lines whose cell (or step) has these values, in the order of the cells."""
        for line in self.lines:
            own = {**{name: getattr(line.cell, name) for name in CELL_FIELDS}, "step": line.step}
            if all(own[name] == value for name, value in values.items()) and condition(line.cell):
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
        found = statistics.of(values[(cell, step)])
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


def read(path: Path) -> Summary:
    with path.open(encoding="utf-8", newline="") as lines:
        return Summary(_line(row) for row in csv.DictReader(lines))


def _line(row: dict[str, str]) -> Line:
    n, *rest = (float(row[name]) for name in _STATISTICS)
    return Line(
        row["kernel"], row["accelerator"], cell_from(row), row["step"], int(row["order"]), row["unit"],
        Statistics(int(n), *rest),
    )
