# SPDX-License-Identifier: GPL-2.0-only
"""A call is held at each stop of its way, and meanwhile who has to do with it is killed, stopped or delayed.

What does the caller get, do others get right answers meanwhile, does everything come back? The machine `failpoints` can
hold calls (include/antlinux/observe/failpoints.h); the ordinary one must have nothing of that.
"""

from __future__ import annotations

import hashlib
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from antbed_runner import Antbed
from guest import eventually, meanwhile
from testbed.describe.description import load
from testbed.paths import BUILD
from testbed.run.instance import Instance
from testbed.talk.session import Connection, connected, holding

# Their order is that of a call's way (include/antlinux/observe/stops.h).
STOPS = ("call", "request", "vector", "heard", "parent", "handed", "begun", "done", "answer", "result", "return")
HANDED, ANSWER = STOPS.index("handed"), STOPS.index("answer")

# The caller's calls, the one that is held, and Linux's number of that: a first call, and one that has a kept proxy.
FILE = "/etc/hostname"
WAYS = {"first": f"stat {FILE} , null", "kept": f"open {FILE} r , fstat 3 , read 3 5"}
HELD = {"first": ("stat", 4), "kept": ("fstat", 5)}
DEAD = "retval=-130 errno=EOWNERDEAD"
LATE = "retval=-110 errno=ETIMEDOUT"

# The caller begins when the gate is opened.
GATE = "on 1 cat /tmp/gate"

# The other one reads this FIFO on another core. A piece is more than a pipe holds: when it is written, some is read.
OTHER = "on 2 sha256sum /tmp/other"
PIECE = b"y\n" * 100_000

PARTIES = ("parent", "proxy", "process")  # process: the caller, on AnT
ACTIONS = ("kill", "stop", "delay")


def why_not(way: str, stop: str, party: str, action: str) -> str | None:
    """What there is none of, and what others show."""
    if party == "proxy" and way == "first" and STOPS.index(stop) < HANDED:
        return "a first call has no proxy before it is handed to one"
    if party == "process" and action == "stop":
        return "a process of AnT's cannot be stopped; its call stands still in each of these tests"
    if way == "first" and action == "delay":
        return "that is a short stop; with a kept proxy it is tried"
    return None


def cases() -> Iterator[tuple[str, str, str, str]]:
    for way in WAYS:
        for stop in STOPS:
            for action in ACTIONS:
                for party in PARTIES:
                    if why_not(way, stop, party, action) is None:
                        yield way, stop, party, action


def answers_of(way: str, stop: str, party: str, action: str, right: list[str]) -> list[str]:
    """The caller's, of its calls one by one. Nothing but the death of its proxy is told to it."""
    answers = list(right)
    if (party, action) == ("proxy", "kill"):
        # One that has not begun its first call lets another one do it.
        if STOPS.index(stop) < ANSWER and (way, stop) != ("first", "handed"):
            answers[way == "kept"] = f"{HELD[way][0]} {DEAD}"
        if way == "kept":
            answers[2] = f"read {DEAD}"  # the open file has gone with it
    return answers


