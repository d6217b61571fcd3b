# SPDX-License-Identifier: GPL-2.0-only
"""What is measured: a cell is one point of one figure, on one system, by one clock."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import get_type_hints

ANT = "AnT-Linux"  # the paper's names of the two systems that are compared
LINUX = "Linux"
SYSTEMS = (ANT, LINUX)

EXACT = "exact"  # instructions; repeats to the digit
REAL = "real"  # wall time; noisy, shows parallelism

SEQUENCES = (  # the paper's Table 5
    "getpid",
    "stat",
    "open-close",
    "open-fstat-close",
    "open-lseek-close",
    "open-read-close",
    "open-write-close",
)
NULL_STATES = ("not-continued", "continued", "delayed")  # the paper's Table 6
MODES = ("sequential", "random")
LENGTHS = tuple(1024 << n for n in range(6))  # bytes in one read or write: 1 .. 32 KB


@dataclass(frozen=True, order=True)
class Cell:
    """A field that has no meaning for an experiment is empty or 0."""

    clock: str
    experiment: str  # fig6 table6 fig7 fig8 fig10 disks steps memory control
    system: str
    case: str
    mode: str = ""
    direction: str = ""
    length: int = 0
    cores: int = 1  # of the system that runs the measured processes
    processes: int = 1
    disks: int = 0
    calls: int = 0  # reads or writes in one repeat

    def text(self) -> str:
        """For progress lines and messages."""
        parts = [self.clock, self.experiment, self.system, self.case, self.mode, self.direction]
        if self.length:
            parts.append(f"{self.length >> 10}KB")
        if self.experiment in ("fig10", "disks"):
            parts.append(f"{self.cores}x{self.processes}")
            parts.append(f"{self.disks}disks")
        return " ".join(part for part in parts if part)


CELL_FIELDS = tuple(field.name for field in fields(Cell))
_NUMBERS = {name for name, kind in get_type_hints(Cell).items() if kind is int}


def cell_from(row: dict[str, str]) -> Cell:
    """The cell of a row of a raw file or of the summary."""
    values = {name: int(row[name]) if name in _NUMBERS else row[name] for name in CELL_FIELDS}
    return Cell(**values)  # type: ignore[arg-type]
