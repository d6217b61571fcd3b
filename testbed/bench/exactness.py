# SPDX-License-Identifier: GPL-2.0-only
"""Fig. 6 and Table 6 on the exact clock alone; and whether two such runs are the same, byte for byte."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

from ..paths import ROOT
from ..run.accel import choose
from ..run.start import MachineWish
from . import raw, scripted
from .cells import EXACT
from .plan import BenchWish, make
from .progressbar import ProgressBar
from .runner import rows_of

PROFILE = "bench"
EXPERIMENTS = ("fig6", "table6")


def measure_exact(kernel: str, directory: Path, machine: str, stream: TextIO = sys.stdout) -> None:
    """Raw files of Fig. 6 and Table 6, one boot each, as `bench` makes them."""
    wish = BenchWish((EXACT,), EXPERIMENTS)
    works = make(wish)
    accelerators = {EXACT: choose("exact")}
    boot = MachineWish(machine, PROFILE, kernel, EXACT, ROOT / "share", False)
    progress = ProgressBar(stream, sum(work.seconds for work in works))
    for experiment in EXPERIMENTS:
        progress.begin(f"exact {experiment}: booting")
        for work, measured in scripted.run(boot, wish, [work for work in works if work.batch == experiment]):
            path = directory / raw.file_name(work.cell)
            new = not path.exists()
            with path.open("a", encoding="utf-8") as file:
                file.write((raw.header() if new else "") + raw.text_of(rows_of(work, measured, kernel, accelerators)))
            progress.advance(work.seconds)
            progress.begin(work.key)
    progress.finish()


def differing(first: Path, second: Path) -> list[str]:
    """For each raw file that differs, a line with the first difference."""
    names = sorted({path.name for directory in (first, second) for path in directory.glob("*.csv")})
    lines = []
    for name in names:
        texts = [directory.joinpath(name) for directory in (first, second)]
        if not all(path.is_file() for path in texts):
            lines.append(f"{name}: only one run has it")
            continue
        contents = [path.read_bytes() for path in texts]
        if contents[0] == contents[1]:
            continue
        rows = [content.decode().splitlines() for content in contents]
        pairs = zip(rows[0], rows[1])
        at, pair = next(((n, p) for n, p in enumerate(pairs, start=1) if p[0] != p[1]), (min(map(len, rows)) + 1, None))
        lines.append(f"{name}, line {at}: " + (f"{pair[0]} / {pair[1]}" if pair else "one ends here"))
    return lines
