# SPDX-License-Identifier: GPL-2.0-only
"""The plan of a run: what is measured, how often, in which order. The same wish and seed make the same plan."""

from __future__ import annotations

import hashlib
import random
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..errors import TestbedError, UsageError
from .cells import ANT, EXACT, LENGTHS, LINUX, MODES, NULL_STATES, REAL, SEQUENCES, SYSTEMS, Cell

KB = 1024

PROFILE = "bench"  # the machine's description
FIGURES = {"6": ("fig6",), "7": ("fig7",), "8": ("fig8",), "10": ("fig10",)}
TABLES = {"6": ("table6",)}
# Fig. 9 of the paper is a drawing of what Fig. 10 measures.
EXTRAS = ("disks", "steps", "memory")
EVERYTHING = ("fig6", "table6", "fig7", "fig8", "fig10", *EXTRAS)
# What instructions cannot show: all cores share one instruction clock. (Several disks do work at the same time on it.)
NEEDS_REAL = ("fig10", "memory")

DISKS = 3
MOST_PROCESSES = 6
CORES = (1, 2, 3)
ONE_FILE = "/tmp/bench-file"  # in memory: Fig. 6 is without real I/O
DISK_FILES = "/bench"  # the disks' files: DISK_FILES/DISK/file.NUMBER

# What was read or written must not be in memory already, nor in a disk's cache.
DROP_CACHES = "drop-caches"
_ONE_FILE_KB = 64

# On the exact clock an instruction takes 1 ns. The paper's processor has 3.4 GHz; with one instruction in a cycle it
# executes 34 while its disk lives 10 ns. So the disk's time passes 3.4 times as slowly as the exact clock.
INSTRUCTIONS_IN_10_NS = 34


@dataclass(frozen=True)
class BenchWish:
    """What the user asked for."""

    clocks: tuple[str, ...] = (EXACT, REAL)
    experiments: tuple[str, ...] = EVERYTHING
    quick: bool = False
    seed: int = 1

    @property
    def file_bytes(self) -> int:
        """Of each file on a disk: the paper's 200 MB; quick ones take less time to make."""
        return (32 if self.quick else 200) << 20


@dataclass(frozen=True)
class Counts:
    """How often. `samples` repeats in `invocations` of the program, spread over the run."""

    samples: int
    warm_up: int
    calls: int = 0  # of one repeat
    invocations: int = 1


@dataclass(frozen=True)
class Work:
    """One invocation of `measure`."""

    cell: Cell
    block: int  # which of the cell's invocations
    repeats: int
    first_repeat: int
    warm_up: int
    seconds: float  # a guess, for the time left
    batch: str  # the experiment whose plan has it

    @property
    def key(self) -> str:
        return f"{self.cell.text()} #{self.block}"

    @property
    def command(self) -> str:
        return shlex.join(_words(self))

    @property
    def uses_disks(self) -> bool:
        return self.cell.disks > 0


def make(wish: BenchWish) -> list[Work]:
    """All works in their order."""
    works: list[Work] = []
    for clock in wish.clocks:
        cells = [(name, cell) for name in wish.experiments for cell in _cells(wish, clock, name)]
        works += _in_order(wish, clock, cells)
    if not works:
        raise TestbedError("nothing to measure: on the exact clock there is no " + ", ".join(wish.experiments))
    return works


def digest(works: list[Work]) -> str:
    """To tell whether a run that is resumed still has the plan it began with."""
    return hashlib.sha256("\n".join(f"{work.key} {work.command}" for work in works).encode()).hexdigest()[:16]


def experiments(figure: str | None, table: str | None) -> tuple[str, ...]:
    """What FIG= and TABLE= stand for; everything when there is neither."""
    chosen: tuple[str, ...] = ()
    for what, value, known in (("figure", figure, FIGURES), ("table", table, TABLES)):
        if value is None:
            continue
        if value not in known:
            raise UsageError(f"no {what} {value} to measure; there are {', '.join(known)}")
        chosen += known[value]
    return chosen or EVERYTHING


