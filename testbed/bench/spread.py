# SPDX-License-Identifier: GPL-2.0-only
"""./antbed bench --hosts: several hosts measure at once, each one experiment after the other; one run comes of it.

A host's part is measured by ./antbed bench itself, on that host: in this checkout for a connection of this computer's,
in the host's own checkout, by ssh, for a qemu+ssh connection. There it starts its machine by the host's libvirt.

A part is one experiment on one clock, with its null control. So AnT-Linux and the Linux it is compared with are always
of one host: no cell, and no claim, has samples of two. Rows are taken as they are; what does not fit is refused.
"""

from __future__ import annotations

import queue
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import TestbedError
from ..paths import ROOT
from ..run.virt.connection import LibvirtError, why_unusable
from . import raw
from .cells import EXACT, Cell
from .environment import COMPLETE, describe
from .hosts import Host, load
from .plan import PROFILE, BenchWish, digest, make
from .results_directory import ResultsDirectory
from .whole_run import run_name, say, under_way

_SSH = ("ssh", "-o", "BatchMode=yes")
_AWAY = "build/parts"  # results of a part in a host's own checkout, until they are fetched
_END_SECONDS = 120.0  # for a part to end its machine


@dataclass(frozen=True)
class Part:
    """What one host is to measure in one go."""

    clock: str
    experiment: str
    seconds: float  # a guess

    @property
    def name(self) -> str:
        return f"{self.clock}-{self.experiment}"


def parts_of(wish: BenchWish) -> list[Part]:
    """The longest first, so that no host waits long for another in the end."""
    seconds: dict[tuple[str, str], float] = {}
    for work in make(wish):
        key = (work.cell.clock, work.batch)
        seconds[key] = seconds.get(key, 0.0) + work.seconds
    parts = [Part(clock, experiment, guess) for (clock, experiment), guess in seconds.items()]
    return sorted(parts, key=lambda part: -part.seconds)


class Spread:
    """Parts are fetched by whoever is free: a fast host takes more of them."""

    def __init__(self, results: ResultsDirectory, wish: BenchWish, kernel: str, hosts: list[Host]) -> None:
        self._results = results
        self._wish = wish
        self._kernel = kernel
        self._hosts = hosts
        self._lock = threading.Lock()  # for what follows, and for the results
        self._running: set[subprocess.Popen[str]] = set()
        self._failed: list[Exception] = []
        self._stopped_at: float | None = None

    def run(self) -> None:
        """Measures all parts. The first failure lets those under way end, and is raised."""
        parts = parts_of(self._wish)
        for clock in self._wish.clocks:
            # On the real clock two machines at once on one host would measure each other.
            self._phase([part for part in parts if part.clock == clock], alone=clock != EXACT)
            if self._failed:
                raise self._failed[0]

    def _phase(self, parts: list[Part], alone: bool) -> None:
        waiting: queue.SimpleQueue[Part] = queue.SimpleQueue()
        for part in parts:
            waiting.put(part)
        workers = [
            threading.Thread(target=self._work, args=(host, slot, waiting))
            for host in self._hosts
            for slot in range(1 if alone else host.slots)
        ]
        for worker in workers:
            worker.start()
        try:
            for worker in workers:
                worker.join()
        except BaseException:  # Ctrl-C: no machine stays behind on any host
            self._stop()
            for worker in workers:
                worker.join()
            raise

    def _stop(self) -> None:
        with self._lock:
            self._stopped_at = time.monotonic()
            for process in self._running:
                process.send_signal(signal.SIGTERM)

    def _work(self, host: Host, slot: int, waiting: queue.SimpleQueue[Part]) -> None:
        while not self._failed and self._stopped_at is None:
            try:
                part = waiting.get_nowait()
            except queue.Empty:
                return
            begun = time.monotonic()
            say(f"{part.name} on {host.name}: begins")
            try:
                found = self._measure(host, part)
                with self._lock:
                    add(self._results, part, host.name, found)
            except Exception as error:  # of whatever kind: run() raises it, in the thread that was asked
                with self._lock:
                    self._failed.append(error)
                say(str(error))
                return
            say(f"{part.name} on {host.name}: done in {time.monotonic() - begun:.0f} s")

    def _measure(self, host: Host, part: Part) -> ResultsDirectory:
        """The part as a run of its own, in parts/ of this one."""
        own = self._results.path / "parts"
        own.mkdir(exist_ok=True)
        log = own / f"{part.name}.log"
        place = f"{_AWAY}/{self._results.name}" if host.ssh else str(own)
        status = self._call(_argv(host, self._words(host, part), place), log)
        if self._stopped_at is not None:
            raise TestbedError(f"{part.name} on {host.name}: interrupted")
        if status != 0:
            said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            last = said[-1].removeprefix("antbed: ") if said else "it says nothing"
            raise TestbedError(f"{part.name} on {host.name}: status {status}: {last} (its log: {log})")
        if host.ssh:
            _fetch(host, f"{place}/{part.name}", own)
        return ResultsDirectory(own / part.name)

    def _words(self, host: Host, part: Part) -> list[str]:
        accelerator = "exact" if part.clock == EXACT else host.accel
        words = ["./antbed", "bench", "--only", part.experiment, "--accel", accelerator, "--kernel", self._kernel]
        words += ["--seed", str(self._wish.seed), "--as", part.name, "--connect", host.own_connect]
        return [*words, "--quick"] if self._wish.quick else words

    def _call(self, argv: list[str], log: Path) -> int:
        with log.open("w", encoding="utf-8") as output:
            with self._lock:
                if self._stopped_at is not None:
                    return 1
                # A session of its own: Ctrl-C comes to us, and we tell them.
                process = subprocess.Popen(
                    argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, text=True,
                    start_new_session=True,
                )
                self._running.add(process)
            try:
                while True:
                    try:
                        return process.wait(1.0)
                    except subprocess.TimeoutExpired:
                        if self._stopped_at is not None and time.monotonic() > self._stopped_at + _END_SECONDS:
                            process.kill()
            finally:
                with self._lock:
                    self._running.discard(process)


