# SPDX-License-Identifier: GPL-2.0-only
"""make bench: a run keeps every sample, and what was measured stays when the rest fails. Machines are played."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_measure import FakeMachine, FakeMeasure
from testbed.bench import interactive, plan, raw, report, results_directory, runner, scripted, whole_run
from testbed.bench.cells import EXACT, REAL
from testbed.bench.environment import describe
from testbed.bench.measured import parse
from testbed.bench.plan import BenchWish
from testbed.bench.plots import draw_all
from testbed.bench.progressbar import ProgressBar
from testbed.bench.results_directory import ResultsDirectory
from testbed.bench.summary import summarise
from testbed.errors import TestbedError, UsageError
from testbed.run.accel import Accelerator

WISH = BenchWish(experiments=("fig6", "table6", "memory"), quick=True, seed=5)
ACCELERATORS = {
    EXACT: Accelerator("exact", "as asked", (), (), 1),
    REAL: Accelerator("tcg", "KVM is unusable: there is none", (), (), 1),
}


class Played:
    """A whole run without a machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, results: Path, draws: bool = False) -> None:
        if not draws:  # figures take two seconds
            monkeypatch.setattr(report, "draw_all", lambda *ignored: [])
        monkeypatch.setattr(results_directory, "RESULTS", results)
        monkeypatch.setattr(whole_run, "choose", lambda kind: ACCELERATORS[EXACT if kind == "exact" else REAL])
        self.machine = FakeMachine(FakeMeasure(1, clock=REAL))
        self.exact = FakeMeasure(2)
        self.breaks_exact_at = -1

        @contextlib.contextmanager
        def machine(wish: object) -> Iterator[FakeMachine]:
            yield self.machine

        def script(boot: object, wish: BenchWish, works: list[plan.Work]) -> Iterator[tuple[plan.Work, object]]:
            for number, work in enumerate(works):
                if number == self.breaks_exact_at:
                    raise TestbedError("AnT panicked")
                yield work, parse(self.exact.run(work.command, work.cell.system))

        monkeypatch.setattr(interactive, "machine", machine)
        monkeypatch.setattr(scripted, "run", script)

    def start(self, name: str = "run") -> ResultsDirectory:
        self.works = plan.make(WISH)
        results = ResultsDirectory.create(name)
        results.write_environment(describe(WISH, "6.1", "bench", ACCELERATORS, plan.digest(self.works)))
        return results

    def measure(self, results: ResultsDirectory) -> int:
        return whole_run.measure(results, WISH, self.works, "6.1", ACCELERATORS)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Played:
    return Played(monkeypatch, tmp_path)


def counted(results: ResultsDirectory) -> dict[tuple[str, str, str], int]:
    counts: dict[tuple[str, str, str], int] = {}
    for row in raw.read(results.raw):
        key = (row.cell.text(), row.step, row.unit)
        counts[key] = counts.get(key, 0) + 1
    return counts


def test_a_whole_run_has_all_samples_and_a_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played = Played(monkeypatch, tmp_path, draws=True)
    results = played.start()
    assert played.measure(results) == 0
    counts = counted(results)
    assert counts[("exact table6 AnT-Linux delayed", "null", "instructions")] == 1000
    assert counts[("real fig6 AnT-Linux open-read-close", "read", "ns")] == 30
    assert results.read_environment()["state"] == "complete"
    for name in ("summary.csv", "report.md", "report.html", "figures/fig6-exact.svg", "figures/table6-real.png"):
        assert (results.path / name).stat().st_size > 1000, name
    assert "report: " in capsys.readouterr().out