def counts(wish: BenchWish, cell: Cell) -> Counts:
    """The only place with numbers of samples: 30 or more, 1,000 of null calls; quick runs fewer of the long ones."""
    exact, quick = cell.clock == EXACT, wish.quick
    samples = 10 if quick else 30
    match cell.experiment, cell.mode:
        case "table6", _:
            return Counts(1000, 50)
        case "steps", _:
            return Counts(100, 3)
        case "memory", _:
            return Counts(5 if quick else 30, 0)
        case "control", "" if cell.case == "noop":
            return Counts(1000, 0)
        case ("fig6" | "control"), "":
            return Counts(30, 5, invocations=1 if exact or quick else 3)
        case ("fig7" | "fig10" | "control"), "sequential":
            return Counts(samples, 0, calls=200 if quick and cell.case == "many" else 1000, invocations=samples)
        case ("fig8" | "control"), "random":
            # 1,000 of them take 9 s on the disk; on the exact clock waiting costs next to nothing.
            calls = (100 if quick else 1000) if exact else (20 if quick else 30)
            return Counts(samples, 0, calls=calls, invocations=samples)
    return Counts(samples, 0, calls=15, invocations=samples)


def only(names: str) -> tuple[str, ...]:
    """The experiments of --only, in the order of EVERYTHING."""
    chosen = names.split(",")
    for name in chosen:
        if name not in EVERYTHING:
            raise UsageError(f"no experiment {name!r}; there are {', '.join(EVERYTHING)}")
    return tuple(name for name in EVERYTHING if name in chosen)


def _cells(wish: BenchWish, clock: str, experiment: str) -> Iterator[Cell]:
    if clock == EXACT and experiment in NEEDS_REAL:
        return
    lengths = (1 * KB, 8 * KB) if wish.quick else LENGTHS
    match experiment:
        case "fig6":
            for case in SEQUENCES:
                for system in SYSTEMS:
                    yield Cell(clock, "fig6", system, case)
            # The null control: Linux once more, as if it were another system. And time stamps with nothing between.
            yield Cell(clock, "control", LINUX, "open-read-close")
            for system in SYSTEMS:
                yield Cell(clock, "control", system, "noop")
        case "table6":
            for state in NULL_STATES:
                yield Cell(clock, "table6", ANT, state)
        case "fig7" | "fig8":
            if wish.quick and experiment == "fig8":
                lengths = lengths[:1]
            mode = MODES[0] if experiment == "fig7" else MODES[1]
            for direction in ("read", "write"):
                for length in lengths:
                    for system in SYSTEMS:
                        yield Cell(clock, experiment, system, "io", mode, direction, length, disks=1)
            yield Cell(clock, "control", LINUX, "io", mode, "read", KB, disks=1)
        case "fig10":
            yield from _fig10(wish, clock)
        case "disks":
            yield from _disks(wish, clock)
        case "steps":
            for case in ("null", "getpid", "read"):
                yield Cell(clock, "steps", ANT, case)
        case "memory":
            yield Cell(clock, "memory", ANT, "kept")


def _fig10(wish: BenchWish, clock: str) -> Iterator[Cell]:
    """The paper's (a): one core, Linux beside it; (b): the same on more cores. Random for (a)'s second figure."""
    processes = (1, 3, 5) if wish.quick else range(1, MOST_PROCESSES + 1)
    for mode in MODES:
        for count in processes if mode == "sequential" else (1, 3, 5):
            base = Cell(clock, "fig10", LINUX, "many", mode, "read", KB, 1, count, disks=1)
            yield base
            for cores in CORES:
                few = mode == "random" or wish.quick
                if cores <= count and not (few and cores == 2) and not (mode == "random" and cores > 1):
                    yield replace(base, system=ANT, cores=cores)


