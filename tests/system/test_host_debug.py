# SPDX-License-Identifier: GPL-2.0-only
"""./antbed debug without a machine: one stub shown as two, and at which stop a call is."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from guest import eventually
from fake_stub import REGISTERS, FakeGdb, FakeStub, register_bytes
from testbed.contract import stops
from testbed.observe.gdb.stops import (
    NOWHERE, UNWANTED, Client, Core, Module, PooledCall, Process, Record, Ring, View, call_name, standings,
)
from testbed.talk.stub.packets import INTERRUPT, PacketLine, escape, unescape
from testbed.talk.stub.qemu_stub import QemuStub
from testbed.talk.stub.registers import I386_DESCRIPTION, I386_LAYOUT
from testbed.talk.stub.two_processes import TwoProcesses


def test_packets_come_whole_however_they_arrive() -> None:
    ours, theirs = socket.socketpair()
    line = PacketLine(ours)
    theirs.sendall(b"+$m40")
    line.fill()
    assert line.take() is None
    theirs.sendall(b"0000,4#11\x03$c#63")
    assert [line.receive(), line.receive(), line.receive()] == [b"m400000,4", INTERRUPT, b"c"]
    assert theirs.recv(100) == b"++"
    line.send(b"OK")
    assert theirs.recv(100) == b"$OK#9a"


def test_escaping_is_undone() -> None:
    every = bytes(range(256))
    assert unescape(escape(every)) == every
    assert not set(b"$#*") & set(escape(every))


@dataclass
class Session:
    stub: FakeStub
    gdb: FakeGdb


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Core 0 is Linux's, 1 and 2 are AnT's."""
    stub = FakeStub(tmp_path / "stub")
    processes = TwoProcesses(QemuStub(tmp_path / "stub", 10), (1, 2))
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=processes.serve, args=(ours,), daemon=True)
    thread.start()
    gdb = FakeGdb(theirs)
    yield Session(stub, gdb)
    gdb.close()
    thread.join(10)
    assert not thread.is_alive()


def attach(gdb: FakeGdb) -> None:
    assert "multiprocess+" in gdb.ask("qSupported:multiprocess+;xmlRegisters=i386")
    assert gdb.ask("!") == "OK"
    assert gdb.ask("vAttach;2") == "T05thread:p2.2;"


def test_each_system_is_a_process_with_its_cores(session: Session) -> None:
    gdb = session.gdb
    assert gdb.ask("?") == "T05thread:p1.1;"
    assert gdb.ask("qfThreadInfo") == "mp1.1"
    attach(gdb)
    assert gdb.ask("qfThreadInfo") == "mp1.1,p2.2,p2.3"
    assert gdb.ask("qsThreadInfo") == "l"
    assert bytes.fromhex(gdb.ask("qThreadExtraInfo,p2.3")).decode() == "core 2, AnT"
    assert gdb.ask("vMustReplyEmpty") == ""


def test_each_system_has_its_architecture(session: Session) -> None:
    gdb = session.gdb
    attach(gdb)
    gdb.ask("Hgp2.3")
    data = bytes.fromhex(gdb.ask("g"))
    assert unescape(gdb.ask("qXfer:features:read:target.xml:0,ffff").encode()) == b"l" + I386_DESCRIPTION.encode()

    def i386(name: str) -> int:
        field = I386_LAYOUT[name]
        return int.from_bytes(data[field.offset : field.offset + field.size], "little")

    names = [name for name, _ in REGISTERS]
    assert i386("eip") == 2 << 16 | names.index("rip")
    assert i386("esp") == 2 << 16 | names.index("rsp")
    assert i386("cs") == 2 << 16 | names.index("cs")
    assert i386("cr3") == 2 << 16 | names.index("cr3")
    number = I386_LAYOUT["ebp"].number
    assert gdb.ask(f"p{number:x}") == (2 << 16 | names.index("rbp")).to_bytes(4, "little").hex()
    gdb.ask("Hgp1.1")
    assert bytes.fromhex(gdb.ask("g")) == register_bytes(0)
    assert "i386:x86-64" in gdb.ask("qXfer:features:read:target.xml:0,ffff")


def test_what_gdb_writes_into_a_32_bit_register_is_the_whole_64_bit_one(session: Session) -> None:
    gdb = session.gdb
    attach(gdb)
    gdb.ask("Hgp2.2")
    assert gdb.ask(f"P{I386_LAYOUT['eip'].number:x}=78563412") == "OK"
    names = [name for name, _ in REGISTERS]
    at = 8 * names.index("rip")
    written = session.stub.written[1]
    assert written[at : at + 8] == bytes.fromhex("7856341200000000")
    assert len(written) == len(register_bytes(1))


