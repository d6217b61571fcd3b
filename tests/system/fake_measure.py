# SPDX-License-Identifier: GPL-2.0-only
"""Plays the program `measure`: its contract's output, with times from distributions that are known here.

The default model has the paper's shape on the paper's machine, in nanoseconds; `Model` changes it.
"""

from __future__ import annotations

import random
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from testbed.bench.cells import ANT, EXACT
from testbed.bench.measured import HEADER, Measured, Sample, parse
from testbed.bench.plan import BenchWish, Work
from testbed.errors import TestbedError

_STEPS = {"getpid": 200, "stat": 1600, "open": 1500, "fstat": 1250, "lseek": 300, "read": 1100, "write": 1400,
          "close": 1100}

Options = dict[str, str]  # letter -> value


@dataclass
class Model:
    create: float = 90_000  # ns: the first call's, more than Linux's own
    later: float = 6_300
    delayed: float = 47_000
    not_continued: float = 141_800
    seek: float = 13_000_000  # of the disk, for a random place
    noise: float = 0.02
    parallel_disks: bool = True
    cores_matter: float = 0.0  # share of the time by which each further core slows


class FakeMeasure:
    def __init__(self, seed: int = 1, model: Model | None = None, clock: str = EXACT) -> None:
        self.random = random.Random(seed)
        self.model = model or Model()
        self.exact = clock == EXACT

    def run(self, line: str, system: str) -> str:
        """What `measure` prints for this command line."""
        words = shlex.split(line)
        assert words[0] == "measure", line
        options, rest = self._options(words[2:])
        rows = list(getattr(self, "_" + words[1])(options, rest, system == ANT))
        head = ["# tick_hz=1000000000", f"# system={'ant' if system == ANT else 'linux'}", HEADER]
        return "\n".join([*head, *(f"{words[1]},{s.step},{s.repeat},{s.index},{s.ticks}" for s in rows)]) + "\n"

    @staticmethod
    def _options(words: list[str]) -> tuple[Options, list[str]]:
        options, rest = {}, []
        left = iter(words)
        for word in left:
            if word == "-t":
                options[word] = ""
            elif word.startswith("-"):
                options[word] = next(left)
            else:
                rest.append(word)
        return options, rest

    def _ticks(self, mean: float) -> int:
        if not self.exact:
            mean *= self.random.lognormvariate(0, self.model.noise)
            mean += self.random.expovariate(1 / (0.01 * mean))
        return max(0, round(mean))

    def _calls(self, options: Options, rest: list[str], on_ant: bool) -> Iterator[Sample]:
        steps = rest[0].split("-")
        for repeat in range(int(options["-n"])):
            total = 0
            for index, step in enumerate(steps):
                extra = (self.model.create if index == 0 else self.model.later) if on_ant else 0
                total += (ticks := self._ticks(_STEPS[step] + extra))
                yield Sample("calls", step, repeat, index, ticks)
            yield Sample("calls", "total", repeat, 0, total)

    def _null(self, options: Options, rest: list[str], on_ant: bool) -> Iterator[Sample]:
        mean = {"continued": self.model.later, "not-continued": self.model.not_continued, "delayed": self.model.delayed}
        for repeat in range(int(options["-n"])):
            yield Sample("null", "null", repeat, 0, self._ticks(mean[options["-s"]]))

    def _noop(self, options: Options, rest: list[str], on_ant: bool) -> Iterator[Sample]:
        for repeat in range(int(options["-n"])):
            yield Sample("noop", "noop", repeat, 0, self._ticks(30))

    def _transfer(self, options: Options, on_ant: bool) -> float:
        calls, length = int(options["-c"]), int(options["-l"])
        own = self.model.later / 2 if on_ant else 0.0
        if options["-m"] == "random":
            return calls * (self.model.seek + length * 8 + own)
        return calls * (1100 + length * 8 + own * 0.09) + 8_000_000

    def _io(self, options: Options, rest: list[str], on_ant: bool) -> Iterator[Sample]:
        for repeat in range(int(options["-n"])):
            yield Sample("io", "total", repeat, 0, self._ticks(self._transfer(options, on_ant)))

    def _many(self, options: Options, rest: list[str], on_ant: bool) -> Iterator[Sample]:
        processes = int(options["-p"])
        cores = len(options["-C"].split(",")) if "-C" in options else 1
        disks = int(rest[0].split("over-")[1].split("/")[0])
        rounds = -(-processes // min(disks, processes)) if self.model.parallel_disks else processes
        mean = self._transfer(options, on_ant) * rounds * (1 + self.model.cores_matter * (cores - 1))
        for repeat in range(int(options["-n"])):
            yield Sample("many", "total", repeat, 0, self._ticks(mean))

    def _steps(self, options: Options, rest: list[str], on_ant: bool) -> Iterator[Sample]:
        ways = {"request": 400, "heard": 700, "parent": 1900, "handed": 1700, "begun": 900, "done": 600, "answer": 500,
                "result": 700, "return": 900}
        for repeat in range(int(options["-n"])):
            for index in (0, 1):
                first = self.model.create if index == 0 and rest[0] != "read" else 0
                rows = [(way, self._ticks(mean + (first if way == "begun" else 0))) for way, mean in ways.items()]
                for way, ticks in [*rows, ("total", sum(ticks for _, ticks in rows))]:
                    yield Sample(rest[0], way, repeat, index, ticks)


class FakeMachine:
    """A machine of the real clock whose programs are played."""

    def __init__(self, fake: FakeMeasure, fails_at: int = -1) -> None:
        self.fake = fake
        self.commands: list[str] = []
        self.fails_at = fails_at
        self.fails_with: BaseException = KeyboardInterrupt()
        self.breaks_at = -1
        self.breaks_for_good = False
        self.prepared_times = 0

    def prepare(self, wish: BenchWish, works: list[Work]) -> None:
        self.prepared_times += 1

    def measure(self, work: Work) -> Measured:
        if len(self.commands) == self.fails_at:
            raise self.fails_with
        if len(self.commands) == self.breaks_at:
            self.breaks_at = self.breaks_at if self.breaks_for_good else -1
            raise TestbedError("the machine hangs")
        self.commands.append(work.command)
        if work.cell.experiment == "memory":
            return Measured({"tick_hz": "1000000000"}, [
                Sample("kept", what, n, 0, size << 10) for n in range(work.repeats)
                for what, size in (("free", 180 + n % 3), ("private", 120))
            ])
        return parse(self.fake.run(work.command, work.cell.system))
