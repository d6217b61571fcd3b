# SPDX-License-Identifier: GPL-2.0-only
"""One OS misbehaves on the real machine and writes nonsense into the LCA management table; both go on.

Linux's root plays that one through ant-region, for AnT too: what stands in the table does not show who wrote it.
"""

from __future__ import annotations

import errno
import re
import struct
from functools import partial

import pytest

import backends
from antbed_runner import Antbed
from guest import counter, eventually, gate, meanwhile, open_gate, without_proxies
from linux_memory import Ring, read, ring_ant, ring_linux, send_ipi, send_nmi, write
from testbed import contract
from testbed.describe.description import load

SMALL = load("small")
CORES = SMALL.ant.cores
CORE = 2  # whose rings are spoilt and come right again
LOST = 3  # whose request ring is not its own any more
SPURIOUS = 0xFF  # the vector of an interrupt that the local APIC took back

MAGIC = (0x4C434100 | contract.constant("abi.h", "ANTLINUX_VERSION")) & 0xFFFFFFFF
NULL = contract.constant("lca.h", "ANTLINUX_CALL_NULL")
LCA_BYTES = 128
PAGE = 4096
IMPOSSIBLE = [1 + SMALL.ant.depth, 1 << 31, -1]  # added to a counter


def works(machine: Antbed, core: int = CORE) -> bool:
    return machine.exec("ant", f"on {core} calltest null").text == "null retval=0\n"


def all_work(machine: Antbed) -> None:
    for core in CORES:
        assert works(machine, core), f"core {core}"
    assert machine.ant("cat /etc/hostname") == machine.linux("cat /etc/hostname")


def test_doorbells_without_a_request(machine: Antbed) -> None:
    """Of AnT's cores, and of cores that are not AnT's."""
    for core in range(contract.max_cores()):
        before = counter(machine, "doorbells"), counter(machine, "requests")
        ring_linux(machine, core, times=20)
        assert (counter(machine, "doorbells"), counter(machine, "requests")) == (before[0] + 20, before[1])
    for core in CORES:
        ring_ant(machine, core)
    all_work(machine)


@pytest.mark.parametrize("step", IMPOSSIBLE)
def test_impossible_head_of_a_request_ring(machine: Antbed, step: int) -> None:
    """AnT announces more requests than the ring has entries: Linux takes none."""
    ring = Ring(machine, CORE, "request")
    before = counter(machine, "corrupt"), counter(machine, "requests")
    ring.head = ring.tail + step
    ring_linux(machine, CORE, times=3)
    assert (counter(machine, "corrupt"), counter(machine, "requests")) == (before[0] + 3, before[1])
    assert machine.linux("dmesg").count(f"core {CORE}: counters of its request ring make no sense") <= 1
    all_work(machine)  # AnT's next request puts its own counter there


@pytest.mark.parametrize("step", IMPOSSIBLE)
def test_impossible_tail_of_a_request_ring(machine: Antbed, step: int) -> None:
    """Linux claims to have taken what never was there: AnT's callers on this core get an errno, at once."""
    assert works(machine)
    without_proxies(machine)
    ring = Ring(machine, CORE, "request")
    right = ring.tail
    ring.tail = right - step
    try:
        assert machine.ant(f"on {CORE} calltest null").endswith("errno=EPROTO\n")
        assert works(machine, 1) and works(machine, 3)
    finally:
        ring.tail = right
    all_work(machine)


@pytest.mark.parametrize("step", IMPOSSIBLE)
def test_impossible_tail_of_a_result_ring(machine: Antbed, step: int) -> None:
    """AnT claims to have taken results that never were there: they wait until its counter makes sense."""
    assert works(machine)
    without_proxies(machine)
    ring = Ring(machine, CORE, "result")
    right, corrupt = ring.tail, counter(machine, "corrupt")
    ring.tail = right - step
    with meanwhile(machine, f"on {CORE} calltest null") as results:
        try:
            assert eventually(lambda: counter(machine, "corrupt") > corrupt and counter(machine, "in_progress") == 1)
            assert not results
        finally:
            ring.tail = right
    assert results[0].text == "null retval=0\n"
    all_work(machine)


@pytest.mark.parametrize("step", IMPOSSIBLE)
def test_impossible_head_of_a_result_ring(machine: Antbed, step: int) -> None:
    """Linux announces more results than the ring has entries: AnT takes none."""
    without_proxies(machine)
    ring = Ring(machine, CORE, "result")
    before = ring.tail
    ring.head = before + step
    ring_ant(machine, CORE)
    assert ring.tail == before
    all_work(machine)  # Linux's next result puts its own counter there
    assert re.search("ring's (head|tail) is impossible", machine.ant("klog"))  # once for each core


