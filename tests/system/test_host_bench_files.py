# SPDX-License-Identifier: GPL-2.0-only
"""make bench: baseline, exactness, the archive that seals a machine, scripts, the report's page, compare."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from test_host_bench_run import Played
from testbed.bench import baseline, compare, cpio, paper, plan, report, scripted
from testbed.bench.cells import ANT, EXACT, LINUX, Cell
from testbed.bench.raw import Row
from testbed.bench.summary import summarise
from testbed.bench.verdicts import Outcome
from testbed.commands import cli
from testbed.describe.description import load
from testbed.errors import TestbedError
from testbed.paths import ROOT
from testbed.run.accel import Accelerator
from testbed.run.qemu import Boot, Sealed, command_line
from testbed.run.rundir import RunDirectory


def test_growth_beyond_the_limit_is_named_and_counts() -> None:
    before = {"a": 1000.0, "b": 1000.0, "c": 1000.0, "gone": 5.0}
    found = baseline.changes(before, {"a": 1020.0, "b": 1021.0, "c": 900.0, "new": 3.0})
    assert [(one["path"], one["change"]) for one in found] == [
        ("b", "grown"), ("c", "shrunk"), ("gone", "gone"), ("new", "new")
    ]
    assert baseline.changes(before, before) == []


def test_a_path_is_not_that_of_a_lucky_call() -> None:
    """One that met no tick, or did not wait for the end of the proxy before."""
    cell = Cell(EXACT, "table6", ANT, "not-continued")
    values = [65_000, *[117_000] * 98, 400_000]
    rows = [Row("6.1", "exact", cell, n, "null", 0, value, "instructions") for n, value in enumerate(values)]
    assert baseline.paths(summarise(rows)) == {"table6 AnT-Linux not-continued null": 117_000}


MADE_WITH = "Linux 6.1.{}-mint, gcc (Debian {}) {}"


def measured_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: dict[str, float], update: bool = False,
    compiler: str = "12.2.0", twice: bool = False,
) -> dict[str, Any]:
    """What bench-check finds where its machine would measure these paths, and the committed file has a and b."""
    file = tmp_path / "baseline.json"
    known = {"made with": MADE_WITH.format(1, "12.2.0-13", "12.2.0"), "paths": {"a": 1000.0, "b": 1000.0}}
    file.write_text(json.dumps({"6.1": known}), encoding="utf-8")
    monkeypatch.setattr(baseline, "measure_exact", lambda *words: None)
    monkeypatch.setattr(baseline, "made_with", lambda kernel: MADE_WITH.format(2, compiler + "-14", compiler))
    monkeypatch.setattr(baseline, "read", lambda directory: [])
    monkeypatch.setattr(baseline, "paths", lambda found: now)
    return baseline.check("6.1", file, update, twice)


def test_bench_check_says_what_has_grown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = measured_once(monkeypatch, tmp_path, {"a": 1000.0, "b": 1021.0})
    assert not found["well"] and found["grown"] == 1 and json.loads(json.dumps(found)) == found
    lines = baseline.text(found).splitlines()
    assert lines[0] == "antbed: GROWN  b: 1,000 -> 1,021 instructions (+2.1%)"
    assert lines[1].startswith("antbed: the baseline was made with Linux 6.1.1-mint, gcc (Debian 12.2.0-13) 12.2.0, ")
    assert lines[2] == "antbed: 2 paths, 1 grown by more than 2% (Linux 6.1)"


def test_bench_check_is_no_false_alarm_with_another_compiler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Debian 13's GCC 14 makes paths of other lengths: nothing has grown. That two runs agree is asked all the same."""
    with pytest.raises(TestbedError, match=r"^not compared: .* GCC 12\.2\.0, and this with 14\.2\.0"):
        measured_once(monkeypatch, tmp_path, {"a": 2000.0}, compiler="14.2.0")
    found = measured_once(monkeypatch, tmp_path, {"a": 2000.0}, compiler="14.2.0", twice=True)
    assert found["well"] and json.loads(json.dumps(found)) == found
    lines = baseline.text(found).splitlines()
    assert lines[0] == "antbed: both runs have the same samples, byte for byte"
    assert lines[1].startswith("antbed: not compared: the baseline was made with GCC 12.2.0") and len(lines) == 2
    assert measured_once(monkeypatch, tmp_path, {"a": 2.0}, update=True, compiler="14.2.0")["well"]