def test_i386_description_is_what_gdb_wants() -> None:
    names = [register.get("name") for register in ElementTree.fromstring(I386_DESCRIPTION).iter("reg")]
    assert names[:10] == ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip", "eflags"]
    assert names[16:32] == [f"st{n}" for n in range(8)] + re.findall(
        r"\w+", "fctrl fstat ftag fiseg fioff foseg fooff fop"
    )


def test_memory_is_read_as_the_selected_core_sees_it(session: Session) -> None:
    attach(session.gdb)
    for thread, core in (("p2.3", "02"), ("p1.1", "00"), ("p2.2", "01")):
        session.gdb.ask(f"Hg{thread}")
        assert session.gdb.ask("m40400000,1") == core


@pytest.mark.parametrize(
    "actions, qemus",
    [
        ("c", b"vCont;c"),
        ("s:p2.3;c", b"vCont;s:p1.3;c"),
        ("c:p2.-1", b"vCont;c:p1.2;c:p1.3"),
        ("s:p1.1", b"vCont;s:p1.1"),
        ("C05:p-1.-1", b"vCont;C05"),
    ],
)
def test_machine_goes_on_and_stops(session: Session, actions: str, qemus: bytes) -> None:
    attach(session.gdb)
    session.gdb.line.send(b"vCont;" + actions.encode())
    session.gdb.line.interrupt()
    assert session.gdb.line.receive() == b"T02thread:p1.1;"
    assert session.stub.asked[-2:] == [qemus, INTERRUPT]
    session.gdb.line.send(b"vCont;c")
    assert eventually(lambda: session.stub.asked[-1] == b"vCont;c", 10)
    session.stub.stop(2)
    assert session.gdb.line.receive() == b"T05thread:p2.3;"


def test_machine_goes_on_when_gdb_vanishes(session: Session) -> None:
    attach(session.gdb)
    session.gdb.line.send(b"vCont;c")
    assert eventually(lambda: session.stub.asked[-1] == b"vCont;c", 10)
    session.gdb.close()
    assert eventually(lambda: session.stub.asked[-1] == b"D;1", 10)
    assert session.stub.asked[-2:] == [INTERRUPT, b"D;1"]


def test_leaving_one_system_does_not_let_the_machine_go_on(session: Session) -> None:
    attach(session.gdb)
    assert session.gdb.ask("D;1") == "OK"
    assert b"D;1" not in session.stub.asked
    assert session.gdb.ask("qfThreadInfo") == "mp2.2,p2.3"
    assert session.gdb.ask("D;2") == "OK"
    assert session.stub.asked[-1] == b"D;1"


def test_registers_can_be_pretended_until_the_machine_goes_on(session: Session) -> None:
    gdb = session.gdb
    attach(gdb)
    gdb.ask("Hgp2.2")
    real = gdb.ask("g")
    command = b"antbed pretend 1 rip=0x40401234".hex()
    assert gdb.ask(f"qRcmd,{command}") == "OK"
    field = I386_LAYOUT["eip"]
    assert bytes.fromhex(gdb.ask("g"))[field.offset : field.offset + 4] == bytes.fromhex("34124040")
    assert gdb.ask("G" + real) == "E01" and not session.stub.written, "nothing pretended gets into the machine"
    gdb.ask(f"qRcmd,{b'antbed pretend 1'.hex()}")
    assert gdb.ask("g") == real


def test_memory_of_a_process_that_does_not_run_is_found_by_its_page_tables(session: Session) -> None:
    """A page, the next one, which lies elsewhere, a large one; and no more of what is not mapped than an error."""
    gdb = session.gdb
    attach(gdb)
    gdb.ask("Hgp2.2")
    root, directory, table, present, large = 0x1020, 0x2000, 0x3000, 1, 1 | 1 << 7

    def entry(value: int) -> bytes:
        return (value | 1 << 63).to_bytes(8, "little")  # not to be executed

    session.stub.physical = {
        root + 8 * 1: entry(directory | present),
        directory + 8 * 2: entry(table | present | 4),
        directory + 8 * 3: entry(0xA00000 | large),
        table + 8 * 1: entry(0x5000 | present | 6),
        table + 8 * 2: entry(0x9000 | present | 6),
        0x5FFE: b"ab",
        0x9000: b"cd",
        0xA12345: b"large",
    }
    gdb.ask(f"qRcmd,{b'antbed pretend 1 rip=0x40401234 cr3=0x1020'.hex()}")
    assert bytes.fromhex(gdb.ask("m40401ffe,4")) == b"abcd"
    assert bytes.fromhex(gdb.ask("m40612345,5")) == b"large"
    assert gdb.ask("m40403000,4") == "E01" and gdb.ask("m80000000,4") == "E01"
    assert session.stub.asked[-1] == b"Qqemu.PhyMemMode:0", "others see memory as before"
    gdb.ask(f"qRcmd,{b'antbed pretend 1'.hex()}")
    assert gdb.ask("m40401ffe,1") == "01", "as the core sees it"


