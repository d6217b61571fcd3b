# SPDX-License-Identifier: GPL-2.0-only
"""Reads what the program `measure` prints: lines `# key=value`, a header, one line for each timed call."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import TestbedError

HEADER = "case,step,repeat,index,ticks"


@dataclass(frozen=True)
class Sample:
    case: str
    step: str
    repeat: int
    index: int
    ticks: int


@dataclass(frozen=True)
class Measured:
    facts: dict[str, str]
    samples: list[Sample]

    @property
    def tick_hz(self) -> int:
        return int(self.facts["tick_hz"])


def parse(text: str) -> Measured:
    """All samples or an error: half an output is none."""
    facts: dict[str, str] = {}
    samples: list[Sample] = []
    header_seen = False
    for number, line in enumerate(text.replace("\r", "").splitlines(), start=1):
        if line.startswith("#"):
            key, _, value = line[1:].strip().partition("=")
            facts[key.strip()] = value.strip()
        elif not header_seen:
            if line != HEADER:
                raise TestbedError(f"measure's output, line {number}: {line!r}, not the header {HEADER!r}")
            header_seen = True
        else:
            samples.append(_sample(number, line))
    if not header_seen:
        raise TestbedError("measure printed no header line")
    if not samples:
        raise TestbedError("measure printed no samples")
    if not facts.get("tick_hz", "").isdecimal() or int(facts["tick_hz"]) == 0:
        raise TestbedError("measure did not say tick_hz")
    return Measured(facts, samples)


def _sample(number: int, line: str) -> Sample:
    parts = line.split(",")
    try:
        case, step, repeat, index, ticks = parts
        sample = Sample(case, step, int(repeat), int(index), int(ticks))
    except ValueError:
        raise TestbedError(f"measure's output, line {number}: {line!r} is no sample") from None
    if sample.ticks < 0:
        raise TestbedError(f"measure's output, line {number}: a time below zero: {line!r}")
    return sample
