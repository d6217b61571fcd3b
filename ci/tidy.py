#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""clang-tidy over all our C++; what was clean and has not changed is not looked at again.

    ci/tidy.py [-j N] [--stamps DIRECTORY] [PREFIX...]

PREFIX limits it to the sources below these paths. Reads build/cmake-tidy/compile_commands.json, which
`cmake --preset tidy` writes. A clean source leaves a stamp: the digests of every file that it reads.
As long as these, its command, the .clang-tidy files above it and clang-tidy's version are the same, the
stamp speaks for it. The directory of stamps may be kept and carried elsewhere: it knows the files below
the top directory by their relative paths.

A source of AnT or of Linux user space is checked as it is built for the machine (once for each way it is
built), not once more as a part of a unit test. Status 1 when something was found.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from testbed.terminal import redraws  # noqa: E402

DATABASE = ROOT / "build/cmake-tidy/compile_commands.json"
STAMPS = ROOT / "build/lint/tidy"
ROOMS = ("ant/", "bench/", "examples/", "tests/unit/", "userland/")

# What only GCC knows; and an option with which clang refuses to read a declaration with long double.
_NOT_CLANGS = re.compile(
    r"-W(no-)?(useless-cast|duplicated-cond|logical-op)|-fno-tree-loop-distribute-patterns|-mgeneral-regs-only"
)
_FINDING = re.compile(r"(\S+:\d+:\d+: )?(warning|error): ")
# Counts of what is not shown.
_NOISE = re.compile(r"\d+ (warning|error)s?\b.*|Suppressed .*|Use -header.*|Error while processing .*")
_NOTE_SECONDS = 20.0  # between progress lines where there is no terminal


@dataclass(frozen=True)
class Unit:
    """One source, compiled in one way."""

    source: str  # relative to ROOT
    directory: str
    compiler: str
    options: tuple[str, ...]

    @property
    def is_test(self) -> bool:
        return self.source.startswith("tests/")


def units(database: Path, prefixes: list[str]) -> list[Unit]:
    """What is to be checked: unit tests, which take longest, last."""
    found: dict[Unit, None] = {}
    for entry in json.loads(database.read_text(encoding="utf-8")):
        source = os.path.relpath(entry["file"], ROOT)
        if not source.endswith(".cpp") or not source.startswith(ROOMS):
            continue
        if prefixes and not source.startswith(tuple(prefixes)):
            continue
        compiler, *words = shlex.split(entry["command"])
        output = words[words.index("-o") + 1]
        if output.startswith("tests/") and not source.startswith("tests/"):
            continue
        left_out = {output, entry["file"], "-o", "-c"}
        options = tuple(word for word in words if word not in left_out and not _NOT_CLANGS.fullmatch(word))
        found[Unit(source, entry["directory"], compiler, options)] = None
    return sorted(found, key=lambda unit: unit.is_test)


@cache
def digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "none"


@cache
def version() -> str:
    return subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True, check=True).stdout


def stamp_name(unit: Unit) -> str:
    """The same for the same source, compiled and checked in the same way."""
    configuration = [digest(above / ".clang-tidy") for above in (ROOT / unit.source).parents]
    command = [option.replace(str(ROOT), ".") for option in unit.options]
    known = json.dumps([version(), configuration, unit.source, unit.compiler, command])
    return hashlib.sha256(known.encode()).hexdigest() + ".json"


def files_read(unit: Unit) -> list[str]:
    """Every file that the compiler reads for it; below ROOT by relative paths."""
    rule = subprocess.run(
        [unit.compiler, *unit.options, "-M", str(ROOT / unit.source)],
        cwd=unit.directory, capture_output=True, text=True, check=True,
    ).stdout
    paths = rule.split(":", 1)[1].replace("\\\n", " ").split()
    full = (os.path.normpath(os.path.join(unit.directory, path)) for path in paths)
    return sorted({os.path.relpath(path, ROOT) if path.startswith(f"{ROOT}/") else path for path in full})


