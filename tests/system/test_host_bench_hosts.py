# SPDX-License-Identifier: GPL-2.0-only
"""./antbed bench --hosts: the file is refused by line, parts go to whoever is free, and no cell has two hosts."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from pathlib import Path

import pytest

from test_host_bench_run import ACCELERATORS
from fake_measure import FakeMeasure
from testbed.bench import hosts, plan, raw, results_directory, runner, spread
from testbed.bench.cells import EXACT, REAL
from testbed.bench.environment import COMPLETE, describe
from testbed.bench.hosts import Host
from testbed.bench.measured import parse
from testbed.bench.plan import BenchWish
from testbed.bench.results_directory import ResultsDirectory
from testbed.bench.spread import Part
from testbed.describe.source import DescriptionError
from testbed.errors import TestbedError

GOOD = """
[[host]]
name = "here"
connect = "qemu:///session"
accel = "tcg"
slots = 2

[[host]]
name = "there"
connect = "qemu+ssh://me@far:2222/system"
accel = "tcg"
directory = "/home/me/ant linux"
"""
BAD = [
    ('name = "there"', 'name = "here"', "name =", "given twice"),
    ('name = "there"', 'name = "The Host"', "name =", "is no name"),
    ('name = "there"\n', "", "[[host]]", "host[1].name: is missing"),
    ('"qemu+ssh://me@far:2222/system"', '"qemu:///session"', "connect =", "given twice"),
    ('"qemu+ssh://me@far:2222/system"', '"qemu+tls://far/system"', "connect =", "neither qemu:///"),
    ('"qemu+ssh://me@far:2222/system"', '"qemu+ssh://far"', "connect =", "neither with /session"),
    ('"qemu+ssh://me@far:2222/system"', '"qemu+ssh:///system"', "connect =", "names no host"),
    ('"qemu+ssh://me@far:2222/system"', '"qemu+ssh://far/system?keyfile=x"', "connect =", "~/.ssh/config"),
    ('accel = "tcg"\ndirectory', 'accel = "kvm"\ndirectory', "accel =", "one report has one accelerator"),
    ('accel = "tcg"\ndirectory', 'accel = "fast"\ndirectory', "accel =", "is not one of"),
    ('directory = "/home/me/ant linux"', "", "[[host]]", "the path of this project's checkout"),
    ("slots = 2", "slots = 0", "slots =", "is not within"),
    ("slots = 2", 'slots = "two"', "slots =", "is no whole number"),
    ("slots = 2", "weight = 2", "weight =", "unknown key"),
    ("slots = 2", 'directory = "/x"', "directory =", "only a host that is reached by ssh"),
    ("[[host]]\nname = \"there\"", "[other]\nname = \"there\"", "[other]", "unknown table"),
]


def written(place: Path, text: str) -> Path:
    path = place / "hosts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_good_file_is_taken(tmp_path: Path) -> None:
    here, there = hosts.load(written(tmp_path, GOOD))
    assert (here.ssh, here.own_connect, here.slots) == ("", "qemu:///session", 2)
    assert (there.ssh, there.own_connect, there.slots) == ("me@far:2222", "qemu:///system", 1)


@pytest.mark.parametrize("old, new, where, message", BAD)
def test_wrong_file_is_refused_by_line(tmp_path: Path, old: str, new: str, where: str, message: str) -> None:
    head, _, tail = GOOD.rpartition(old)
    text = head + new + tail
    with pytest.raises(DescriptionError) as refused:
        hosts.load(written(tmp_path, text))
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith(where)]
    assert any(f"hosts.toml:{number}: " in one and message in one for one in refused.value.problems
               for number in lines), refused.value.problems


def test_a_file_without_hosts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DescriptionError, match=r"there is no \[\[host\]\]"):
        hosts.load(written(tmp_path, ""))


WISH = BenchWish((EXACT,), ("fig6", "table6", "fig7", "fig8", "steps"), quick=True, seed=3)
HOSTS = [Host("a", "qemu:///session", "tcg", 2, ""), Host("b", "qemu+ssh://far/system", "tcg", 1, "/there")]


def test_parts_have_every_work_once_and_their_own_control() -> None:
    parts = spread.parts_of(BenchWish((EXACT, REAL), seed=3))
    # Every experiment on the real clock, and on the exact one those that it can show.
    assert len(parts) == len({part.name for part in parts}) == 2 * len(plan.EVERYTHING) - len(plan.NEEDS_REAL)
    works = {work.key for work in plan.make(WISH)}
    of_parts = [work.key for part in spread.parts_of(WISH)
                for work in plan.make(BenchWish((part.clock,), (part.experiment,), quick=True, seed=3))]
    assert sorted(of_parts) == sorted(works)


class PlayedHosts:
    """Instead of ./antbed bench on a host: writes what that would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, results: Path) -> None:
        monkeypatch.setattr(results_directory, "RESULTS", results)
        monkeypatch.setattr(spread.Spread, "_measure", self.measure)
        self.commit = "c0ffee"
        self.fails = ""
        self.took: dict[str, str] = {}
        self.whole = ResultsDirectory.create("whole")
        about = describe(WISH, "6.1", "bench", {}, "digest")
        self.whole.write_environment({**about, "commit": "c0ffee", "hosts": spread.environment_of(HOSTS)})
        self.place = results

    def measure(self, host: Host, part: Part) -> ResultsDirectory:
        if part.experiment == self.fails:
            raise TestbedError("no such luck")
        self.took[part.name] = host.name
        return self.made(host, part)

    def made(self, host: Host, part: Part) -> ResultsDirectory:
        wish = BenchWish((part.clock,), (part.experiment,), quick=True, seed=3)
        works = plan.make(wish)
        results = ResultsDirectory.create(f"{part.name}-{host.name}")
        fake = FakeMeasure(1)
        for work in works:
            measured = parse(fake.run(work.command, work.cell.system))
            results.add(work.key, list(runner.rows_of(work, measured, "6.1", ACCELERATORS)), 1.0)
        about = describe(wish, "6.1", "bench", {part.clock: ACCELERATORS[part.clock]}, plan.digest(works))
        results.write_environment({**about, "commit": self.commit, "state": COMPLETE})
        return results


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> PlayedHosts:
    return PlayedHosts(monkeypatch, tmp_path)


