# SPDX-License-Identifier: GPL-2.0-only
"""Linux is short of something: a caller is told which by its errno, and who needs nothing new does not notice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import guest
from antbed_runner import Antbed
from guest import counter, eventually, meanwhile, open_gate, proxies, the_parent, without_proxies


@contextmanager
def sysctl(machine: Antbed, **settings: int) -> Iterator[None]:
    """These of /proc/sys (`vm_name` is vm/name), for as long as the body runs."""
    paths = {"/proc/sys/" + name.replace("_", "/", 1): value for name, value in settings.items()}
    old = {path: machine.linux(f"cat {path}").strip() for path in paths}
    try:
        machine.linux("; ".join(f"echo {value} >{path}" for path, value in paths.items()))
        yield
    finally:
        machine.linux("; ".join(f"echo {value} >{path}" for path, value in old.items()))


def called_under_want(machine: Antbed, **settings: int) -> tuple[list[str], list[str]]:
    """What a caller gets that has a proxy and an open file already, and two that come when Linux is short."""
    parent = the_parent(machine)
    machine.linux("echo text >/tmp/kept; chmod 644 /tmp/kept")
    with guest.gate(machine) as gate:
        steps = f"calltest open /tmp/kept r , open {gate} r , null , read 3 4 , stat /etc/hostname"
        with meanwhile(machine, f"{steps}; calltest null; calltest end stat /etc/hostname") as results:
            assert eventually(lambda: proxies(machine) == 1 and counter(machine, "in_progress") == 1)
            with sysctl(machine, **settings):
                open_gate(machine, gate)
                assert eventually(lambda: bool(results))
    lines = results[0].text.splitlines()
    assert the_parent(machine) == parent
    assert eventually(lambda: machine.exec("ant", "calltest null").text == "null retval=0\n")
    without_proxies(machine)
    assert counter(machine, "in_progress") == 0
    return lines[:5], lines[5:]


def test_no_memory_for_a_proxy_is_the_callers_errno(machine: Antbed, kernel: str) -> None:
    """Linux promises no more memory to any user but root."""
    if kernel == "3.0.8":
        pytest.skip("it cannot reserve memory for root")
    gibibyte = 1 << 20  # KiB
    limits = {"vm_overcommit_memory": 2, "vm_overcommit_kbytes": gibibyte, "vm_admin_reserve_kbytes": gibibyte}
    kept, new = called_under_want(machine, **limits)
    assert "errno" not in "".join(kept), kept
    assert new == ["null retval=-12 errno=ENOMEM", "stat retval=-12 errno=ENOMEM"]


def test_no_open_file_for_a_proxy_is_the_callers_errno(machine: Antbed) -> None:
    """As many files are open on Linux as there may be, for any user but root."""
    kept, new = called_under_want(machine, **{"fs_file-max": 1})
    # What opens none goes on.
    assert "errno" not in "".join(kept), kept
    assert new == ["null retval=-23 errno=ENFILE", "stat retval=-23 errno=ENFILE"]


def restart(machine: Antbed) -> float:
    """Kills the parent; after so many seconds of Linux's there was the next one, ready for AnT's requests."""
    killed = the_parent(machine)
    # Without a new process, which would take its time itself: that of a killed parent's end is part of it.
    there = "/sys/kernel/antlinux/parent"
    wait = "; ".join(
        [
            f"read a _ </proc/uptime; kill -9 {killed}; p=1",
            f"while [ $p = 1 ]; do read p <{there}; done; while [ $p = 0 ]; do read p <{there}; done",
            "read b _ </proc/uptime; echo $a $b",
        ]
    )
    begin, end = map(float, machine.linux(wait).split())
    assert the_parent(machine) != killed
    return end - begin


def test_the_parent_is_there_again_at_once(machine: Antbed) -> None:
    """Linux's init sees to it (images/rootfs/etc/init.d/service). It does not pause: each lived for two seconds."""
    assert eventually(lambda: machine.exec("ant", "calltest null").text == "null retval=0\n")
    for _ in range(3):
        machine.linux("sleep 3")
        print(f"the next parent was ready after {restart(machine):.2f} s")
    assert machine.ant("calltest null") == "null retval=0\n"


def test_the_parent_is_not_who_memory_is_taken_from(own_machine: Antbed) -> None:
    """AnT fills the tmpfs that is its, and a program of Linux's wants the rest: proxies go, then that."""
    machine = own_machine
    machine.up()
    parent = the_parent(machine)
    # Most of it is filled by Linux, which is quicker.
    fill = "dd if=/dev/zero of=/tmp/most bs=1024k count=$(($4 / 1024 - 8)) 2>/dev/null"
    machine.linux(f"set -- $(df -k /tmp | tail -n 1); {fill}", timeout=300)
    assert "No space left on device" in machine.ant_fails("cp /dev/zero /tmp/rest")
    with guest.gate(machine) as gate:
        with meanwhile(machine, f"calltest open {gate} r , null") as results:
            assert eventually(lambda: proxies(machine) == 1 and counter(machine, "in_progress") == 1)
            assert machine.exec("linux", "tail /dev/zero", timeout=300).status == 128 + 9
            open_gate(machine, gate)
    assert results[0].text == "open retval=-130 errno=EOWNERDEAD\nnull retval=0\n"
    killed = re.findall(r"Out of memory: Kill.*? process \d+ \((\S+)\)", machine.linux("dmesg"))
    assert killed[0].startswith("ant-p") and killed[-1] == "tail" and len(killed) == 2, killed
    assert the_parent(machine) == parent
    machine.linux("rm /tmp/most /tmp/rest")
    assert machine.ant("calltest stat /etc/hostname , null").count("errno") == 0
    assert the_parent(machine) == parent
