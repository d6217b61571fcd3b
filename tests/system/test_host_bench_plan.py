# SPDX-License-Identifier: GPL-2.0-only
"""make bench: the plan of the runs."""

from __future__ import annotations

import pytest

from testbed.bench import plan
from testbed.bench.cells import ANT, EXACT, LENGTHS, LINUX, REAL, SEQUENCES, Cell
from testbed.bench.plan import EVERYTHING, BenchWish, Work
from testbed.errors import STATUS_USAGE, TestbedError

FULL = BenchWish(seed=3)


def by_cell(works: list[Work]) -> dict[Cell, list[Work]]:
    cells: dict[Cell, list[Work]] = {}
    for work in works:
        cells.setdefault(work.cell, []).append(work)
    return cells


def test_same_seed_same_plan_and_another_seed_another_order() -> None:
    first, again, other = plan.make(FULL), plan.make(FULL), plan.make(BenchWish(seed=4))
    assert first == again and plan.digest(first) == plan.digest(again)
    assert first != other and {w.key for w in first} == {w.key for w in other}
    assert plan.digest(first) != plan.digest(other)


def test_every_work_has_its_own_key() -> None:
    keys = [work.key for work in plan.make(FULL)]
    assert len(keys) == len(set(keys))


def test_never_too_few_samples() -> None:
    for cell, works in by_cell(plan.make(FULL)).items():
        samples = sum(work.repeats for work in works)
        assert samples >= (1000 if cell.experiment == "table6" else 30), cell
        repeats = [repeat for work in works for repeat in range(work.first_repeat, work.first_repeat + work.repeats)]
        assert sorted(repeats) == list(range(samples)), cell


def test_the_papers_points_are_all_there() -> None:
    cells = by_cell(plan.make(FULL)).keys()
    for clock in (EXACT, REAL):
        for system in (ANT, LINUX):
            cases = {c.case for c in cells if (c.clock, c.experiment, c.system) == (clock, "fig6", system)}
            assert cases == set(SEQUENCES)
            for figure in ("fig7", "fig8"):
                found = {
                    (c.direction, c.length, c.calls) for c in cells
                    if (c.clock, c.experiment, c.system) == (clock, figure, system)
                }
                calls = 30 if (clock, figure) == (REAL, "fig8") else 1000
                assert found == {(d, length, calls) for d in ("read", "write") for length in LENGTHS}
    fig10 = [c for c in cells if c.experiment == "fig10" and c.system == ANT and c.mode == "sequential"]
    many = {(c.cores, c.processes) for c in fig10}
    assert many == {(n, m) for n in (1, 2, 3) for m in range(1, 7) if n <= m}
    disks = {(c.disks, c.processes) for c in cells if c.experiment == "disks" and c.cores == 3}
    assert disks == {(d, m) for d in (1, 2, 3) for m in range(3, 7)}


def test_what_needs_parallelism_is_not_measured_in_instructions() -> None:
    exact = {w.cell for w in plan.make(FULL) if w.cell.clock == EXACT}
    assert not {cell.experiment for cell in exact} & {"fig10", "memory"}
    # Disks work at the same time there, cores do not.
    disks = {(cell.cores, cell.processes, cell.disks) for cell in exact if cell.experiment == "disks"}
    assert disks == {(1, 3, 1), (1, 3, 3), (3, 3, 1), (3, 3, 3)}
    with pytest.raises(TestbedError, match="nothing to measure"):
        plan.make(BenchWish(clocks=(EXACT,), experiments=("fig10",)))


def test_real_order_is_shuffled_in_rounds_and_the_exact_one_is_not() -> None:
    works = plan.make(BenchWish(experiments=("fig7",)))
    exact = [work for work in works if work.cell.clock == EXACT]
    real = [work for work in works if work.cell.clock == REAL]
    assert [work.block for work in real] == sorted(work.block for work in real)
    first, second = ([w.cell for w in real if w.block == block] for block in (0, 1))
    assert first != second and set(first) == set(second)
    assert [w.cell for w in exact] == [cell for cell in dict.fromkeys(w.cell for w in exact) for _ in range(30)]


def test_fig_and_table_select() -> None:
    assert plan.experiments(None, None) == EVERYTHING
    assert plan.experiments("6", "6") == ("fig6", "table6")
    for wrong in (("9", None), (None, "5"), ("x", None)):
        with pytest.raises(TestbedError, match="there are") as raised:
            plan.experiments(*wrong)
        assert raised.value.status == STATUS_USAGE


def test_both_systems_go_through_the_same_places() -> None:
    works = [w for w in plan.make(BenchWish(experiments=("fig8",))) if w.cell.clock == REAL and w.cell.length == 1024]
    commands = {
        (w.cell.system, w.block): w.command for w in works if (w.cell.experiment, w.cell.direction) == ("fig8", "read")
    }
    assert all(commands[(ANT, block)] == commands[(LINUX, block)] for block in range(30))
    assert commands[(ANT, 0)] != commands[(ANT, 1)]


def test_many_processes_name_their_cores_on_ant_only() -> None:
    for work in plan.make(BenchWish(experiments=("fig10",))):
        assert ("-C" in work.command) == (work.cell.system == ANT)
        if work.cell.system == ANT and work.cell.cores == 3:
            assert "-C 1,2,3" in work.command


def test_files_for_the_largest_number_of_disks_and_processes_are_prepared() -> None:
    works = plan.make(FULL)
    lines = plan.preparing(FULL, [work for work in works if work.cell.clock == REAL])
    assert lines[-1] == "prepare-bench-files -d 3 -n 6 -m 200"
    lines = plan.preparing(FULL, [work for work in works if work.cell.clock == EXACT])
    assert lines[-1] == "prepare-bench-files -d 3 -n 3 -m 200 -s 34", "3.4 instructions in a nanosecond"
    few = BenchWish(experiments=("fig6",))
    assert len(plan.preparing(few, plan.make(few))) == 1
