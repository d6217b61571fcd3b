# SPDX-License-Identifier: GPL-2.0-only
"""make bench: what the program `measure` prints is taken whole or refused, and becomes rows with the right unit."""

from __future__ import annotations

import pytest

from fake_measure import FakeMeasure
from testbed.bench.cells import ANT, EXACT, LINUX, REAL, Cell
from testbed.bench.measured import Measured, Sample, parse
from testbed.bench.plan import Work
from testbed.bench.runner import rows_of
from testbed.errors import TestbedError
from testbed.run.accel import Accelerator

GOOD = "# tick_hz=2000000000\n# system=ant\ncase,step,repeat,index,ticks\nnull,null,0,0,5000\nnull,null,1,0,7\n"


def test_facts_and_samples_are_read() -> None:
    measured = parse(GOOD.replace("\n", "\r\n"))  # as a console has it
    assert measured.tick_hz == 2_000_000_000 and measured.facts["system"] == "ant"
    assert measured.samples == [Sample("null", "null", 0, 0, 5000), Sample("null", "null", 1, 0, 7)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no header"),
        ("# tick_hz=1\ncase,step,repeat,index,ticks\n", "no samples"),
        (GOOD.replace("# tick_hz=2000000000\n", ""), "tick_hz"),
        (GOOD.replace("tick_hz=2000000000", "tick_hz=0"), "tick_hz"),
        (GOOD + "null,null,2\n", "no sample"),
        (GOOD + "null,null,2,0,-4\n", "below zero"),
        ("what is this\n" + GOOD, "not the header"),
    ],
)
def test_half_an_output_is_none(text: str, complaint: str) -> None:
    with pytest.raises(TestbedError, match=complaint):
        parse(text)


def rows(clock: str, experiment: str = "table6") -> list[tuple[int, int, str]]:
    work = Work(Cell(clock, experiment, ANT, "null"), 2, 2, 20, 0, 1.0, experiment)
    measured = Measured({"tick_hz": "2000000000"}, parse(GOOD).samples)
    accelerators = {clock: Accelerator("tcg", "", (), (), 1)}
    return [(row.repeat, row.value, row.unit) for row in rows_of(work, measured, "6.1", accelerators)]


def test_ticks_become_nanoseconds_instructions_or_bytes() -> None:
    assert rows(REAL) == [(20, 2500, "ns"), (21, 4, "ns")]
    assert rows(EXACT) == [(20, 2500, "instructions"), (21, 4, "instructions")]
    assert rows(REAL, "memory") == [(20, 5000, "bytes"), (21, 7, "bytes")]


def test_the_steps_of_a_first_and_of_a_continued_call_are_two_cases() -> None:
    work = Work(Cell(EXACT, "steps", ANT, "null"), 0, 1, 0, 0, 1.0, "steps")
    measured = parse(FakeMeasure().run("measure steps -n 1 -w 0 null /f", ANT))
    made = rows_of(work, measured, "6.1", {EXACT: Accelerator("", "", (), (), 1)})
    found = [(row.cell.case, row.step, row.index) for row in made]
    assert found[0] == ("null-first", "request", 0) and found[8] == ("null-first", "return", 8)
    assert found[10] == ("null", "request", 0) and found[18] == ("null", "return", 8)


def test_the_double_keeps_the_contract() -> None:
    fake = FakeMeasure()
    first = parse(fake.run("measure calls open-read-close -n 2 -w 1 /f", ANT)).samples
    assert [(s.step, s.repeat, s.index) for s in first[:4]] == [
        ("open", 0, 0), ("read", 0, 1), ("close", 0, 2), ("total", 0, 0)
    ]
    assert parse(fake.run("measure calls getpid -n 1 -w 1 /f", LINUX)).samples[0].ticks == 200