def test_the_merged_run_is_the_whole_one(played: PlayedHosts) -> None:
    spread.Spread(played.whole, WISH, "6.1", HOSTS).run()
    wanted = {work.cell for work in plan.make(WISH)}
    found: dict[object, int] = {}
    for row in raw.read(played.whole.raw):
        cell = row.cell
        if cell.experiment == "steps":
            continue  # one work makes two cases of it
        found[cell] = found.get(cell, 0) + 1
    assert set(found) == {cell for cell in wanted if cell.experiment != "steps"}
    environment = played.whole.read_environment()
    took = {part: host for host, one in environment["hosts"].items() for part in one["parts"]}
    assert took == played.took and set(took) == {f"exact-{name}" for name in WISH.experiments}
    assert environment["accelerators"] == {"exact": {"kind": "exact", "reason": "as asked"}}
    assert all(part in environment["host"]["cpu"] for part in took)
    assert (played.whole.raw / "exact-control.csv").read_text(encoding="utf-8").count("kernel,accelerator") == 1


def test_a_failed_part_is_raised_and_leaves_nothing_of_it(played: PlayedHosts) -> None:
    played.fails = "fig7"
    with pytest.raises(TestbedError, match="no such luck"):
        spread.Spread(played.whole, WISH, "6.1", HOSTS).run()
    assert not [row for row in raw.read(played.whole.raw) if row.cell.experiment == "fig7"]