def _disks(wish: BenchWish, clock: str) -> Iterator[Cell]:
    """What the authors expected and did not measure: requests to different disks at the same time."""
    if clock == EXACT:  # a lower bound of the gain: what the claim C10 is judged by, and no more
        for disks in (1, DISKS):
            for cores in (1, 3):
                yield Cell(clock, "disks", ANT, "many", "random", "read", KB, cores, 3, disks)
        return
    for disks in range(1, DISKS + 1):
        for count in (1, 3) if wish.quick else range(1, MOST_PROCESSES + 1):
            for cores in (1, 3) if wish.quick else CORES:
                few = cores == 2 and count % 2  # between one core and three nothing unexpected lies
                if cores <= count and disks <= count and not few:
                    yield Cell(clock, "disks", ANT, "many", "random", "read", KB, cores, count, disks)


def _in_order(wish: BenchWish, clock: str, cells: list[tuple[str, Cell]]) -> list[Work]:
    """By cells on the exact clock, where time does not drift. On the real one in rounds: each has one invocation of
    every cell that has one left, in random order, so that a slow drift hits all cells alike."""
    works: list[Work] = []
    for batch, cell in cells:
        count = counts(wish, cell)
        cell = replace(cell, calls=count.calls)
        each = count.samples // count.invocations
        guess = _seconds(cell, each, count)
        for block in range(count.invocations):
            works.append(Work(cell, block, each, block * each, count.warm_up, guess, batch))
    if clock == REAL:
        order = random.Random(f"{wish.seed} {clock}")
        places = {work.key: (work.block, order.random()) for work in works}
        works.sort(key=lambda work: places[work.key])
    return works


def _seconds(cell: Cell, repeats: int, count: Counts) -> float:
    """A guess of an invocation's time; the progress bar corrects the scale as it goes."""
    if cell.mode == "random" and cell.clock == REAL:
        return 0.3 + 0.009 * count.calls * repeats * cell.processes / min(cell.disks, cell.processes)
    if cell.mode:
        return 0.3 + 0.0003 * count.calls * repeats * cell.processes
    return 0.5 + 0.002 * (repeats + count.warm_up)


def _words(work: Work) -> list[str]:
    """measure's command line: the contract is in bench/README.md."""
    cell = work.cell
    often = ["-n", str(work.repeats)]
    warm = ["-w", str(work.warm_up)]
    io = ["-m", cell.mode, "-d", cell.direction, "-l", str(cell.length), "-c", str(cell.calls)]
    # Every system and process count goes through the same places of the file; each repeat through others.
    places = ["-S", str(1 + work.first_repeat)]
    match cell.experiment, cell.case:
        case "table6", state:
            return ["measure", "null", "-s", state, *often, *warm]
        case "steps", case:
            return ["measure", "steps", *often, *warm, case, *([ONE_FILE] if case == "read" else [])]
        case "memory", _:
            return ["memory"]
        case _, "noop":
            return ["measure", "noop", *often]
        case _, "io":
            return ["measure", "io", "-t", *io, *often, *places, f"{DISK_FILES}/1/file.1"]
        case _, "many":
            on = ["-C", ",".join(map(str, range(1, cell.cores + 1)))] if cell.system == ANT else []
            words = ["measure", "many", *io, "-p", str(cell.processes), *on, *often, *places]
            return [*words, f"{DISK_FILES}/over-{cell.disks}/file"]
    return ["measure", "calls", cell.case, *often, *warm, ONE_FILE]


def preparing(wish: BenchWish, works: list[Work]) -> list[str]:
    """Linux's commands before anything is measured, in their order: a file in memory, disks with files."""
    commands = [f"dd if=/dev/zero of={ONE_FILE} bs=1024 count={_ONE_FILE_KB} 2>/dev/null; chmod 666 {ONE_FILE}"]
    disks = max((work.cell.disks for work in works), default=0)
    if disks:
        files = max(work.cell.processes for work in works if work.uses_disks)
        exact = any(work.cell.clock == EXACT for work in works)
        slow = f" -s {INSTRUCTIONS_IN_10_NS}" if exact else ""
        commands.append(f"prepare-bench-files -d {disks} -n {files} -m {wish.file_bytes >> 20}{slow}")
    return commands
