# SPDX-License-Identifier: GPL-2.0-only
"""The kernel that watches itself (KERNEL_DEBUG=1): nothing is lost, an allocation that fails is the caller's errno.

What lockdep and KASAN complain about fails any test (conftest.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import guest
from antbed_runner import Antbed
from guest import counter, eventually, meanwhile, open_gate, proxies, the_parent, without_proxies

DEBUG = "/sys/kernel/debug"
FAILSLAB = f"{DEBUG}/failslab"


@pytest.fixture(autouse=True)
def only_where_it_watches_itself(kernel: str) -> None:
    if not kernel.endswith("-debug"):
        pytest.skip("needs KERNEL_DEBUG=1")


def lost(machine: Antbed) -> str:
    """What kmemleak finds: it tells only what it has not found pointed to for five seconds, and then twice."""
    machine.linux(f"grep -q debugfs /proc/mounts || mount -t debugfs none {DEBUG}")
    machine.linux(f"for i in 1 2 3; do sleep 3; echo scan >{DEBUG}/kmemleak; done", timeout=300)
    return machine.linux(f"cat {DEBUG}/kmemleak")


@contextmanager
def failing_allocations(machine: Antbed, pid: int | str, percent: int) -> Iterator[None]:
    """So many of this process's fail, and of those that it forks."""
    machine.linux(f"grep -q debugfs /proc/mounts || mount -t debugfs none {DEBUG}")
    settings = {"task-filter": "Y", "ignore-gfp-wait": "N", "verbose": 0, "interval": 1, "times": -1}
    machine.linux("; ".join(f"echo {value} >{FAILSLAB}/{name}" for name, value in settings.items()))
    machine.linux(f"echo 1 >/proc/{pid}/make-it-fail; echo {percent} >{FAILSLAB}/probability")
    try:
        yield
    finally:
        machine.linux(f"echo 0 >{FAILSLAB}/probability; echo 0 >/proc/{pid}/make-it-fail")


@contextmanager
def without_module(machine: Antbed) -> Iterator[None]:
    """Linux's module is not loaded while the body runs; then all is as before."""
    machine.linux("cp /sbin/ant-parent /tmp/ant-parent; rm /sbin/ant-parent; killall -9 ant-parent")
    machine.linux("until rmmod antlinux 2>/dev/null; do killall -9 ant-parent 2>/dev/null; done; true")
    yield
    machine.linux("cp /tmp/ant-parent /sbin/ant-parent; [ -d /sys/module/antlinux ] || insmod /lib/modules/antlinux.ko")
    assert eventually(lambda: machine.exec("ant", "getpid").status == 0)


def test_failing_allocations_are_the_callers_errno(machine: Antbed) -> None:
    """Of the parent, when it makes a proxy; a caller that has its proxy does not notice."""
    command = "calltest open {} r , null , close 3; calltest null; calltest stat /etc/hostname"
    with guest.gate(machine) as gate, meanwhile(machine, command.format(gate)) as results:
        assert eventually(lambda: proxies(machine) == 1)
        with failing_allocations(machine, the_parent(machine), 100):
            open_gate(machine, gate)
            assert eventually(lambda: bool(results))
    *kept, null, stat = results[0].text.splitlines()
    assert len(kept) == 3 and "errno" not in "".join(kept)
    assert (null, stat) == ("null retval=-12 errno=ENOMEM", "stat retval=-12 errno=ENOMEM")
    assert machine.ant("calltest null") == "null retval=0\n"


@pytest.mark.parametrize("percent", [1, 4])
def test_allocations_that_fail_anywhere_lose_nothing(machine: Antbed, percent: int) -> None:
    """Of the parent and its proxies: each call has an answer, and afterwards everything is there again."""
    parent = the_parent(machine)
    outcomes = set()
    with failing_allocations(machine, parent, percent):
        for _ in range(30):
            answer = machine.exec("ant", "calltest end stat /etc/hostname , open /etc/hostname r , null")
            outcomes |= {line.partition(" errno=")[2] for line in answer.text.splitlines()}
    # A proxy that cannot even begin ends, which its caller is told.
    assert outcomes <= {"", "ENOMEM", "EAGAIN", "ENFILE", "EOWNERDEAD"}, outcomes
    assert len(outcomes) > 1, "nothing failed"
    assert the_parent(machine) == parent
    without_proxies(machine)
    assert counter(machine, "in_progress") == 0
    assert machine.ant("calltest stat /etc/hostname , null").count("errno") == 0
    assert lost(machine) == ""


def test_lockdep_has_not_given_up(machine: Antbed) -> None:
    """It does after its first complaint, and when it runs out of space."""
    assert machine.linux("grep debug_locks: /proc/lockdep_stats").split()[-1] == "1"


def test_work_and_a_new_module_lose_nothing(own_machine: Antbed) -> None:
    """Calls of all kinds, killed callers, proxies and parents; then the module goes and comes again."""
    machine = own_machine
    machine.up()
    for _ in range(3):
        machine.ant("calltest -l 16 -n 40 stat /etc/hostname , open /etc/hostname r , read @ 10 , close @", timeout=300)
        with guest.gate(machine) as gate:
            machine.exec("ant", f"cat {gate}", timeout=2)
        without_proxies(machine)
        machine.linux(f"kill -9 {the_parent(machine)}")
        assert machine.exec("ant", "calltest null").text == "null retval=0\n"
        with without_module(machine):
            pass
    assert lost(machine) == ""


def test_a_module_that_cannot_be_loaded_loses_nothing(own_machine: Antbed) -> None:
    """Allocations fail wherever its start is; what it had set up by then, it gives back."""
    machine = own_machine
    machine.up()
    with without_module(machine), failing_allocations(machine, "self", 1):
        attempt = "(echo 1 >/proc/self/make-it-fail; exec insmod /lib/modules/antlinux.ko) 2>/dev/null"
        count = f"{attempt} && s=$((s + 1)) && rmmod antlinux; n=$((n + 1))"
        succeeded = machine.linux(f"n=0; s=0; while [ $n -lt 150 ]; do {count}; done; echo $s", timeout=300)
        assert 0 < int(succeeded) < 150
    assert machine.ant("calltest stat /etc/hostname , null").count("errno") == 0
    assert lost(machine) == ""