class Experiment:
    """Linux's shell while calls are held at a stop."""

    parent_killed = 0.0  # when, last

    def __init__(self, instance: Instance, linux: Connection, stop: str, call: int) -> None:
        self.instance = instance
        self._linux = linux
        self._stopped = 0
        self._pieces = 0
        self._stop = stop
        self.sh("rm -f /tmp/other /tmp/gate; mkfifo /tmp/other /tmp/gate")
        self.sh("sleep 600 <>/tmp/other >/dev/null 2>&1 & echo $! >/tmp/writer")
        self.sh(f"echo {stop} {call} >/sys/kernel/antlinux/hold")

    def sh(self, command: str) -> str:
        status, out, err = self._linux.capture(command, 120)
        assert status == 0 and not err, f"{command}: status {status}, {err!r}"
        return out.decode()

    def until(self, condition: str) -> None:
        self.sh(f"until {condition}; do sleep 0.02; done")

    def until_held(self) -> None:
        self.until("grep -q held /sys/kernel/antlinux/hold")

    def begin(self) -> None:
        """The other one has begun, then the caller begins. The other one goes on while the call is held."""
        self.feed()
        self.sh(": <>/tmp/gate")
        self.until_held()
        if self._stop != "parent":  # there the parent sleeps, and all who need it wait
            self.feed()

    def feed(self) -> None:
        self.sh(f"yes | head -c {len(PIECE)} >/tmp/other")
        self._pieces += 1

    def hash(self) -> str:
        return hashlib.sha256(PIECE * self._pieces).hexdigest()

    def pid_of(self, party: str) -> int:
        """The held call's proxy is the one that does not have the other's file."""
        found = self.sh(
            f"for p in $(pidof ant-parent); do grep -qx ant-{party} /proc/$p/comm &&"
            " { ls -l /proc/$p/fd | grep -q /tmp/other || echo $p; }; done; true"
        )
        (pid,) = found.split()
        return int(pid)

    def do(self, action: str, party: str) -> None:
        if (action, party) == ("kill", "parent"):
            # Linux's init starts one that has lived for two seconds again at once.
            time.sleep(max(0, Experiment.parent_killed + 3 - time.monotonic()))
            Experiment.parent_killed = time.monotonic()
        pid = self.pid_of(party)
        if action == "kill":
            self.sh(f"kill -9 {pid}")
        elif action == "stop":
            self.sh(f"kill -STOP {pid}")
            self._stopped = pid
        else:
            self.sh(f"kill -STOP {pid}; (sleep 0.3; kill -CONT {pid}) >/dev/null 2>&1 &")

    def answered(self) -> int:
        """Calls of the caller's core."""
        return int(self.sh("ant-counters | sed -n 's/^ant.core1.results //p'"))

    def release(self) -> None:
        self.sh("echo none >/sys/kernel/antlinux/hold")

    def go_on(self) -> None:
        if self._stopped:
            self.sh(f"kill -CONT {self._stopped}")
            self._stopped = 0

    def close(self) -> None:
        self.release()
        self.go_on()
        self.sh("kill $(cat /tmp/writer) 2>/dev/null; true")


@contextmanager
def experiment(machine: Antbed, stop: str, call: int) -> Iterator[Experiment]:
    instance = Instance.find(machine.name)
    assert instance
    with connected(instance, "linux") as linux:
        lab = Experiment(instance, linux, stop, call)
        try:
            yield lab
        finally:
            lab.close()


def call_undisturbed(machine: Antbed, way: str) -> list[str]:
    return machine.ant(f"on 1 calltest {WAYS[way]}").splitlines()


@pytest.fixture(scope="session")
def right(failpoints_machine: Antbed) -> dict[str, list[str]]:
    """The caller's answers when nobody disturbs it."""
    failpoints_machine.ant(f"cat {FILE}")  # later readers do not change its times
    found = {way: call_undisturbed(failpoints_machine, way) for way in WAYS}
    assert not [line for answers in found.values() for line in answers if "errno" in line], found
    return found


@pytest.fixture(scope="session")
def memory(failpoints_machine: Antbed) -> str:
    """AnT's, when nothing runs there, after its shell has done what the tests let it do."""
    failpoints_machine.ant(f"on 2 sha256sum {FILE} & echo begun; on 1 calltest {WAYS['kept']}; wait; ps")
    return failpoints_machine.ant("mem")


def everything_is_back(machine: Antbed, memory: str) -> None:
    """Slots, ICA, the records of LCAs on both sides, proxies; and there is a parent."""
    state = "$(cd /sys/kernel/antlinux; echo $(cat parent proxies in_progress))"
    machine.linux(f'until [ "{state}" = "1 0 0" ]; do sleep 0.02; done')
    assert eventually(lambda: machine.ant("mem") == memory, 20), f"{memory}\n{machine.ant('mem')}"
    assert "calltest" not in machine.ant("ps")


def kill_the_caller(lab: Experiment, machine: Antbed, way: str, stop: str) -> None:
    """Ctrl-C ends it and the other one, while its call is held."""
    with holding(lab.instance, "ant", f"{OTHER} & echo begun; {GATE}; on 1 calltest {WAYS[way]}", b"begun"):
        lab.begin()
    gone = [line for line in machine.ant("ps").splitlines() if "calltest" in line]
    assert not [line for line in gone if line.split()[3] != "ending"], gone
    if stop != "parent":
        assert machine.ant("on 2 calltest null") == "null retval=0\n"


def disturb(lab: Experiment, way: str, stop: str, party: str, action: str) -> None:
    """While the call is held, and after its release."""
    lab.begin()
    if party == "process":
        lab.sh("sleep 0.3")
    else:
        lab.do(action, party)
    before = lab.answered()
    lab.release()
    if action == "stop":
        needed = STOPS.index(stop) < (HANDED if party == "parent" else ANSWER)
        if needed:
            lab.sh("sleep 0.1")
            assert lab.answered() == before, "who was stopped has answered"
        elif stop != "return":
            lab.until(f"[ $(ant-counters | sed -n 's/^ant.core1.results //p') -gt {before} ]")
        if party == "proxy":
            lab.feed()
        lab.go_on()
    lab.feed()


