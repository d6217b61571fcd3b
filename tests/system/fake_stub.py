# SPDX-License-Identifier: GPL-2.0-only
"""Plays QEMU's gdb stub, and gdb, for the tests of what stands between the two."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

from testbed.talk.stub.packets import INTERRUPT, Closed, PacketLine, escape

_GENERAL = ["rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", *(f"r{number}" for number in range(8, 16)), "rip"]
_WORDS = ["eflags", "cs", "ss", "ds", "es", "fs", "gs"]
REGISTERS = [(name, 64) for name in _GENERAL] + [(name, 32) for name in _WORDS] + [("cr3", 64)]
_FEATURE = "".join(f'<reg name="{name}" bitsize="{bits}" type="int"/>' for name, bits in REGISTERS)
_FILES = {
    "target.xml": '<target><architecture>i386:x86-64</architecture><xi:include href="regs.xml"/></target>',
    "regs.xml": f'<?xml version="1.0"?><feature name="org.gnu.gdb.i386.core">{_FEATURE}</feature>',
}


def register_bytes(core: int) -> bytes:
    """Each register has its number and its core's in it, in both halves."""
    data = b""
    for number, (_, bits) in enumerate(REGISTERS):
        low = (core << 16 | number).to_bytes(4, "little")
        data += low if bits == 32 else low + (0xEE00 | number).to_bytes(4, "little")
    return data


class FakeStub:
    """A machine of so many cores: `asked` is what it heard; a stop comes when stop() says so."""

    def __init__(self, path: Path, cores: int = 3) -> None:
        self.asked: list[bytes] = []
        self.written: dict[int, bytes] = {}
        self.physical: dict[int, bytes] = {}  # by address; the rest is 0
        self._is_physical = False
        self.left = threading.Event()
        self._core = 0
        self._cores = cores
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen(1)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self, core: int) -> None:
        self._line.send(b"T05thread:p01.%02x;" % (core + 1))

    def _serve(self) -> None:
        client, _ = self._server.accept()
        self._line = PacketLine(client)
        self._line.send(b"T02thread:p01.01;")  # it ran: as QEMU does
        try:
            while True:
                request = self._line.receive()
                self.asked.append(request)
                answer = self._answer(request)
                if answer is not None:
                    self._line.send(answer)
        except Closed:
            self.left.set()

    def _answer(self, request: bytes) -> bytes | None:
        if request == INTERRUPT:
            return b"T02thread:p01.01;"
        if request.startswith(b"vCont;"):
            return None
        if request.startswith(b"qXfer:features:read:"):
            name, _, window = request[20:].partition(b":")
            start, length = (int(number, 16) for number in window.split(b","))
            text = _FILES[name.decode()].encode()
            return (b"m" if start + length < len(text) else b"l") + escape(text[start : start + length])
        if request.startswith(b"Hg"):
            self._core = int(request.rpartition(b".")[2], 16) - 1
            return b"OK"
        if request == b"qfThreadInfo":
            return b"m" + b",".join(b"p01.%02x" % (core + 1) for core in range(self._cores))
        if request == b"qsThreadInfo":
            return b"l"
        if request == b"g":
            return register_bytes(self._core).hex().encode()
        if request.startswith(b"G"):
            self.written[self._core] = bytes.fromhex(request[1:].decode())
            return b"OK"
        if request.startswith(b"Qqemu.PhyMemMode:"):
            self._is_physical = request.endswith(b"1")
            return b"OK"
        if request.startswith(b"m") and self._is_physical:
            address, length = (int(number, 16) for number in request[1:].split(b","))
            return self.physical.get(address, bytes(length))[:length].hex().encode()
        if request.startswith(b"m"):
            return b"%02x" % self._core
        return b"OK"


class FakeGdb:
    """One question, one answer."""

    def __init__(self, line: socket.socket) -> None:
        self._socket = line
        line.settimeout(10)
        self.line = PacketLine(line)

    def ask(self, text: str) -> str:
        self.line.send(text.encode())
        return self.line.receive().decode()

    def close(self) -> None:
        self._socket.close()