def lca(magic: int, call: int = NULL, cflag: int = 0) -> bytes:
    """A request block of core LOST, answered by nobody yet."""
    block = struct.pack("<IHHIIqII", magic, LOST, cflag, call, 0, 7, 1, 1)
    return block.ljust(LCA_BYTES, b"\0")


def retval(machine: Antbed, address: int) -> int:
    return int.from_bytes(read(machine, address + 16, 8), "little", signed=True)


def has_retval(machine: Antbed, address: int, value: int) -> bool:
    return retval(machine, address) == value


def test_requests_that_no_process_made(own_machine: Antbed) -> None:
    """A core of AnT that sends what it likes: it loses its own calls, and nobody else anything."""
    machine = own_machine
    machine.up()
    ring = Ring(machine, LOST, "request")
    free = SMALL.ant.end - 16 * PAGE  # the last pages of the ICA, which no process has

    # No LCA there: outside AnT's region, in it but outside the ICA, across its end, unaligned, above 4 GiB.
    nowhere = [0, 0x1000, SMALL.ant.base, SMALL.ant.end - SMALL.ant.ica - 64, SMALL.ant.end - 64, SMALL.ant.end]
    nowhere += [free + 4, 1 << 32, (1 << 64) - 64]
    ring.put(nowhere)
    ring_linux(machine, LOST)
    assert (counter(machine, "requests"), counter(machine, "refused")) == (len(nowhere), len(nowhere))
    assert f"core {LOST}: no LCA: 0x1000\n" in machine.linux("dmesg")
    assert counter(machine, "in_progress") == 0

    # Right or wrong, an LCA in memory that no process has: its proxy says no.
    wanted = -errno.EFAULT
    for block in (lca(MAGIC + 1), lca(0), lca(MAGIC, call=57), lca(MAGIC, cflag=2)):
        write(machine, free, block)
        ring.put([free])
        ring_linux(machine, LOST)
        assert eventually(partial(has_retval, machine, free, wanted)), retval(machine, free)
        without_proxies(machine)
    # AnT gets results for calls that none of its processes made.
    assert eventually(lambda: "a result for no call" in machine.ant("klog"))

    # A full ring of calls without a maker: all are answered, to nobody.
    blocks = [free + number * PAGE for number in range(ring.depth)]
    for address in blocks:
        write(machine, address, lca(MAGIC))
    before = counter(machine, "results")
    ring.put(blocks)
    ring_linux(machine, LOST)
    assert eventually(lambda: counter(machine, "results") == before + ring.depth)
    assert [retval(machine, address) for address in blocks] == [-errno.EFAULT] * ring.depth
    without_proxies(machine)

    # The LCA of another core's process, whose call is in progress: refused, and that call is not disturbed.
    read_on = "calltest open /etc/hostname r , read @ 4"
    with gate(machine) as path, meanwhile(machine, f"on 1 cat {path}; on 1 {read_on}") as results:
        assert eventually(lambda: counter(machine, "in_progress") == 1)
        foreign = Ring(machine, 1, "request").newest()
        refused = counter(machine, "refused")
        ring.put([foreign])
        ring_linux(machine, LOST)
        assert counter(machine, "refused") == refused + 1
        assert f"core {LOST}: LCA is in use: {foreign:#x}\n" in machine.linux("dmesg")
        assert not results
        open_gate(machine, path)
    assert "retval=4 " in results[0].text

    # The ring has moved on under AnT's core: it gets an errno for each call. The others do not notice.
    assert machine.ant(f"on {LOST} calltest null").endswith("errno=EPROTO\n")
    assert works(machine, 1) and works(machine, 2)
    assert machine.ant("cat /host/hello.txt") == machine.linux("cat /host/hello.txt")


def test_interrupts_that_no_linux_sends(own_machine: Antbed) -> None:
    """They cost a line in AnT's log at most; an NMI ends AnT, which says why."""
    machine = own_machine
    machine.up()
    for core in CORES:
        send_ipi(machine, core, SPURIOUS)
    all_work(machine)
    assert eventually(lambda: machine.ant("klog").count("an interrupt that nobody expected") == len(CORES))

    # Results for nobody, a ring full at once: the m-kernel, too, does not spend its time on its log.
    ring = Ring(machine, CORES[0], "result")
    ring.put([PAGE] * ring.depth)
    ring_ant(machine, CORES[0])
    assert eventually(lambda: ring.tail == ring.head)
    assert eventually(lambda: "a result for no call" in machine.ant("klog"))
    assert machine.ant("klog").count("a result for no call") == 1

    send_nmi(machine, CORE)
    assert eventually(lambda: machine.call("status").status == 3)
    assert backends.ANT_PANICKED in machine.call("status").text
    assert f"AnT panic on core {CORE} (p-kernel)" in machine.log("ant")
    assert "an NMI that no core of AnT's sent" in machine.log("ant")