# The kernels and the module have all of their names, of the parent's code there is only ANT_HOLD: mov $0x4140, %esi.
PARTS = {
    "linux-{kernel}/antlinux.ko": b"failpoint",
    "ant/ant": b"failpoint",
    "ant/ant_pkernel_image": b"failpoint",
    "userland/ant-parent": b"\xbe\x40\x41\0\0",
}


@pytest.mark.parametrize("part", PARTS)
def test_an_ordinary_build_has_nothing_of_it(
    failpoints_machine: Antbed, kernel: str, tmp_path: Path, part: str
) -> None:
    assert failpoints_machine  # its image is there

    def has_it(build: Path) -> bool:
        """Debug information is not in the machine: it names functions whose calls have gone, too."""
        file = build / part.format(kernel=kernel)
        subprocess.run(["strip", "--strip-debug", "-o", tmp_path / "part", file], check=True)
        return PARTS[part] in (tmp_path / "part").read_bytes()

    assert has_it(BUILD / "failpoints"), "it would be found nowhere"
    assert not has_it(BUILD)


@pytest.mark.parametrize("way, stop, party, action", cases())
def test_a_held_call(
    failpoints_machine: Antbed,
    right: dict[str, list[str]],
    memory: str,
    way: str,
    stop: str,
    party: str,
    action: str,
) -> None:
    machine = failpoints_machine
    with experiment(machine, stop, HELD[way][1]) as lab:
        if (party, action) == ("process", "kill"):
            kill_the_caller(lab, machine, way, stop)
        else:
            with meanwhile(machine, f"{OTHER} & {GATE}; on 1 calltest {WAYS[way]}") as results:
                try:
                    disturb(lab, way, stop, party, action)
                finally:
                    lab.close()
            lines = results[0].text.splitlines()
            assert f"{lab.hash()}  /tmp/other" in lines
            lines.remove(f"{lab.hash()}  /tmp/other")
            assert lines == answers_of(way, stop, party, action, right[way])
    everything_is_back(machine, memory)
    assert call_undisturbed(machine, way) == right[way]


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("way", WAYS)
def test_the_time_of_a_held_call_is_over(
    failpoints_machine: Antbed, right: dict[str, list[str]], memory: str, way: str, stop: str
) -> None:
    """At once where no proxy has begun it; one that has goes on. Its time begins in AnT's driver."""
    machine = failpoints_machine
    at_once = stop in ("request", "heard", "parent") or (way, stop) == ("kept", "handed")
    with experiment(machine, stop, HELD[way][1]) as lab:
        with meanwhile(machine, f"on 1 calltest -w 200 {WAYS[way]}") as results:
            try:
                lab.until_held()
                if at_once:
                    assert eventually(lambda: bool(results))
                else:
                    lab.sh("sleep 0.4")
                    assert not results
            finally:
                lab.close()
    answers = list(right[way])
    if at_once or stop == "vector":  # its end waits in the ring behind it
        answers[way == "kept"] = f"{HELD[way][0]} {LATE}"
    if stop == "parent":  # the next call needs the parent, too
        answers[-1] = f"{answers[-1].split()[0]} {LATE}"
    assert results[0].text.splitlines() == answers
    everything_is_back(machine, memory)


MANY = load("failpoints").ant.depth + 4


@pytest.mark.parametrize("stop", ["request", "vector", "heard", "parent", "handed", "answer", "result"])
def test_many_calls_are_held_at_once(
    failpoints_machine: Antbed, right: dict[str, list[str]], memory: str, stop: str
) -> None:
    """Of one core, and more than its rings have entries, where they wait in a queue."""
    machine = failpoints_machine
    callers = " & ".join([f"on 2 calltest {WAYS['kept']}"] * MANY)
    with experiment(machine, stop, HELD["kept"][1]) as lab, meanwhile(machine, f"{callers} & wait") as results:
        try:
            lab.until_held()
            lab.sh("sleep 0.2")
            assert not results
        finally:
            lab.close()
    lines = results[0].text.splitlines()
    assert sorted(lines) == sorted(right["kept"] * MANY)
    everything_is_back(machine, memory)