def test_a_host_that_cannot_be_asked_is_raised_too(played: PlayedHosts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a TestbedError: a program that is not there, a full disk. The part is not silently left out."""

    def measure(host: Host, part: Part) -> ResultsDirectory:
        raise FileNotFoundError(2, "No such file or directory", "ssh")

    monkeypatch.setattr(spread.Spread, "_measure", lambda _, host, part: measure(host, part))
    with pytest.raises(FileNotFoundError, match="ssh"):
        spread.Spread(played.whole, WISH, "6.1", HOSTS).run()


def test_a_part_that_is_told_to_end_has_time_for_it(played: PlayedHosts, tmp_path: Path) -> None:
    """It ends its machine then; killed at once it would leave that behind."""
    ended, log = tmp_path / "ended", tmp_path / "log"
    script = f"trap 'sleep 2; touch {ended}; exit 9' TERM; echo ready; while :; do sleep 0.1; done"
    one = spread.Spread(played.whole, WISH, "6.1", HOSTS)
    statuses: list[int] = []
    part = threading.Thread(target=lambda: statuses.append(one._call(["sh", "-c", script], log)))
    part.start()
    while not log.exists() or "ready" not in log.read_text(encoding="utf-8"):
        time.sleep(0.02)
    one._stop()
    part.join(60)
    assert statuses == [9] and ended.exists()


def test_no_cell_has_samples_of_two_hosts(played: PlayedHosts) -> None:
    part = Part(EXACT, "fig6", 1.0)
    spread.add(played.whole, part, "a", played.made(HOSTS[0], part))
    before = {path.name: path.read_bytes() for path in played.whole.raw.iterdir()}
    with pytest.raises(TestbedError, match="samples of another host already"):
        spread.add(played.whole, part, "b", played.made(HOSTS[1], part))
    assert {path.name: path.read_bytes() for path in played.whole.raw.iterdir()} == before


def test_a_host_with_another_version_is_refused(played: PlayedHosts) -> None:
    played.commit = "decaf"
    part = Part(EXACT, "fig6", 1.0)
    with pytest.raises(TestbedError, match="commit decaf there, c0ffee here"):
        spread.add(played.whole, part, "b", played.made(HOSTS[1], part))


def test_half_a_part_and_a_foreign_one_are_refused(played: PlayedHosts) -> None:
    found = played.made(HOSTS[0], Part(EXACT, "fig6", 1.0))
    with pytest.raises(TestbedError, match="has a sample of"):
        spread.add(played.whole, Part(EXACT, "table6", 1.0), "a", found)
    found.write_environment({**found.read_environment(), "state": "incomplete", "why": "the power failed"})
    with pytest.raises(TestbedError, match="is incomplete: the power failed"):
        spread.add(played.whole, Part(EXACT, "fig6", 1.0), "a", found)


def test_other_accelerator_in_the_same_clock_is_refused(played: PlayedHosts) -> None:
    part = Part(EXACT, "fig6", 1.0)
    spread.add(played.whole, part, "a", played.made(HOSTS[0], part))
    other = played.made(HOSTS[1], Part(EXACT, "table6", 1.0))
    environment = other.read_environment()
    environment["accelerators"]["exact"]["kind"] = "kvm"
    other.write_environment(environment)
    with pytest.raises(TestbedError, match="accelerator kvm there, exact in the parts before"):
        spread.add(played.whole, Part(EXACT, "table6", 1.0), "b", other)


def test_a_host_by_ssh_measures_in_its_own_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """ssh is played: a shell on this computer, in another directory, with an ./antbed that only notes its words."""
    checkout, tools = tmp_path / "check out", tmp_path / "tools"
    for directory in (checkout, tools):
        directory.mkdir()
    antbed = checkout / "antbed"
    antbed.write_text(
        '#!/bin/sh\nd=$ANTBED_RESULTS/exact-fig6\nmkdir -p "$d"\necho "{\\"words\\": \\"$*\\"}" >"$d/env.json"\n',
        encoding="utf-8",
    )
    ssh = tools / "ssh"
    ssh.write_text('#!/bin/sh\nwhile [ "${1#-}" != "$1" ]; do [ "$1" = -o ] && shift; shift; done\n'
                   f'echo "$1" >>{tmp_path}/asked\nshift\nexec sh -c "$*"\n')
    for program in (antbed, ssh):
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setattr(results_directory, "RESULTS", tmp_path)
    whole = ResultsDirectory.create("whole")
    host = Host("far", "qemu+ssh://me@far/system", "tcg", 1, str(checkout))
    found = spread.Spread(whole, WISH, "6.1", [host])._measure(host, Part(EXACT, "fig6", 1.0))
    words = json.loads((found.path / "env.json").read_text(encoding="utf-8"))["words"]
    assert words == (
        "bench --only fig6 --accel exact --kernel 6.1 --seed 3 --as exact-fig6 --connect qemu:///system --quick"
    )
    assert (tmp_path / "asked").read_text(encoding="utf-8") == "me@far\nme@far\n"
    assert not subprocess.run(["find", str(checkout / "build"), "-name", "env.json"], capture_output=True).stdout