def digests(paths: Iterable[str]) -> dict[str, str]:
    return {path: digest(ROOT / path) for path in paths}


def was_clean(stamp: Path) -> bool:
    try:
        known = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(known) and digests(known) == known


def check(unit: Unit, stamp: Path) -> str:
    """What clang-tidy has against it: nothing, and then it is stamped, or its output."""
    try:
        read = digests(files_read(unit))
    except subprocess.CalledProcessError as error:
        return f"{unit.source}: error: cannot be preprocessed\n{error.stderr}"
    done = subprocess.run(
        ["clang-tidy", "--quiet", str(ROOT / unit.source), "--", *unit.options],
        cwd=unit.directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )
    if done.returncode:
        return done.stdout.replace(f"{ROOT}/", "")
    new = stamp.with_suffix(".new")
    new.write_text(json.dumps(read, indent=0), encoding="utf-8")
    new.replace(stamp)
    return ""


class Progress:
    """One line that is written over on a terminal; elsewhere one now and then."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._redraws = redraws(sys.stderr)
        self._started = self._noted = time.monotonic()

    def show(self, done: int, found: int, what: str) -> None:
        now = time.monotonic()
        left = (now - self._started) / done * (self._total - done) / 60
        line = f"tidy: {done}/{self._total} checked, {found} with findings, about {left:.0f} min left; {what}"
        if self._redraws:
            print(f"\r\033[K{line[:100]}", end="" if done < self._total else "\n", file=sys.stderr, flush=True)
        elif now - self._noted >= _NOTE_SECONDS or done == self._total:
            self._noted = now
            print(line, file=sys.stderr, flush=True)


def fresh_findings(output: str, seen: set[str]) -> str:
    """The output without what an earlier source has shown: a header's findings come with each that includes it."""
    kept: list[str] = []
    keep = True
    for line in output.splitlines():
        if _NOISE.fullmatch(line):
            continue
        if _FINDING.match(line):  # its notes and its place in the source follow
            keep = line not in seen
            seen.add(line)
        if keep:
            kept.append(line)
    return "\n".join(kept)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count(), help="at a time (default: %(default)s)")
    parser.add_argument("--stamps", type=Path, default=STAMPS, help="(default: build/lint/tidy)")
    parser.add_argument("prefixes", nargs="*", metavar="PREFIX")
    arguments = parser.parse_args()
    arguments.stamps.mkdir(parents=True, exist_ok=True)

    stamps = {unit: arguments.stamps / stamp_name(unit) for unit in units(DATABASE, arguments.prefixes)}
    if not stamps:
        print(f"tidy: no source below {' '.join(arguments.prefixes) or ROOT}", file=sys.stderr)
        return 2
    waiting = [unit for unit, stamp in stamps.items() if not was_clean(stamp)]
    print(f"tidy: {len(stamps) - len(waiting)} of {len(stamps)} unchanged since they were clean")
    seen: set[str] = set()
    bad: list[str] = []
    pool = ThreadPoolExecutor(arguments.jobs)
    try:
        running = {pool.submit(check, unit, stamps[unit]): unit for unit in waiting}
        progress = Progress(len(waiting))
        for done, future in enumerate(as_completed(running), 1):
            unit = running[future]
            if output := future.result():
                bad.append(unit.source)
                if shown := fresh_findings(output, seen):
                    print(shown, flush=True)
            progress.show(done, len(bad), unit.source)
    finally:
        pool.shutdown(cancel_futures=True)  # on Ctrl-C what is clean so far stays stamped
    if not arguments.prefixes:
        for old in set(arguments.stamps.iterdir()) - set(stamps.values()):
            old.unlink()
    if bad:
        print(f"tidy: findings in {len(bad)} of {len(stamps)}: {' '.join(dict.fromkeys(bad))}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