def test_bench_check_keeps_what_it_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = measured_once(monkeypatch, tmp_path, {"a": 1.0}, update=True)
    assert found["well"] and baseline.text(found).endswith("baseline.json: 1 paths of Linux 6.1\n")
    kept = json.loads((tmp_path / "baseline.json").read_text(encoding="utf-8"))
    assert kept["6.1"]["paths"] == {"a": 1.0}


def test_differing_files_are_named_with_their_line(tmp_path: Path) -> None:
    for name, text in (("one", "x\n1\n2\n"), ("two", "x\n1\n3\n"), ("same", "x\n1\n2\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "exact-fig6.csv").write_text(text, encoding="utf-8")
    assert baseline.differing(tmp_path / "one", tmp_path / "same") == []
    assert baseline.differing(tmp_path / "one", tmp_path / "two") == ["exact-fig6.csv, line 3: 2 / 3"]
    (tmp_path / "two" / "exact-table6.csv").write_text("x\n", encoding="utf-8")
    assert "only one run has it" in baseline.differing(tmp_path / "one", tmp_path / "two")[1]


def test_the_archive_is_one_that_cpio_reads(tmp_path: Path) -> None:
    (tmp_path / "tree/bin").mkdir(parents=True)
    (tmp_path / "tree/bin/program").write_bytes(b"odd")
    (tmp_path / "tree/bin/link").symlink_to("program")
    (tmp_path / "tree/left-out").touch()
    entries = [*cpio.tree(tmp_path / "tree", without=("left-out",)), cpio.Entry("console", 0o20600, device=(5, 1))]
    archive = cpio.archive(entries)
    listed = subprocess.run(["cpio", "-itvn"], input=archive, capture_output=True, check=True).stdout.decode()
    assert re.search(r"^drwx.*\bbin$", listed, re.MULTILINE)
    assert re.search(r"bin/link -> program$", listed, re.MULTILINE)
    assert re.search(r"^crw-------\s.*5,\s*1.*console$", listed, re.MULTILINE)
    (tmp_path / "out").mkdir()
    subprocess.run(["cpio", "-id", "--quiet", "bin/program"], input=archive, cwd=tmp_path / "out", check=True)
    assert (tmp_path / "out/bin/program").read_bytes() == b"odd"
    assert archive == cpio.archive(entries)


def test_a_sealed_machine_hears_nothing_of_the_host(tmp_path: Path) -> None:
    accelerator = Accelerator("exact", "", ("-icount", "shift=0"), (), 1)
    run = RunDirectory("sealed", tmp_path)
    boot = Boot(load("bench"), "6.1", accelerator, tmp_path, run, Sealed(tmp_path / "bzImage", tmp_path / "initrd"))
    line = " ".join(command_line(boot))
    assert "rdinit=/sbin/init" in line and "root=" not in line
    for device in ("virtio", "-drive", "-fsdev", "-smbios"):
        assert device not in line
    assert "virtio-blk-pci" in " ".join(command_line(Boot(load("bench"), "6.1", accelerator, tmp_path, run)))


def test_linux_measures_before_ant_starts() -> None:
    works = plan.make(plan.BenchWish(clocks=(EXACT,), experiments=("fig7",), quick=True))
    linux = [work for work in works if work.cell.system == LINUX]
    script = scripted._linux_script(["prepare"], linux)
    assert subprocess.run(["sh", "-n"], input=script.encode(), check=False).returncode == 0
    places = [script.index(text) for text in ("prepare", "@bench 0", f"@bench {len(linux) - 1}", "start-ant")]
    assert places == sorted(places)
    assert script.count("drop-caches") == len(linux) + 1  # and once when AnT asks
    requests = scripted._ant_script([work for work in works if work.cell.system == ANT]).splitlines()
    assert all(line.startswith("run ") for line in requests)
    assert len([line for line in requests if "measure" in line]) == len(works) - len(linux)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Played:
    return Played(monkeypatch, tmp_path)


def test_the_page_is_one_file_and_says_what_has_to_be_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run = Played(monkeypatch, tmp_path, draws=True)
    results = run.start()
    run.measure(results)
    page = (results.path / "report.html").read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)=\"(?!data:)", page), "it needs another file or the network"
    assert page.count("data:image/svg+xml;base64,") == len(list(results.figures.glob("*.svg")))
    text = (results.path / "report.md").read_text(encoding="utf-8")
    for said in ("EMULATED", "seed 5", "does not show caches", "Table 3", "141.8 us"):
        assert said in html.unescape(page) and said in text, said
    judged = set(re.findall(r"^\| (C\d+) \|", text, re.MULTILINE))
    short, *_ = [line for line in text.splitlines() if line.startswith("Verdicts: ")]
    assert judged == {"C1", "C2", "C3", "C7", "C8", "C9"} and "not measured in this run" not in text
    assert short.endswith(
        "Not measured in this run: C4 (exact, real), C5 (exact, real), C6 (exact, real), C10 (exact, real)."
    )
    assert short in html.unescape(page)
    assert re.search(r"two time stamps on Linux \| \d+ instructions \|", text), "a figure without its unit"
    # On a phone a row of the table of verdicts is a paragraph, and what is wide has a frame of its own to move in.
    assert '<table class="verdicts">' in page and page.count("<img") == page.count('<div class="wide"><img')
    assert re.search(r"@media \(max-width: \w+\) \{.*\.verdicts tr \{ display: flex", page, re.DOTALL)
    for picture in re.findall(r"\]\((figures/[^)]*)\)", text):
        assert (results.path / picture).is_file()