def _argv(host: Host, words: list[str], place: str) -> list[str]:
    command = ["env", f"ANTBED_RESULTS={place}", *words]
    if not host.ssh:
        return command
    # With a terminal (-tt) the command there is hung up when this ssh ends, and ends its machine.
    return [*_SSH, "-tt", host.ssh, f"cd {shlex.quote(host.directory)} && {shlex.join(command)}"]


def _fetch(host: Host, there: str, here: Path) -> None:
    """A part's directory from its host, where it is removed."""
    parent, _, name = there.rpartition("/")
    inside = f"cd {shlex.quote(f'{host.directory}/{parent}')}"
    packed = f"{inside} && tar -cf - {shlex.quote(name)} && rm -rf {shlex.quote(name)}"
    with subprocess.Popen([*_SSH, host.ssh, packed], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        # tar itself leaves no archive's file outside of the directory.
        unpacked = subprocess.run(["tar", "-xf", "-", "-C", str(here)], stdin=process.stdout, check=False)
    if process.returncode or unpacked.returncode:
        raise TestbedError(f"cannot fetch {there} from {host.ssh}: ssh's status {process.returncode}")


def environment_of(hosts: list[Host]) -> dict[str, dict[str, object]]:
    """What env.json has of the hosts before they have measured."""
    return {
        host.name: {"connect": host.connect, "accel": host.accel, "slots": host.slots, "parts": []} for host in hosts
    }


def check_here(hosts: list[Host]) -> None:
    """The connections of this computer work; the others are asked by their own testbed."""
    for host in hosts:
        if not host.ssh and (problem := why_unusable(host.connect)):
            raise LibvirtError(f"host {host.name}: {problem}")


def bench(wish: BenchWish, version: str, file: Path, name: str | None) -> int:
    hosts = load(file)
    check_here(hosts)
    works = make(wish)
    results = ResultsDirectory.create(name or f"{run_name(version, wish)}-hosts")
    about = describe(wish, version, PROFILE, {}, digest(works))
    results.write_environment({**about, "hosts": environment_of(hosts)})
    say(f"run {results.name}: seed {wish.seed}, on {', '.join(host.name for host in hosts)}")
    with under_way(results, f"what is done is whole and stays in {results.name}"):
        Spread(results, wish, version, hosts).run()
    return 0


def add(whole: ResultsDirectory, part: Part, host: str, found: ResultsDirectory) -> None:
    """Copies a part's samples into the whole run, and writes down where they come from."""
    environment = found.read_environment()
    mine = whole.read_environment()
    if environment["state"] != COMPLETE:
        raise TestbedError(f"{part.name} on {host}: is incomplete: {environment['why']}")
    for what in ("commit", "kernel"):
        if environment[what] != mine[what]:
            raise TestbedError(
                f"{part.name} on {host}: {what} {environment[what] or 'unknown'} there, {mine[what]} here;"
                " figures of one run come from one version"
            )
    kind = environment["accelerators"][part.clock]["kind"]
    known = mine["accelerators"].setdefault(part.clock, environment["accelerators"][part.clock])
    if kind != known["kind"]:
        raise TestbedError(f"{part.name} on {host}: accelerator {kind} there, {known['kind']} in the parts before")
    rows = list(raw.read(found.raw))
    for row in rows:
        if row.cell.experiment not in (part.experiment, "control") or row.cell.clock != part.clock:
            raise TestbedError(f"{part.name} on {host}: has a sample of {row.cell.text()}")
    _refuse_second_host(cells_of(whole.raw) & {row.cell for row in rows}, part, host)
    for cell, own in _by_cell(rows):
        whole.add(f"{part.name} {cell.text()} on {host}", own, 0.0)
    about = mine["hosts"][host]
    about["parts"].append(part.name)
    about.update(host=environment["host"], qemu=environment["qemu"], uncommitted=environment["uncommitted"])
    mine["host"]["cpu"] = cpus(mine["hosts"])
    mine["host"]["load"] = max(mine["host"]["load"], environment["host"]["load"])
    whole.write_environment(mine)


def cells_of(directory: Path) -> set[Cell]:
    return {row.cell for row in raw.read(directory)}


def _refuse_second_host(cells: Iterable[Cell], part: Part, host: str) -> None:
    for cell in cells:
        raise TestbedError(f"{part.name} on {host}: {cell.text()} has samples of another host already")


def _by_cell(rows: list[raw.Row]) -> list[tuple[Cell, list[raw.Row]]]:
    found: dict[Cell, list[raw.Row]] = {}
    for row in rows:
        found.setdefault(row.cell, []).append(row)
    return list(found.items())


def cpus(hosts: dict[str, dict[str, Any]]) -> str:
    """The hosts with their processors and parts, for a report's line on its host."""
    texts = [
        f"{name}: {one['host']['cpu']} ({', '.join(one['parts'])})" for name, one in hosts.items() if "host" in one
    ]
    return "; ".join(texts)
