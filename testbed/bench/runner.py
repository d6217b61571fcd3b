# SPDX-License-Identifier: GPL-2.0-only
"""Works through a plan and keeps every sample; what is done stays done when the rest fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from ..errors import TestbedError
from ..run.accel import Accelerator
from .cells import EXACT, REAL
from .measured import Measured
from .plan import BenchWish, Work
from .progressbar import ProgressBar
from .raw import BYTES, INSTRUCTIONS, NANOSECONDS, Row
from .results_directory import ResultsDirectory


class Measurer(Protocol):
    """What interactive.LiveMachine is, and the tests' double."""

    def prepare(self, wish: BenchWish, works: list[Work]) -> None:
        """Files and disks for these works."""

    def measure(self, work: Work) -> Measured:
        """Carries out one work."""


MakeMachine = Callable[[], AbstractContextManager[Measurer]]
# Works by a script in the machine: yields each with what was measured.
RunScript = Callable[[list[Work]], Iterator[tuple[Work, Measured]]]


@dataclass
class Runner:
    results: ResultsDirectory
    wish: BenchWish
    kernel: str
    accelerators: dict[str, Accelerator]
    progress: ProgressBar
    done: dict[str, float]  # works, with the seconds that they took

    def run(self, works: list[Work], script: RunScript, machine: MakeMachine) -> None:
        exact = [work for work in works if work.cell.clock == EXACT]
        # One boot for each experiment, so that its samples do not depend on what else is measured.
        for experiment in dict.fromkeys(work.batch for work in exact):
            batch = [work for work in exact if work.batch == experiment]
            self._until_done(batch, partial(self._by_script, batch, script))
        real = [work for work in works if work.cell.clock == REAL]
        self._until_done(real, partial(self._by_hand, real, machine))

    def _left(self, works: list[Work]) -> list[Work]:
        return [work for work in works if work.key not in self.done]

    def _until_done(self, works: list[Work], measure: Callable[[], None]) -> None:
        """Tries again on a new machine when one fails: one hang of a busy host's need not end a run of 40 minutes.
        Without any progress since, it is no accident, and the run's failure. What failed is in the report."""
        failed_at = -1
        while self._left(works):
            try:
                measure()
            except TestbedError as error:
                done = len(works) - len(self._left(works))
                if done == failed_at:
                    raise
                failed_at = done
                what = str(error).splitlines()[0] if str(error) else type(error).__name__
                self.results.note_failure(what)
                self.progress.say(f"{what}; once more, on a new machine")

    def _by_script(self, works: list[Work], script: RunScript) -> None:
        self.progress.begin(f"exact {works[0].batch}")
        begun = time.monotonic()
        found: list[tuple[Work, Measured, float]] = []
        for work, measured in script(works):
            now = time.monotonic()
            found.append((work, measured, now - begun))
            begun = now
            self.progress.advance(work.seconds)
            self.progress.begin(work.key)
        # All or nothing: what is measured again in another boot must not mix with this one's.
        for work, measured, seconds in found:
            if work.key not in self.done:
                self._keep(work, measured, seconds)

    def _by_hand(self, works: list[Work], make: MakeMachine) -> None:
        self.progress.begin("booting")
        with make() as machine:
            self.progress.begin("preparing files")
            left = self._left(works)
            machine.prepare(self.wish, left)
            for work in left:
                self.progress.begin(work.key)
                begun = time.monotonic()
                measured = machine.measure(work)
                self._keep(work, measured, time.monotonic() - begun)
                self.progress.advance(work.seconds)

    def _keep(self, work: Work, measured: Measured, seconds: float) -> None:
        self.results.add(work.key, list(rows_of(work, measured, self.kernel, self.accelerators)), seconds)
        self.done[work.key] = seconds


def rows_of(work: Work, measured: Measured, kernel: str, accelerators: dict[str, Accelerator]) -> Iterator[Row]:
    """Ticks become instructions or nanoseconds; repeats are counted over all invocations."""
    clock = work.cell.clock
    unit = BYTES if work.cell.experiment == "memory" else INSTRUCTIONS if clock == EXACT else NANOSECONDS
    ways = {step: number for number, step in enumerate(dict.fromkeys(sample.step for sample in measured.samples))}
    for sample in measured.samples:
        cell, index, value = work.cell, sample.index, sample.ticks
        if cell.experiment == "steps":
            # The program numbers the calls of a repeat: the first one, then a continued one. Here they are two cases,
            # and the index is the place on the way.
            cell = replace(cell, case=cell.case + ("-first" if sample.index == 0 else ""))
            index = ways[sample.step]
        if unit != BYTES:
            # On the exact clock one instruction is one nanosecond; the counter's rate is 1 GHz or near it.
            value = (sample.ticks * 1_000_000_000 + measured.tick_hz // 2) // measured.tick_hz
        repeat = work.first_repeat + sample.repeat
        yield Row(kernel, accelerators[clock].kind, cell, repeat, sample.step, index, value, unit)