def test_a_report_made_again_is_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run = Played(monkeypatch, tmp_path, draws=True)
    results = run.start()
    run.measure(results)
    made = {path: path.read_bytes() for path in results.path.rglob("*") if path.is_file() and path.name != "lock"}
    report.write(results)
    for path, content in made.items():
        assert path.read_bytes() == content, path


def test_two_runs_side_by_side(run: Played) -> None:
    first, second = run.start("first"), run.start("second")
    run.measure(first)
    run.exact.model.later *= 2
    run.measure(second)
    facts = compare.facts(first, second)
    one = next(one for one in facts["medians"] if one["measured"].startswith("exact table6 AnT-Linux continued null"))
    assert (one["first"], one["second"], one["ratio"], one["apart"]) == (6300, 12600, 2, True)
    assert [about["name"] for about in facts["runs"]] == ["first", "second"]
    text = compare.text(facts)
    assert re.search(r"^ +first +second$", text, re.MULTILINE)
    line = next(line for line in text.splitlines() if line.startswith("exact table6 AnT-Linux continued null"))
    assert line.split()[-4:] == ["6,300", "12,600", "2.000", "*"]


def antbed(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["antbed", *words])
    return cli.main()


def test_facts_of_runs_as_json(
    run: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("first", "second"):
        run.measure(run.start(name))
    capsys.readouterr()
    assert antbed(monkeypatch, "compare", "first", "second", "--json") == 0
    compared = json.loads(capsys.readouterr().out)
    assert set(compared) == {"runs", "verdicts", "medians"} and all(compared.values())
    assert antbed(monkeypatch, "report", "first", "--json") == 0
    written = json.loads(capsys.readouterr().out)
    assert written["run"] == "first" and written["state"] == "complete" and Path(written["page"]).is_file()
    assert [one["claim"] for one in written["verdicts"]][:2] == ["C1", "C1"]
    assert {one["outcome"] for one in written["verdicts"]} <= {outcome.value for outcome in Outcome}
    assert antbed(monkeypatch, "compare", "first", "third", "--json") == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1 and "no run third" in said.err


def test_what_the_paper_prints_is_in_the_paper() -> None:
    for name, printed in paper.printed().items():
        assert printed.place.startswith(("section", "Table")), name
    assert paper.value("null-not-continued") / paper.value("null-continued") == pytest.approx(22.5, abs=0.05)


def test_results_are_not_for_git() -> None:
    done = subprocess.run(["git", "-C", str(ROOT), "check-ignore", "-q", "results/x/env.json"], check=False)
    assert done.returncode == 0
