# SPDX-License-Identifier: GPL-2.0-only
"""A run from its plan to its report, also one that breaks off and goes on."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from ..errors import TestbedError
from ..paths import BUILD, ROOT, shown
from ..run.accel import Accelerator, choose
from ..run.start import MachineWish
from . import interactive, scripted
from .cells import EXACT, REAL
from .environment import COMPLETE, INCOMPLETE, commit, describe
from .plan import EVERYTHING, PROFILE, BenchWish, Work, digest, make
from .progressbar import ProgressBar, duration
from .report import write
from .results_directory import ResultsDirectory
from .runner import Runner

_SPACE = 500 << 20  # bytes free on disk; a full run writes some 50 MB


def bench(
    wish: BenchWish, version: str, accelerators: dict[str, Accelerator], name: str | None, connect: str = ""
) -> int:
    works = make(wish)
    results = ResultsDirectory.create(name or run_name(version, wish))
    about = describe(wish, version, PROFILE, accelerators, digest(works))
    results.write_environment({**about, "connect": connect})
    texts = "; ".join(f"{clock} clock by {accelerator}" for clock, accelerator in accelerators.items())
    say(f"run {results.name}: seed {wish.seed}, {len(works)} measurements; {texts}")
    return measure(results, wish, works, version, accelerators, connect)


def run_name(version: str, wish: BenchWish) -> str:
    what = "" if wish.experiments == EVERYTHING else "-" + "-".join(wish.experiments)
    return time.strftime("%Y%m%d-%H%M%S") + f"-linux{version}{what}" + ("-quick" if wish.quick else "")


def resume(results: ResultsDirectory) -> int:
    environment = results.read_environment()
    if "hosts" in environment:
        raise TestbedError(f"run {results.name} was spread over hosts: what it has is whole; start another for more")
    if environment["state"] == COMPLETE:
        say(f"run {results.name} is complete; ./antbed report {results.name} makes its report again")
        return 0
    if environment["commit"] != (here := commit()):
        raise TestbedError(
            f"run {results.name} was begun by commit {environment['commit'][:12] or 'unknown'}, here is"
            f" {here[:12] or 'none'}: figures of one run come from one version; check that one out, or start a new run"
        )
    asked = environment["wish"]
    wish = BenchWish(tuple(asked["clocks"]), tuple(asked["experiments"]), asked["quick"], asked["seed"])
    works = make(wish)
    if digest(works) != environment["plan"]:
        raise TestbedError(f"run {results.name} was planned by another version of the testbed; start a new one")
    accelerators = {clock: choose(one["kind"]) for clock, one in environment["accelerators"].items()}
    return measure(results, wish, works, environment["kernel"], accelerators, environment.get("connect", ""))


def measure(
    results: ResultsDirectory, wish: BenchWish, works: list[Work], version: str, accelerators: dict[str, Accelerator],
    connect: str = "",
) -> int:
    """Measures what is not measured yet and makes the report."""

    def boot(clock: str) -> MachineWish:
        return MachineWish(
            f"bench-{os.getpid()}", PROFILE, version, accelerators[clock].kind, ROOT / "share", False, connect=connect
        )

    with under_way(results, f"go on: ./antbed bench --resume {results.name}"):
        done = results.done()
        if done:
            say(f"{len(done)} of {len(works)} measurements are done already")
        progress = ProgressBar(sys.stdout, _seconds_left(works, done))
        try:
            _need_space(results)
            Runner(results, wish, version, accelerators, progress, done).run(
                works,
                lambda batch: scripted.run(boot(EXACT), wish, batch),
                lambda: interactive.machine(boot(REAL)),
            )
        finally:
            progress.finish()
    return 0


@contextmanager
def under_way(results: ResultsDirectory, then: str) -> Iterator[None]:
    """The block measures. Behind it stands the report, also on what was measured of a run that breaks off; then
    `then` tells how to go on."""
    with results.locked():
        begun = time.monotonic()
        try:
            yield
        except BaseException as error:
            _break_off(results, error, then)
            raise
        taken = time.monotonic() - begun
        environment = results.read_environment()
        environment.update(state=COMPLETE, why="", ended=time.strftime("%Y-%m-%d %H:%M:%S %z"))
        environment["measured_seconds"] = round(sum(results.done().values()) or taken)
        results.write_environment(environment)
    say(f"measured in {duration(taken)}")
    make_report(results)


def _seconds_left(works: list[Work], done: dict[str, float]) -> float:
    """By the guesses. An exact experiment of which one work is missing is measured as a whole."""
    open_batches = {(work.cell.clock, work.batch) for work in works if work.key not in done}
    return sum(
        work.seconds for work in works
        if (work.cell.clock, work.batch) in open_batches and (work.cell.clock == EXACT or work.key not in done)
    )


def _need_space(results: ResultsDirectory) -> None:
    """Before the start, not after 40 minutes."""
    for place, whose in ((results.path, "the results"), (BUILD, "QEMU's temporary files")):
        free = shutil.disk_usage(place).free
        if free < _SPACE:
            raise TestbedError(f"{free >> 20} MiB free in {place} for {whose}; {_SPACE >> 20} are needed")


def _break_off(results: ResultsDirectory, error: BaseException, then: str) -> None:
    """Says what is there and how to go on. The report shows what is there."""
    by_signal = isinstance(error, KeyboardInterrupt | SystemExit)
    why = "interrupted" if by_signal else str(error) or type(error).__name__
    environment = results.read_environment()
    environment.update(state=INCOMPLETE, why=why)
    results.write_environment(environment)
    if results.done():
        make_report(results)
    say(f"run {results.name} is incomplete ({why.splitlines()[0]}); {then}")


def make_report(results: ResultsDirectory) -> None:
    written = write(results)
    say(written.short)
    say(f"report: {shown(written.page)}")


def report_facts(results: ResultsDirectory) -> dict[str, Any]:
    """The report made, and what it says."""
    written = write(results)
    return {
        "run": results.name,
        "state": results.read_environment()["state"],
        "page": str(written.page),
        "verdicts": [
            {**asdict(one), "outcome": one.outcome.value, "clock": one.clock or None} for one in written.verdicts
        ],
    }


def say(text: str) -> None:
    print(f"antbed: {text}", flush=True)
