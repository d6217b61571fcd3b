# SPDX-License-Identifier: GPL-2.0-only
"""Proxies that are kept and that are not, many callers at once, and each system while the other is busy."""

from __future__ import annotations

import hashlib
import random
import re
import time
from pathlib import Path

import pytest

from antbed_runner import Antbed
from guest import eventually, meanwhile, proxies, the_parent

CORES = (1, 2, 3)


def test_continued_calls_have_one_proxy(machine: Antbed) -> None:
    lines = machine.ant("calltest getpid , getpid , null , getpid").splitlines()
    assert lines[0] == lines[1] == lines[3]
    assert eventually(lambda: proxies(machine) == 0), "a proxy outlived its caller"


def test_calls_that_are_not_continued_have_one_each(machine: Antbed) -> None:
    lines = machine.ant("calltest end getpid , end getpid , end getpid , getpid").splitlines()
    assert len(set(lines)) == 4
    assert eventually(lambda: proxies(machine) == 0)


def test_files_of_a_proxy_that_ends_are_closed(machine: Antbed) -> None:
    lines = machine.ant("calltest open /etc/hostname r , read @ 4 , end null , read @ 4").splitlines()
    assert "retval=4 " in lines[1] and lines[3].endswith("errno=EBADF")


def test_kept_proxies_are_as_many_as_lcas(machine: Antbed) -> None:
    machine.linux("rm -f /tmp/gate && mkfifo /tmp/gate")
    # Seven LCAs make a call each and are kept; the last one waits for the gate to open.
    with meanwhile(machine, "calltest -l 8 -n 7 null && calltest -l 8 -n 8 null , open /tmp/gate r"):
        assert eventually(lambda: proxies(machine) == 1)
        machine.linux("for i in 1 2 3 4 5 6 7 8; do : >/tmp/gate; sleep 0.2; done")
    assert eventually(lambda: proxies(machine) == 0)


def test_three_cores_at_once_with_checked_contents(machine: Antbed, share: Path) -> None:
    """250 times open, read, seek, close: 1,000 calls on each core, all going on at the same time."""
    digests = {}
    for core in CORES:
        data = random.Random(core).randbytes(9000)
        (share / f"core-{core}").write_bytes(data)
        digests[core] = hashlib.sha256(data[:5000]).hexdigest()
    before = linux_calls(machine)
    command = " & ".join(
        f"on {core} calltest -n 250 open /host/core-{core} r , read @ 5000 , lseek @ 0 end , close @" for core in CORES
    )
    out = machine.ant(f"{command} & wait", timeout=300)
    for core in CORES:
        assert out.count(f"sha256={digests[core]}\n") == 1, out
    assert out.count("repetitions=250 equal\n") == 3
    after = linux_calls(machine)
    for core in CORES:
        assert after[core] - before[core] >= 1000, "the calls were made on another core"


def linux_calls(machine: Antbed) -> dict[int, int]:
    """Requests sent by each core; each has got its result, since nothing is under way."""
    text = machine.ant("cores")
    found = re.findall(r"^(\d) .*linux_calls=(\d+) linux_results=(\d+)", text, re.MULTILINE)
    return {int(core): int(calls) for core, calls, _ in found}


@pytest.mark.parametrize("options", ["", "-l 4"])
def test_several_processes_on_one_core(machine: Antbed, options: str) -> None:
    command = " & ".join(f"on 2 calltest {options} -n 100 getpid , null" for _ in range(6))
    if options:  # several LCAs are several proxies, so getpid differs
        command = command.replace("getpid", "stat /")
    out = machine.ant(f"{command} & wait", timeout=300)
    assert out.count("repetitions=100 equal\n") == 6
    if not options:
        pids = re.findall(r"^getpid retval=(\d+)$", out, re.MULTILINE)
        assert len(set(pids)) == 6, "two processes shared a proxy"


def test_many_processes_on_all_cores(machine: Antbed) -> None:
    """More callers than a ring has entries, with proxies that come and go."""
    command = " & ".join(f"on {core} calltest -n 10 end null , end null" for core in CORES for _ in range(16))
    out = machine.ant(f"{command} & wait", timeout=400)
    assert out.count("repetitions=10 equal\n") == 48
    assert eventually(lambda: proxies(machine) == 0)


def test_linux_goes_on_while_ant_works(machine: Antbed) -> None:
    command = " & ".join(f"on {core} calltest -n 1500 null" for core in CORES)
    with meanwhile(machine, f"{command} & wait") as results:
        rounds = 0
        while not results:
            assert machine.linux("echo $((6 * 7)); cat /etc/hostname").startswith("42\n")
            rounds += 1
        assert rounds > 1, "Linux answered only when AnT was done"


def test_ant_goes_on_while_linux_works(machine: Antbed) -> None:
    """Linux's only core is busy with two loops; AnT's own programs and its calls still get through."""
    busy = "(timeout 20 sh -c 'while :; do :; done' & timeout 20 sh -c 'while :; do :; done' & wait); true"
    with meanwhile(machine, busy, system="linux") as results:
        assert machine.ant("on 2 sleep 0.2 && echo slept") == "slept\n"
        assert machine.ant("calltest -n 20 getpid , stat /").count("equal") == 1
        assert not results, "Linux was not busy any more"


def test_ant_goes_on_while_linuxs_parent_is_stopped(machine: Antbed) -> None:
    """Who needs no Linux does not notice; who calls, waits; all goes on when it does."""
    parent = the_parent(machine)
    machine.linux(f"kill -STOP {parent}")
    try:
        with meanwhile(machine, "on 3 getpid & on 2 sleep 0.1; cores; wait") as results:
            time.sleep(2)
            assert not results, "a call was answered by nobody"
            machine.linux(f"kill -CONT {parent}")
        assert results[0].text.count("-kernel running=") == 3
    finally:
        machine.linux(f"kill -CONT {parent}")
