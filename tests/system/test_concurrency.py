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
from guest import calling, counter, eventually, meanwhile, proxies, the_parent, without_proxies

CORES = (1, 2, 3)


def test_continued_calls_have_one_proxy(machine: Antbed) -> None:
    lines = machine.ant("calltest getpid , getpid , null , getpid").splitlines()
    assert lines[0] == lines[1] == lines[3]
    without_proxies(machine)


def test_calls_that_are_not_continued_have_one_each(machine: Antbed) -> None:
    lines = machine.ant("calltest end getpid , end getpid , end getpid , getpid").splitlines()
    assert len(set(lines)) == 4
    without_proxies(machine)


def test_files_of_a_proxy_that_ends_are_closed(machine: Antbed) -> None:
    lines = machine.ant("calltest open /etc/hostname r , read @ 4 , end null , read @ 4").splitlines()
    assert "retval=4 " in lines[1] and lines[3].endswith("errno=EBADF")


@pytest.mark.parametrize("lcas", [1, 8, 16])
def test_kept_proxies_are_as_many_as_lcas(machine: Antbed, lcas: int) -> None:
    without_proxies(machine)
    with calling(machine, f"on 2 calltest -l {lcas}"):
        assert eventually(lambda: proxies(machine) == lcas)
        assert [proxies(machine) for _ in range(3)] == [lcas] * 3
    without_proxies(machine)


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
    without_proxies(machine)


def test_linux_goes_on_while_ant_works(machine: Antbed) -> None:
    """Three cores call without end; Linux still answers everybody else."""
    with calling(machine, *(f"on {core} calltest" for core in CORES)):
        for _ in range(5):
            before = counter(machine, "requests")
            assert machine.linux("echo $((6 * 7)); cat /etc/hostname").startswith("42\n")
            assert eventually(lambda: counter(machine, "requests") > before + 10)


def test_ant_goes_on_while_linux_works(machine: Antbed) -> None:
    """Linux's only core is busy with two loops; AnT's own programs and its calls still get through."""
    machine.linux("rm -f /tmp/enough")
    busy = "while [ ! -e /tmp/enough ]; do :; done"
    with meanwhile(machine, f"({busy}) & ({busy}) & wait", system="linux") as results:
        try:
            assert machine.ant("on 2 sleep 0.2 && echo slept") == "slept\n"
            assert machine.ant("calltest -n 20 getpid , stat /").count("equal") == 1
            assert not results, "Linux was not busy any more"
        finally:
            machine.ant("write /tmp/enough enough")


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