# ---- where-is-call

LCA = 0x50000000


def a_view(
    state: str = "in_flight",
    request: tuple[int, ...] = (),
    result: tuple[int, ...] = (),
    call: str | None = None,
    client: Client | None = None,
    parent: bool = True,
    ending: bool = False,
) -> View:
    """One call of process 7 on core 2, somewhere."""

    def ring(entries: tuple[int, ...]) -> Ring:
        return Ring(head=5 + len(entries), tail=5, depth=4, slots=(0, *entries, 0, 0, 0)[:4])

    module = Module(parent, (PooledCall(LCA, 2, call),) if call else (), (client,) if client else ())
    record = Record(LCA, 2, 7, state, ending=ending)
    process = Process(7, "cat", 2, "blocked", "linux_side")
    return View({2: Core(ring(request), ring(result))}, (record,), {7: process}, module)


PROXY = Client(LCA, 143, call=LCA, begun=True)


@pytest.mark.parametrize(
    "view, stop, detail",
    [
        (a_view("waiting"), "request", "waits for space there"),
        (a_view(request=(LCA,)), "request", "entry 1 of 1"),
        (a_view(request=(LCA + 4096, LCA)), "request", "entry 2 of 2"),
        (a_view(call="QUEUED"), "heard", "waits for the parent"),
        (a_view(call="QUEUED", parent=False), "heard", "there is no parent"),
        (a_view(call="TAKEN"), "parent", ""),
        (a_view(call="SERVED", client=Client(LCA, 143, call=LCA)), "handed", "143"),
        (a_view(call="SERVED", client=PROXY), "begun", "143"),
        (a_view(call="SERVED", client=Client(LCA, None, call=LCA, begun=True)), "begun", "new"),
        (a_view("ending", request=(LCA + 1,), ending=True), "request", "entry 1 of 1, its process has ended"),
        (a_view("ending", call="SERVED", client=PROXY, ending=True), "begun", "143, its process has ended"),
        (a_view("ending", call="ENDING", ending=True), "begun", "its proxy is being ended, its process has ended"),
        (a_view(call="SERVED", client=Client(LCA, 143)), "nowhere", "served by a file that is closed"),
        (a_view(call="ANSWERED"), "answer", "waits for space there"),
        (a_view(result=(LCA,)), "answer", "entry 1 of 1"),
        (a_view(), "nowhere", "neither in a ring nor in the module"),
    ],
)
def test_stop_of_a_call(view: View, stop: str, detail: str) -> None:
    (standing,) = standings(view)
    assert (standing.stop, standing.detail) == (stops().get(stop, NOWHERE), detail)
    assert (standing.core, standing.process) == (2, 7)
    assert standing.text == f"{stop}: {standing.stop.sentence}{f' ({detail})' if detail else ''}"


def test_kept_lcas_are_on_no_way() -> None:
    assert standings(a_view("kept", client=Client(LCA, 143))) == []


def test_call_that_nobody_waits_for_is_told() -> None:
    (standing,) = standings(a_view("kept", call="SERVED", client=PROXY))
    assert (standing.stop, standing.process, standing.detail) == (UNWANTED, 0, "served")


def test_answered_process_is_on_its_way_back() -> None:
    view = View(processes={7: Process(7, "cat", 2, "ready", waits_for="linux_side", is_answered=True)})
    (standing,) = standings(view)
    assert (standing.stop, standing.process, standing.address, standing.detail) == (stops()["result"], 7, None, "ready")


def test_ring_whose_counters_make_no_sense_is_empty() -> None:
    ring = Ring(head=3, tail=9, depth=4, slots=(1, 2, 3, 4))
    assert ring.is_corrupt and ring.entries == ()


def test_ring_counters_wrap() -> None:
    ring = Ring(head=1, tail=0xFFFFFFFF, depth=4, slots=(0x40, 0x80, 0xC0, 0x100))
    assert ring.fill == 2 and ring.entries == (0x100, 0x40)


def test_calls_have_names() -> None:
    assert [call_name(number) for number in (0, 217, 0x80000000, 9999)] == ["read", "getdents64", "null", "call 9999"]
