# SPDX-License-Identifier: GPL-2.0-only
"""Makes one run of the parts that several hosts measured. Rows are taken as they are; what does not fit is refused.

A part is one experiment on one clock, with its null control. So AnT-Linux and the Linux it is compared with are always
of one host: no cell, and no claim, has samples of two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import TestbedError
from . import raw
from .cells import Cell
from .environment import COMPLETE
from .results_directory import ResultsDirectory


@dataclass(frozen=True)
class Part:
    """What one host is to measure in one go."""

    clock: str
    experiment: str
    seconds: float  # a guess

    @property
    def name(self) -> str:
        return f"{self.clock}-{self.experiment}"


def add(whole: ResultsDirectory, part: Part, host: str, found: ResultsDirectory) -> None:
    """Copies a part's samples into the whole run, and writes down where they come from."""
    environment = found.read_environment()
    mine = whole.read_environment()
    if environment["state"] != COMPLETE:
        raise TestbedError(f"{part.name} on {host}: is incomplete: {environment['why']}")
    for what in ("commit", "kernel"):
        if environment[what] != mine[what]:
            raise TestbedError(
                f"{part.name} on {host}: {what} {environment[what] or 'unknown'} there, {mine[what]} here;"
                " figures of one run are of one version"
            )
    kind = environment["accelerators"][part.clock]["kind"]
    known = mine["accelerators"].setdefault(part.clock, environment["accelerators"][part.clock])
    if kind != known["kind"]:
        raise TestbedError(f"{part.name} on {host}: accelerator {kind} there, {known['kind']} in the parts before")
    rows = list(raw.read(found.raw))
    for row in rows:
        if row.cell.experiment not in (part.experiment, "control") or row.cell.clock != part.clock:
            raise TestbedError(f"{part.name} on {host}: has a sample of {row.cell.text()}")
    _refuse_second_host(cells_of(whole.raw) & {row.cell for row in rows}, part, host)
    for cell, own in _by_cell(rows):
        whole.add(f"{part.name} {cell.text()} on {host}", own, 0.0)
    about = mine["hosts"][host]
    about["parts"].append(part.name)
    about.update(host=environment["host"], qemu=environment["qemu"], uncommitted=environment["uncommitted"])
    mine["host"]["cpu"] = cpus(mine["hosts"])
    mine["host"]["load"] = max(mine["host"]["load"], environment["host"]["load"])
    whole.write_environment(mine)


def cells_of(directory: Path) -> set[Cell]:
    return {row.cell for row in raw.read(directory)}


def _refuse_second_host(cells: Iterable[Cell], part: Part, host: str) -> None:
    for cell in cells:
        raise TestbedError(f"{part.name} on {host}: {cell.text()} has samples of another host already")


def _by_cell(rows: list[raw.Row]) -> list[tuple[Cell, list[raw.Row]]]:
    found: dict[Cell, list[raw.Row]] = {}
    for row in rows:
        found.setdefault(row.cell, []).append(row)
    return list(found.items())


def cpus(hosts: dict[str, dict[str, Any]]) -> str:
    """The hosts with their processors and parts, for a report's line on its host."""
    texts = [
        f"{name}: {one['host']['cpu']} ({', '.join(one['parts'])})" for name, one in hosts.items() if "host" in one
    ]
    return "; ".join(texts)
