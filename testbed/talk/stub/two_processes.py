# SPDX-License-Identifier: GPL-2.0-only
"""What gdb talks to: a stub that shows one machine as two processes, Linux (1) and AnT (2), one thread for each core.

gdb knows one architecture for a process, and QEMU's stub knows one process for the machine. So this stands between
them: it gives each OS's cores to that OS's process, AnT's with the registers of an i386. Everything else, memory and
breakpoints, is QEMU's.
"""

from __future__ import annotations

import re
import select
import socket
from collections.abc import Callable
from dataclasses import dataclass

from .packets import INTERRUPT, Closed, PacketLine, escape, unescape
from .page_walk import read_virtual
from .qemu_stub import QemuStub, StubRefuses
from .registers import I386_DESCRIPTION, I386_LAYOUT

LINUX = 1
ANT = 2
_NAMES = {LINUX: "Linux", ANT: "AnT"}
_ERROR = b"E01"
_THREAD = re.compile(rb"p0*1\.([0-9a-f]+)")


@dataclass(frozen=True)
class Thread:
    process: int
    core: int

    def __bytes__(self) -> bytes:
        return b"p%x.%x" % (self.process, self.core + 1)


class TwoProcesses:
    def __init__(self, qemu: QemuStub, ant_cores: tuple[int, ...]) -> None:
        self._qemu = qemu
        self._threads = [Thread(ANT if core in ant_cores else LINUX, core) for core in qemu.cores]
        self._current = self._threads[0]  # what g, m and so on are about
        self._attached = {LINUX}
        self._pretended: dict[int, dict[str, int]] = {}  # by core; see _monitor()
        self._running = False
        self._left = False

    def serve(self, gdb: socket.socket) -> None:
        """Until gdb goes; then the machine runs on without breakpoints, whatever gdb was doing."""
        line = PacketLine(gdb)
        try:
            while True:
                if self._running:
                    self._await_stop(line)
                request = line.receive()
                if request == INTERRUPT:
                    continue  # it stands still already
                answer = self._answer(request)
                if answer is not None:
                    line.send(answer)
                if request == b"QStartNoAckMode":
                    line.acknowledges = False
        except Closed:
            pass
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._left:
            return
        self._left = True
        try:
            if self._running:
                self._qemu.interrupt()
                self._qemu.line.receive()
            self._qemu.leave()
        except (Closed, OSError):
            pass  # QEMU has ended

    def _await_stop(self, line: PacketLine) -> None:
        """Hands the next stop of the machine to gdb, and gdb's wish for one to QEMU."""
        qemu = self._qemu.line
        while True:
            if (stop := qemu.take()) is not None:
                self._running = False
                line.send(self._stopped(stop))
                return
            if line.take() == INTERRUPT:
                self._qemu.interrupt()
            ready, _, _ = select.select([qemu, line], [], [])
            for side in ready:
                side.fill()

    def _stopped(self, stop: bytes) -> bytes:
        """QEMU's word about a stop, with our thread in it."""

        def ours(found: re.Match[bytes]) -> bytes:
            thread = self._of_core(int(found[1], 16) - 1)
            # gdb knows no thread of a process that it is not attached to.
            self._current = thread if thread.process in self._attached else self._first(min(self._attached))
            return bytes(self._current)

        return _THREAD.sub(ours, stop)

    def _of_core(self, core: int) -> Thread:
        return next(thread for thread in self._threads if thread.core == core)

    def _first(self, process: int) -> Thread:
        return next(thread for thread in self._threads if thread.process == process)

    # ---- gdb's requests, by their first letters, the longest first.

    def _answer(self, request: bytes) -> bytes | None:
        for prefix, handler in self._HANDLERS:
            if request.startswith(prefix):
                try:
                    return handler(self, request)
                except (StubRefuses, StopIteration, ValueError, IndexError):
                    return _ERROR
        return b""  # as the protocol says "unknown"

    def _supported(self, request: bytes) -> bytes:
        return b"PacketSize=1000;multiprocess+;vContSupported+;qXfer:features:read+;QStartNoAckMode+"

    def _ok(self, request: bytes) -> bytes:
        return b"OK"

    def _reason(self, request: bytes) -> bytes:
        return b"T05thread:%s;" % bytes(self._first(min(self._attached)))

    def _attach(self, request: bytes) -> bytes:
        process = int(request.partition(b";")[2], 16)
        if self._left:
            return _ERROR  # QEMU's stub is told goodbye only once
        self._current = self._first(process)
        self._attached.add(process)
        return b"T05thread:%s;" % bytes(self._current)

    def _detach(self, request: bytes) -> bytes:
        _, _, process = request.partition(b";")
        self._attached.discard(int(process, 16) if process else LINUX)
        if not self._attached:
            self._leave()
        return b"OK"

    def _kill(self, request: bytes) -> bytes:
        """To end the machine is ./antbed down's business: gdb only leaves it."""
        self._detach(b"D" + request[5:])
        return b"OK"

    def _was_there(self, request: bytes) -> bytes:
        return b"1"  # so gdb detaches at its end, and does not kill

    def _wanted(self, text: bytes) -> Thread:
        """pPROCESS.THREAD; 0 and -1 mean any."""
        process, _, thread = text.removeprefix(b"p").partition(b".") if text.startswith(b"p") else (b"0", b"", text)
        if thread in (b"", b"0", b"-1"):
            return self._first(int(process, 16)) if process not in (b"0", b"-1") else self._current
        return self._of_core(int(thread, 16) - 1)

    def _select(self, request: bytes) -> bytes:
        if request[1:2] == b"g":
            self._current = self._wanted(request[2:])
        return b"OK"

    def _is_alive(self, request: bytes) -> bytes:
        self._wanted(request[1:])
        return b"OK"

    def _current_thread(self, request: bytes) -> bytes:
        # qCRC is another question, to which the answer is that we do not know it.
        return b"QC" + bytes(self._current) if request == b"qC" else b""

    def _threads_info(self, request: bytes) -> bytes:
        return b"m" + b",".join(bytes(thread) for thread in self._threads if thread.process in self._attached)

    def _no_more(self, request: bytes) -> bytes:
        return b"l"

    def _about_thread(self, request: bytes) -> bytes:
        thread = self._wanted(request.partition(b",")[2])
        return f"core {thread.core}, {_NAMES[thread.process]}".encode().hex().encode()

    def _description(self, request: bytes) -> bytes:
        name, _, window = request[len(b"qXfer:features:read:") :].partition(b":")
        start, length = (int(number, 16) for number in window.split(b","))
        is_ant = self._current.process == ANT
        text = I386_DESCRIPTION if is_ant else self._qemu.description(name.decode("ascii"))
        part = text.encode("ascii")[start : start + length]
        return (b"m" if start + length < len(text) else b"l") + escape(part)

    def _get_registers(self, request: bytes) -> bytes:
        registers = self._qemu.registers(self._current.core)
        for name, value in self._pretended.get(self._current.core, {}).items():
            registers.set_number(name, value)
        return (registers.as_i386() if self._current.process == ANT else registers.data).hex().encode()

    def _set_registers(self, request: bytes) -> bytes:
        if self._current.core in self._pretended:
            return _ERROR
        registers = self._qemu.registers(self._current.core)
        data = bytes.fromhex(request[1:].decode("ascii"))
        if self._current.process == ANT:
            registers.take_i386(data)
        else:
            registers.data[:] = data
        return self._qemu.set_registers(self._current.core, registers)

    def _one_register(self, request: bytes) -> bytes:
        """p and P: as a part of all."""
        number, _, value = request[1:].partition(b"=")
        layout = I386_LAYOUT if self._current.process == ANT else self._qemu.layout
        field = next(field for field in layout.values() if field.number == int(number, 16))
        data = self._get_registers(b"g")
        start, end = 2 * field.offset, 2 * (field.offset + field.size)
        if request[:1] == b"p":
            return data[start:end]
        return self._set_registers(b"G" + data[:start] + value + data[end:])

    def _read_memory(self, request: bytes) -> bytes:
        """With a pretended CR3: as the one whose page tables they are sees memory."""
        root = self._pretended.get(self._current.core, {}).get("cr3")
        if root is None:
            return self._to_qemu(request)
        address, length = (int(number, 16) for number in request[1:].split(b","))
        return read_virtual(self._qemu.physical_memory, root, address, length).hex().encode()

    def _to_qemu(self, request: bytes) -> bytes:
        """Memory, break- and watchpoints: QEMU's, as the current core sees memory."""
        return self._qemu.ask_for(self._current.core, request)

    def _resume_kinds(self, request: bytes) -> bytes:
        return b"vCont;c;C;s;S"

    def _resume(self, request: bytes) -> None:
        actions = b""
        for action in request.split(b";")[1:]:
            kind, _, whom = action.partition(b":")
            actions += b"".join(b";%s%s" % (kind, b":" + thread if thread else b"") for thread in self._cores_of(whom))
        self._pretended.clear()
        self._running = True
        self._qemu.resume(actions)

    def _cores_of(self, whom: bytes) -> list[bytes]:
        """QEMU's threads for one of gdb's; an empty one means all."""
        process, _, thread = whom.removeprefix(b"p").partition(b".")
        if not whom or process == b"-1":
            return [b""]
        if thread != b"-1":
            return [self._qemu.thread(self._wanted(whom).core)]
        wanted = int(process, 16)
        return [self._qemu.thread(each.core) for each in self._threads if each.process == wanted]

    def _monitor(self, request: bytes) -> bytes:
        """`monitor COMMAND`: QEMU's own, and one of ours.

        `monitor antbed pretend CORE NAME=VALUE...`: until the machine goes on, or without values, gdb is told these
        registers of the core, and with a CR3 what memory is by those page tables. So it shows the frames of a process
        that does not run. Nothing changes in the machine.
        """
        words = bytes.fromhex(request.partition(b",")[2].decode("ascii")).decode("utf-8").split()
        if words[:2] != ["antbed", "pretend"]:
            return self._ask_monitor(request)
        core = self._of_core(int(words[2])).core
        values = {name: int(value, 0) for name, _, value in (word.partition("=") for word in words[3:])}
        self._pretended.pop(core, None)
        if values:
            self._pretended[core] = values
        return b"OK"

    def _ask_monitor(self, request: bytes) -> bytes:
        answer = self._qemu.ask(request)
        text = b""
        while answer[:1] == b"O" and answer != b"OK":
            text += unescape(answer[1:])
            answer = self._qemu.line.receive()
        return text or answer

    _HANDLERS: list[tuple[bytes, Callable[[TwoProcesses, bytes], bytes | None]]] = sorted(
        [
            (b"qSupported", _supported),
            (b"QStartNoAckMode", _ok),
            (b"!", _ok),
            (b"?", _reason),
            (b"vAttach;", _attach),
            (b"D", _detach),
            (b"vKill;", _kill),
            (b"qAttached", _was_there),
            (b"H", _select),
            (b"T", _is_alive),
            (b"qC", _current_thread),
            (b"qfThreadInfo", _threads_info),
            (b"qsThreadInfo", _no_more),
            (b"qThreadExtraInfo,", _about_thread),
            (b"qXfer:features:read:", _description),
            (b"g", _get_registers),
            (b"G", _set_registers),
            (b"p", _one_register),
            (b"P", _one_register),
            (b"m", _read_memory),
            (b"M", _to_qemu),
            (b"X", _to_qemu),
            (b"Z", _to_qemu),
            (b"z", _to_qemu),
            (b"qqemu.", _to_qemu),
            (b"Qqemu.", _to_qemu),
            (b"vCont?", _resume_kinds),
            (b"vCont;", _resume),
            (b"qRcmd,", _monitor),
        ],
        key=lambda entry: -len(entry[0]),
    )
