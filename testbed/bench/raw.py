# SPDX-License-Identifier: GPL-2.0-only
"""The raw files: one long schema for every experiment, one row for each sample, none dropped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from .cells import CELL_FIELDS, Cell, cell_from

INSTRUCTIONS = "instructions"
NANOSECONDS = "ns"
BYTES = "bytes"

# The run's name is its directory's, and not in the rows: two exact runs have equal files.
FIELDS = ("kernel", "accelerator", *CELL_FIELDS, "repeat", "step", "index", "value", "unit")


@dataclass(frozen=True)
class Row:
    kernel: str
    accelerator: str
    cell: Cell
    repeat: int
    step: str
    index: int
    value: int
    unit: str

    def values(self) -> tuple[object, ...]:
        return (
            self.kernel, self.accelerator, *astuple(self.cell), self.repeat, self.step, self.index, self.value,
            self.unit,
        )


def file_name(cell: Cell) -> str:
    return f"{cell.clock}-{cell.experiment}.csv"


def header() -> str:
    return ",".join(FIELDS) + "\n"


def text_of(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(row.values() for row in rows)
    return text.getvalue()


def read(directory: Path) -> Iterator[Row]:
    """Every row of every raw file, files in the order of their names."""
    cells: dict[tuple[str, ...], Cell] = {}  # rows repeat their cell: make each once
    for path in sorted(directory.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                key = tuple(row[name] for name in CELL_FIELDS)
                cell = cells.get(key)
                if cell is None:
                    cell = cells[key] = cell_from(row)
                yield Row(
                    row["kernel"], row["accelerator"], cell, int(row["repeat"]), row["step"], int(row["index"]),
                    int(row["value"]), row["unit"],
                )
