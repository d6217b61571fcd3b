# SPDX-License-Identifier: GPL-2.0-only
"""Callers that are killed or have no patience: Linux gives up their calls, wherever those are, and nothing is left."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import guest
from antbed_runner import Antbed
from guest import counter, eventually, meanwhile, open_gate, parent_and_proxies, proxies, the_parent, without_proxies

KILLS = 100


@pytest.fixture
def gate(machine: Antbed) -> Iterator[str]:
    with guest.gate(machine) as path:
        yield path


def processes(machine: Antbed) -> list[str]:
    return sorted(line.split()[8] for line in machine.ant("ps").splitlines()[1:])


def test_a_killed_reader_is_none(machine: Antbed, gate: str) -> None:
    """Neither does a writer find it, nor does it take what is meant for the next reader."""
    assert machine.exec("ant", f"cat {gate}", timeout=2).status == 124
    without_proxies(machine)
    writer = machine.exec("linux", f"timeout 3 sh -c 'echo first >{gate}'")
    assert writer.status in (124, 143), f"it found a reader: {writer}"
    with meanwhile(machine, f"cat {gate}") as results:
        machine.linux(f"echo second >{gate}")
    assert results[0].text == "second\n"


def test_a_reader_killed_in_read_is_none(machine: Antbed, gate: str) -> None:
    """Its read() waits: the FIFO is open on both ends."""
    machine.linux("rm -f /tmp/go")
    holder = f"exec 9<>{gate}; until [ -e /tmp/go ]; do sleep 0.1; done; echo line >&9; sleep 5"
    machine.linux(f"sh -c '{holder}' </dev/null >/dev/null 2>&1 &")
    assert machine.exec("ant", f"cat {gate}", timeout=2).status == 124
    without_proxies(machine)
    with meanwhile(machine, f"calltest open {gate} r , read @ 5") as results:
        assert eventually(lambda: counter(machine, "in_progress") == 1)
        machine.linux("touch /tmp/go")
    assert results[0].text.splitlines()[1].startswith("read retval=5 "), results


@pytest.mark.parametrize("core", [1, 2])
def test_many_killed_readers_leave_nothing(machine: Antbed, gate: str, core: int) -> None:
    before = processes(machine)
    text = machine.ant(f"on {core} bench -n {KILLS} cancel {gate}", timeout=300)
    assert re.search(r"^cancel p99 \d+ ns$", text, re.M), text
    assert proxies(machine) == 0, "each was gone before the next one was started"
    assert counter(machine, "in_progress") == 0
    assert processes(machine) == before
    assert machine.ant("calltest null") == "null retval=0\n"


def test_a_call_that_the_parent_has_not_fetched_is_taken_back(machine: Antbed, gate: str) -> None:
    parent = the_parent(machine)
    machine.linux(f"kill -STOP {parent}")
    try:
        result = machine.exec("ant", f"cat {gate}", timeout=2)
        assert result.status == 124
        assert eventually(lambda: counter(machine, "in_progress") == 0)
    finally:
        machine.linux(f"kill -CONT {parent}")
    assert machine.ant("calltest null") == "null retval=0\n"
    without_proxies(machine)
    assert the_parent(machine) == parent


def test_a_stopped_proxy_ends_with_its_caller(machine: Antbed, gate: str) -> None:
    with meanwhile(machine, f"cat {gate}", timeout=5, status=124):
        assert eventually(lambda: proxies(machine) == 1 and counter(machine, "in_progress") == 1)
        machine.linux(f"kill -STOP {parent_and_proxies(machine)[1][0]}")
    without_proxies(machine)


def test_a_call_ends_when_its_time_is_over(machine: Antbed, gate: str) -> None:
    """Its proxy stays, with its files."""
    text = machine.ant(f"calltest -w 300 open /etc/hostname r , open {gate} r , read 3 3 , getpid")
    lines = text.splitlines()
    assert lines[0] == "open retval=3" and lines[1] == "open retval=-110 errno=ETIMEDOUT", text
    assert lines[2].startswith("read retval=3"), text
    assert counter(machine, "in_progress") == 0
    without_proxies(machine)


def test_a_short_call_has_time_enough(machine: Antbed) -> None:
    assert machine.ant("calltest -w 60000 -n 200 stat /etc/hostname").endswith("repetitions=200 equal\n")


def test_time_is_over_before_linux_has_the_call(machine: Antbed) -> None:
    parent = the_parent(machine)
    machine.linux(f"kill -STOP {parent}")
    try:
        assert machine.ant("calltest -w 300 null") == "null retval=-110 errno=ETIMEDOUT\n"
    finally:
        machine.linux(f"kill -CONT {parent}")
    assert machine.ant("calltest null") == "null retval=0\n"


def test_ps_tells_what_a_process_waits_for(machine: Antbed, gate: str) -> None:
    with meanwhile(machine, f"on 2 cat {gate} & sleep 3; ps; wait") as results:
        assert eventually(lambda: counter(machine, "in_progress") == 1)
        machine.linux("sleep 5")
        open_gate(machine, gate)
    assert re.search(r" cat  \(waits for Linux since \d+ s in open\)$", results[0].text, re.M), results


def test_a_program_never_gets_an_earlier_ones_proxy(machine: Antbed) -> None:
    """Its last call, the one that ends the proxy, has no time to come to it."""
    with meanwhile(machine, "calltest -w 300 open /etc/hostname r , sleep 5000") as results:
        assert eventually(lambda: proxies(machine) == 1 and counter(machine, "in_progress") == 0)
        parent = the_parent(machine)
        machine.linux(f"kill -STOP {parent}")
        assert not results, "the test came too late"
    try:
        assert counter(machine, "proxies") == 0
    finally:
        machine.linux(f"kill -CONT {parent}")
    assert machine.ant("calltest raw 5 3 buf") == "raw retval=-9 errno=EBADF\n", "fstat(3)"


# ---- A proxy's death: its descriptors never mean another file.


def test_a_descriptor_of_a_dead_proxy_is_never_another_file(machine: Antbed) -> None:
    machine.linux("rm -f /tmp/a /tmp/b; echo 'only a' >/tmp/a; echo 'only b' >/tmp/b; chmod 666 /tmp/a /tmp/b")
    steps = "open /tmp/a rw , sleep 5000 , open /tmp/b rw , write 3 4 65 , write @ 4 66 , close 3 , write 3 4 65"
    with meanwhile(machine, f"calltest {steps}") as results:
        assert eventually(lambda: proxies(machine) == 1 and counter(machine, "in_progress") == 0)
        machine.linux(f"kill -9 {parent_and_proxies(machine)[1][0]}")
        assert not results, "the test came too late"
    assert [line.split(" sha256")[0] for line in results[0].text.splitlines()] == [
        "open retval=3",
        "sleep retval=0",
        "open retval=4",
        "write retval=-130 errno=EOWNERDEAD",
        "write retval=4",
        "close retval=0",
        "write retval=-9 errno=EBADF",
    ]
    assert machine.linux("cat /tmp/a") == "only a\n"
    assert machine.linux("tail -c +5 /tmp/b") == " b\n"


def test_a_proxy_that_dies_in_a_call(machine: Antbed, gate: str) -> None:
    machine.linux("rm -f /tmp/a")
    steps = f"open /tmp/a rwct , open {gate} r , write 3 4 65 , open /etc/hostname r"
    with meanwhile(machine, f"calltest {steps}") as results:
        assert eventually(lambda: proxies(machine) == 1 and counter(machine, "in_progress") == 1)
        machine.linux(f"kill -9 {parent_and_proxies(machine)[1][0]}")
    assert results[0].text.splitlines() == [
        "open retval=3",
        "open retval=-130 errno=EOWNERDEAD",
        "write retval=-130 errno=EOWNERDEAD",
        "open retval=4",
    ]