@pytest.mark.parametrize("breaks_at", [0, 3, 20])
def test_interrupted_and_resumed_it_is_the_same_run(
    played: Played, breaks_at: int, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = played.start("whole")
    played.measure(whole)
    results = played.start("broken")
    played.machine.commands.clear()
    played.machine.fails_at = breaks_at
    with pytest.raises(KeyboardInterrupt):
        played.measure(results)
    environment = results.read_environment()
    assert (environment["state"], environment["why"]) == ("incomplete", "interrupted")
    assert "go on: ./antbed bench --resume broken" in capsys.readouterr().out
    assert "INCOMPLETE" in (results.path / "report.html").read_text(encoding="utf-8")
    kept = {path.name: path.read_bytes() for path in results.raw.iterdir()}

    played.machine.fails_at = -1
    assert whole_run.resume(results) == 0
    assert counted(results) == counted(whole)
    assert results.read_environment()["state"] == "complete"
    assert "INCOMPLETE" not in (results.path / "report.html").read_text(encoding="utf-8")
    for name, content in kept.items():
        assert (results.raw / name).read_bytes().startswith(content), "what was measured was changed"
    assert len(played.machine.commands) == len([w for w in played.works if w.cell.clock == REAL]), "measured twice"


def test_no_run_is_of_two_versions(played: Played) -> None:
    results = played.start()
    played.machine.fails_at = 3
    with pytest.raises(KeyboardInterrupt):
        played.measure(results)
    results.write_environment({**results.read_environment(), "commit": "c0ffee"})
    before = counted(results)
    with pytest.raises(TestbedError, match="was begun by commit c0ffee, here is [0-9a-f]{12}: "):
        whole_run.resume(results)
    assert counted(results) == before


@pytest.mark.parametrize("name", ["my run", "a/b", "../x", ""])
def test_a_run_has_a_name_that_finds_it_again(name: str, played: Played) -> None:
    with pytest.raises(UsageError, match="is no name for a run"):
        ResultsDirectory.create(name)


def test_a_signal_is_an_interruption(played: Played) -> None:
    results = played.start()
    played.machine.fails_at, played.machine.fails_with = 1, SystemExit(143)
    with pytest.raises(SystemExit):
        played.measure(results)
    assert results.read_environment()["why"] == "interrupted"


@pytest.mark.parametrize("experiment", plan.EVERYTHING)
def test_a_figure_of_a_run_that_has_only_begun(
    experiment: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Of any single cell: it is drawn, and the drawing library has nothing to complain of."""
    machine = FakeMachine(FakeMeasure(1, clock=REAL))
    works = plan.make(BenchWish((REAL,), (experiment,), quick=True, seed=5))
    cells = ((work, work.cell) for work in works if work.cell.experiment == experiment)
    kinds = {(cell.system, cell.mode, cell.cores > 1): work for work, cell in cells}
    for work in kinds.values():
        rows = runner.rows_of(work, machine.measure(work), "6.1", ACCELERATORS)
        draw_all(summarise(rows), tmp_path)
    assert kinds and not caplog.records


def test_an_exact_batch_that_breaks_leaves_nothing_of_it(played: Played) -> None:
    results = played.start()
    played.breaks_exact_at = 2
    with pytest.raises(TestbedError, match="panicked"):
        played.measure(results)
    assert not counted(results)
    assert results.read_environment()["why"] == "AnT panicked"


def test_a_machine_that_fails_once_is_replaced_and_named(played: Played, capsys: pytest.CaptureFixture[str]) -> None:
    results = played.start()
    played.machine.breaks_at = 4
    assert played.measure(results) == 0
    assert played.machine.prepared_times == 2, "a new machine has to be prepared"
    assert len(played.machine.commands) == len([w for w in played.works if w.cell.clock == REAL]), "measured twice"
    assert results.read_environment()["failures"] == ["the machine hangs"]
    assert "the machine hangs; once more, on a new machine" in capsys.readouterr().out
    for name in ("report.md", "report.html"):
        assert "the machine hangs" in (results.path / name).read_text(encoding="utf-8")


def test_one_that_fails_twice_at_the_same_place_ends_the_run(played: Played) -> None:
    results = played.start()
    played.machine.breaks_at, played.machine.breaks_for_good = 4, True
    with pytest.raises(TestbedError, match="the machine hangs"):
        played.measure(results)
    assert results.read_environment()["state"] == "incomplete"
    assert len(results.done()) == 4 + len([w for w in played.works if w.cell.clock == EXACT])


def test_a_full_disk_is_said_before_the_start(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    results = played.start()
    monkeypatch.setattr(whole_run, "_SPACE", 1 << 60)
    with pytest.raises(TestbedError, match="MiB free in"):
        played.measure(results)
    assert not played.machine.commands and "MiB free in" in results.read_environment()["why"]


def test_what_a_killed_run_wrote_half_is_cut_off(played: Played) -> None:
    results = played.start()
    played.measure(results)
    before = counted(results)
    file = results.raw / "real-fig6.csv"
    with file.open("a", encoding="utf-8") as half:
        half.write("6.1,tcg,real,fig6,Li")
    with results.journal.open("a", encoding="utf-8") as half:
        half.write("real-fig6.csv,99")
    assert len(results.done()) == len(played.works)
    assert counted(results) == before


def test_nothing_is_overwritten(played: Played) -> None:
    played.start()
    with pytest.raises(TestbedError, match="nothing is overwritten"):
        played.start()


def test_a_run_of_another_plan_is_not_resumed(played: Played) -> None:
    results = played.start()
    results.write_environment({**results.read_environment(), "plan": "another"})
    with pytest.raises(TestbedError, match="another version"):
        whole_run.resume(results)


def test_one_measures_at_a_time(played: Played) -> None:
    results = played.start()
    with results.locked(), pytest.raises(TestbedError, match="another antbed"), results.locked():
        pass


def test_an_unknown_run_is_refused_with_those_that_are(played: Played) -> None:
    played.start("one")
    with pytest.raises(TestbedError, match="no run nonsense; there are: one"):
        ResultsDirectory.find("nonsense")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_time_left_follows_what_really_passes() -> None:
    clock, stream = Clock(), io.StringIO()
    bar = ProgressBar(stream, 100, clock)
    assert bar.left is None
    bar.begin("fig6")
    for _ in range(25):
        clock.now += 4  # four times slower than guessed
        bar.advance(1)
    assert bar.left == pytest.approx(300)
    assert bar.text() == " 25%, 5 min 00 s left: fig6"
    lines = stream.getvalue().splitlines()
    assert 3 <= len(lines) <= 6 and "\x1b" not in stream.getvalue(), "plain lines, and not too many"
