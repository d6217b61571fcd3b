# SPDX-License-Identifier: GPL-2.0-only
"""`make bench-check`: the length of every call's path, in instructions, against the committed bench/baseline.json."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from ..errors import TestbedError
from ..paths import BUILD, shown
from . import summary
from .cells import EXACT
from .exactness import differing, measure_exact
from .raw import read
from .rundir import write_whole
from .summary import Summary

# A change of the code beyond this is one that somebody should have wanted. Nothing else can move an exact figure.
MOST_GROWTH = 0.02

Paths = dict[str, float]


def check(kernel: str, file: Path, update: bool = False, twice: bool = False) -> int:
    """Status 0 when no path has grown, and (`twice`) another run has the same samples; says what is not so."""
    known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if not update and kernel not in known:
        raise TestbedError(f"{shown(file)} has nothing for Linux {kernel}; antbed bench-check --update adds it")
    with tempfile.TemporaryDirectory(prefix="antbed-check-") as place:
        first, second = (Path(place) / name for name in ("first", "second"))
        _measure(kernel, first)
        ours = paths(summary.summarise(read(first)))
        differences = 0
        if twice:
            _measure(kernel, second)
            differences = _say_differences(differing(first, second))
    if differences:
        return 1
    made = made_with(kernel)
    if update:
        known[kernel] = {"made with": made, "paths": ours}
        write_whole(file, json.dumps(known, indent=2, sort_keys=True) + "\n")
        print(f"antbed: {shown(file)}: {len(ours)} paths of Linux {kernel}", flush=True)
        return 0
    grown, lines = compare(known[kernel]["paths"], ours)
    for line in lines:
        print(f"antbed: {line}")
    if grown and made != known[kernel]["made with"]:
        print(f"antbed: the baseline is of {known[kernel]['made with']}, this is {made}: that alone can move a path")
    print(f"antbed: {len(ours)} paths, {grown} grown by more than {MOST_GROWTH:.0%} (Linux {kernel})", flush=True)
    return 1 if grown else 0


def _measure(kernel: str, directory: Path) -> None:
    directory.mkdir()
    measure_exact(kernel, directory, f"check-{os.getpid()}")


def _say_differences(lines: list[str]) -> int:
    for line in lines:
        print(f"antbed: {line}")
    print("antbed: the runs DIFFER" if lines else "antbed: both runs have the same samples, byte for byte", flush=True)
    return len(lines)


def made_with(kernel: str, build: Path = BUILD) -> str:
    """Linux's full version and the compiler: besides our own code all that an exact figure depends on."""
    generated = build / f"linux-{kernel}" / "tree/include/generated"
    words = []
    for name, macro in (("utsrelease.h", "UTS_RELEASE"), ("compile.h", "LINUX_COMPILER")):
        path = generated / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        found = re.search(rf'^#define {macro} "([^",]*)', text, re.MULTILINE)
        words.append(found[1].strip() if found else "?")
    return "Linux {}, {}".format(*words)


def paths(found: Summary) -> Paths:
    """The shortest path of each call of Fig. 6 and Table 6, by a name that a person can read.

    Which of its calls meets a tick, or is the first in a jiffy and writes the file's time, shifts with any change of
    the code; a median between two such kinds jumps from one to the other.
    """
    return {
        f"{line.cell.experiment} {line.cell.system} {line.cell.case} {line.step}": line.statistics.minimum
        for line in found.lines
        if line.cell.clock == EXACT and line.cell.experiment in ("fig6", "table6")
    }


def compare(before: Paths, now: Paths) -> tuple[int, list[str]]:
    """How many have grown too much, or are gone; and a line for each that changed as much either way."""
    grown = 0
    lines = []
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            grown += 1
            lines.append(f"GONE   {name}: was {before[name]:,.0f} instructions, is not measured any more")
        elif name not in before:
            lines.append(f"new    {name}: {now[name]:,.0f} instructions; antbed bench-check --update keeps it")
        else:
            growth = now[name] / before[name] - 1
            if abs(growth) <= MOST_GROWTH + 1e-9:
                continue
            grown += growth > 0
            word = "GROWN " if growth > 0 else "shrunk"
            lines.append(f"{word} {name}: {before[name]:,.0f} -> {now[name]:,.0f} instructions ({growth:+.1%})")
    return grown, lines
