# SPDX-License-Identifier: GPL-2.0-only
"""`make bench-check`: the length of every call's path, in instructions, against the committed bench/baseline.json."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, TextIO

from ..errors import TestbedError
from ..files import write_whole
from ..paths import BUILD, ROOT, shown
from ..run.accel import choose
from ..run.start import MachineWish
from . import raw, scripted, summary
from .cells import EXACT
from .plan import PROFILE, BenchWish, make
from .progressbar import ProgressBar
from .raw import read
from .runner import rows_of
from .summary import Summary

# A change of the code beyond this is one that somebody should have wanted. Nothing else can move an exact figure.
MOST_GROWTH = 0.02
GROWTH = ("grown", "gone")  # the changes that are not well: what is not measured any more may hide anything

EXPERIMENTS = ("fig6", "table6")

Paths = dict[str, float]


def check(
    kernel: str, file: Path, update: bool = False, twice: bool = False, progress: TextIO = sys.stdout
) -> dict[str, Any]:
    """The paths of the calls now, those that have changed, and (`twice`) where another run's samples differ. When they
    do, nothing is compared, nor kept; and nothing is compared with what another compiler made."""
    known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if not update and kernel not in known:
        raise TestbedError(f"{shown(file)} has nothing for Linux {kernel}; antbed bench-check --update adds it")
    made = made_with(kernel)
    other = "" if update else other_compiler(known[kernel]["made with"], made)
    if other and not twice:
        raise TestbedError(f"not compared: {other}")
    with tempfile.TemporaryDirectory(prefix="antbed-check-") as place:
        first, second = (Path(place) / name for name in ("first", "second"))
        _measure(kernel, first, progress)
        ours = paths(summary.summarise(read(first)))
        differences: list[str] | None = None
        if twice:
            _measure(kernel, second, progress)
            differences = differing(first, second)
    found = {"kernel": kernel, "made_with": made, "paths": ours, "differing": differences}
    if differences:
        return {**found, "well": False}
    if update:
        known[kernel] = {"made with": made, "paths": ours}
        write_whole(file, json.dumps(known, indent=2, sort_keys=True) + "\n")
        return {**found, "updated": shown(file), "well": True}
    if other:
        return {**found, "not_compared": other, "well": True}
    changed = changes(known[kernel]["paths"], ours)
    grown = sum(one["change"] in GROWTH for one in changed)
    compared = {"baseline_made_with": known[kernel]["made with"], "changed": changed, "grown": grown}
    return {**found, **compared, "well": not grown}


def text(found: dict[str, Any]) -> str:
    """What check() found, for a person."""
    differences, made = found["differing"], found["made_with"]
    lines = [*differences, "the runs DIFFER"] if differences else []
    lines += ["both runs have the same samples, byte for byte"] if differences == [] else []
    if "updated" in found:
        lines.append(f"{found['updated']}: {len(found['paths'])} paths of Linux {found['kernel']}")
    if "not_compared" in found:
        lines.append(f"not compared: {found['not_compared']}")
    if "changed" in found:
        lines += map(_change_text, found["changed"])
        grown, before = found["grown"], found["baseline_made_with"]
        if grown and made != before:
            lines.append(f"the baseline was made with {before}, this with {made}: that alone can move a path")
        more = f"{grown} grown by more than {MOST_GROWTH:.0%} (Linux {found['kernel']})"
        lines.append(f"{len(found['paths'])} paths, {more}")
    return "".join(f"antbed: {line}\n" for line in lines)


def _measure(kernel: str, directory: Path, progress: TextIO) -> None:
    directory.mkdir()
    measure_exact(kernel, directory, f"check-{os.getpid()}", progress)


def made_with(kernel: str, build: Path = BUILD) -> str:
    """Linux's full version and the compiler: besides our own code all that an exact figure depends on."""
    generated = build / f"linux-{kernel}" / "tree/include/generated"
    words = []
    for name, macro in (("utsrelease.h", "UTS_RELEASE"), ("compile.h", "LINUX_COMPILER")):
        path = generated / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        found = re.search(rf'^#define {macro}\s+"([^",]*)', text, re.MULTILINE)
        words.append(found[1].strip() if found else "?")
    return "Linux {}, {}".format(*words)


def other_compiler(before: str, now: str) -> str:
    """Why paths made with `before` and `now` (made_with) cannot be compared: each compiler's have their own length."""
    versions = [re.search(r"\d+\.\d+\.\d+", words.partition(", ")[2]) for words in (before, now)]
    was, is_now = (found[0] if found else "?" for found in versions)
    if was == is_now:
        return ""
    return (
        f"the baseline was made with GCC {was}, and this with {is_now}, whose paths have other lengths;"
        " antbed bench-check --update, before a change is made, keeps these"
    )


def paths(found: Summary) -> Paths:
    """How long the path of each call of Fig. 6 and Table 6 is, by a name that a person can read: the 5th percentile.

    Which of its calls meets a tick, or is the first in a jiffy and writes the file's time, shifts with any change of
    the code. A median between two such kinds jumps from one to the other; and the minimum may be a single call that
    something else was spared, such as the end of the proxy before.
    """
    return {
        f"{line.cell.experiment} {line.cell.system} {line.cell.case} {line.step}": line.statistics.p5
        for line in found.lines
        if line.cell.clock == EXACT and line.cell.experiment in ("fig6", "table6")
    }


def changes(before: Paths, now: Paths) -> list[dict[str, Any]]:
    """The paths that are gone or new, and those that are longer or shorter by more than MOST_GROWTH."""
    found: list[dict[str, Any]] = []
    for name in sorted(before.keys() | now.keys()):
        was, is_now = before.get(name), now.get(name)
        if is_now is None or was is None:
            change = "gone" if is_now is None else "new"
        elif abs(is_now / was - 1) <= MOST_GROWTH + 1e-9:
            continue
        else:
            change = "grown" if is_now > was else "shrunk"
        found.append({"path": name, "change": change, "before": was, "now": is_now})
    return found


def _change_text(one: dict[str, Any]) -> str:
    name, was, now = one["path"], one["before"], one["now"]
    if one["change"] == "gone":
        return f"GONE   {name}: was {was:,.0f} instructions, is not measured any more"
    if one["change"] == "new":
        return f"new    {name}: {now:,.0f} instructions; antbed bench-check --update keeps it"
    word = "GROWN " if one["change"] == "grown" else "shrunk"
    return f"{word} {name}: {was:,.0f} -> {now:,.0f} instructions ({now / was - 1:+.1%})"


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
