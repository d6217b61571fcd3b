# SPDX-License-Identifier: GPL-2.0-only
"""What several test files ask of a running machine."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from antbed_runner import Antbed, Result


# A line of Linux's console when its kernel has found something wrong with itself. A lockup may be the busy host's.
COMPLAINT = re.compile(r"\b(BUG|WARNING|Oops): (?!soft lockup)|\[#\d+\]")


def parent_and_proxies(machine: Antbed) -> tuple[list[int], list[int]]:
    """Process numbers on Linux. All have the program's name, and a proxy one of its own, too."""
    lines = machine.linux("for p in $(pidof ant-parent); do echo $p $(cat /proc/$p/comm); done 2>/dev/null; true")
    named = [line.split() for line in lines.splitlines()]
    pids = {name: [int(words[0]) for words in named if words[1:] == [name]] for name in ("ant-parent", "ant-proxy")}
    return pids["ant-parent"], pids["ant-proxy"]


def the_parent(machine: Antbed) -> int:
    (parent,), _ = parent_and_proxies(machine)
    return parent


def proxies(machine: Antbed) -> int:
    """How many there are."""
    return len(parent_and_proxies(machine)[1])


def eventually(condition: Callable[[], bool], seconds: float = 120) -> bool:
    """Whether the condition comes true; the limit detects a hang."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.2)
    return True


def without_proxies(machine: Antbed) -> None:
    """Those of programs that have just ended take a moment to follow."""
    assert eventually(lambda: proxies(machine) == 0), "a proxy outlived its caller"


@dataclass(frozen=True)
class Standing:
    """What tests that leave nothing behind find as before: of AnT, of the module, of the parent, of Linux's files."""

    ica: int  # bytes free
    memory: int  # bytes: what is free, and what processes have: a server keeps page tables for areas lent to it
    processes: list[str]
    calls: dict[str, int]
    parent: int
    open_files: int
    files: str

    @classmethod
    def of(cls, machine: Antbed) -> Standing:
        memory = dict(line.split(": ") for line in machine.ant("mem").splitlines())
        processes = [line.split() for line in machine.ant("ps").splitlines()[1:]]
        parent = the_parent(machine)
        return cls(
            ica=int(memory["ica_free"]),
            memory=int(memory["frames_free"]) + sum(1024 * int(words[4]) for words in processes),
            processes=sorted(words[8] for words in processes),
            calls={name: counter(machine, name) for name in ("in_progress", "asleep", "proxies")},
            parent=parent,
            open_files=int(machine.linux(f"ls /proc/{parent}/fd | wc -l")),
            files=machine.linux("ls -A /tmp"),
        )


@contextmanager
def gate(machine: Antbed) -> Iterator[str]:
    """A FIFO: opening it for reading blocks the proxy in Linux until open_gate(). No proxy is there before."""
    without_proxies(machine)
    path = "/tmp/gate"
    machine.linux(f"rm -f {path} && mkfifo {path}")
    yield path


def open_gate(machine: Antbed, path: str) -> None:
    """Lets in who waits, if anybody does, and never waits itself: opened for both, a FIFO has its partner."""
    machine.linux(f": <>{path}")


@contextmanager
def meanwhile(
    machine: Antbed, command: str, system: str = "ant", timeout: float = 300, status: int = 0
) -> Iterator[list[Result]]:
    """Runs a command on one system while the body looks at the other; it must end with that status."""
    results: list[Result] = []
    thread = threading.Thread(target=lambda: results.append(machine.exec(system, command, timeout=timeout)))
    thread.start()
    try:
        yield results
    finally:
        thread.join()  # the command has its time limit
    assert results and results[0].status == status, str(results)


@contextmanager
def calling(machine: Antbed, *calltests: str) -> Iterator[None]:
    """AnT calls Linux by these calltests, again and again for as long as the body runs."""
    machine.linux("touch /tmp/calling")
    command = " & ".join(f"{calltest} -n 1000000000 stat /tmp/calling" for calltest in calltests)
    # What ends them, with status 1, is that the answer becomes another one.
    with meanwhile(machine, f"{command} & wait", status=1) as results:
        try:
            yield
            assert not results, f"the calls ended by themselves: {results}"
        finally:
            machine.linux("rm /tmp/calling")
    assert results[0].text.count("retval=-2 errno=ENOENT\n") == len(calltests), results


def counting_kills(machine: Antbed, results: list[Result], parents: bool = False) -> int:
    """Kills a proxy at random or, now and then, the parent, again and again until there are results; how many."""
    killed = 0
    next_parent = time.monotonic()
    while not results:
        alive, victims = parent_and_proxies(machine)
        # Those that end soon after their start are started later and later.
        if parents and alive and time.monotonic() > next_parent:
            victims, next_parent = alive, time.monotonic() + random.uniform(3, 6)
        if victims:
            killed += machine.exec("linux", f"kill -9 {random.choice(victims)}").status == 0
    return killed


def counter(machine: Antbed, name: str) -> int:
    """One of the driver's, see lkm/observe.c."""
    return int(machine.linux(f"cat /sys/kernel/antlinux/{name}"))


def tap(machine: Antbed, command: str) -> int:
    """Runs one of AnT's test programs, which try what kills a process, too; how many results it had, all good."""
    result = machine.exec("ant", command)
    lines = result.text.splitlines()
    assert result.status == 0 and not [line for line in lines if line.startswith("not ok")], str(result)
    assert lines[-1] == f"1..{len(lines) - 1}", str(result)
    return len(lines) - 1
