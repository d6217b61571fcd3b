# SPDX-License-Identifier: GPL-2.0-only
"""The client of QEMU's gdb stub: one process with a thread for each core, all with 64-bit registers."""

from __future__ import annotations

import re
import socket
from pathlib import Path

from ...errors import TestbedError
from .packets import INTERRUPT, Closed, PacketLine, unescape
from .registers import Layout, Registers, layout_of

_PART = 2000  # bytes of a description asked for at once
_INCLUDE = re.compile(r'<xi:include href="([^"]+)"')


class StubRefuses(TestbedError):
    """QEMU's stub answers with an error."""


class QemuStub:
    """Every method but resume() and interrupt() wants the machine to stand still."""

    def __init__(self, path: Path, timeout: float) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout)
        try:
            self._socket.connect(str(path))
            self.line = PacketLine(self._socket)
            # A new connection stops the machine; if it ran, the stop is the first that comes.
            answer = self.ask(b"qSupported:multiprocess+;vContSupported+")
            if answer[:1] == b"T":
                self.line.receive()
            self.ask(b"vCont?")  # with this the stub knows that a process is meant
            self._descriptions: dict[str, str] = {}
            target = self.description("target.xml")
            self.layout: Layout = layout_of(*[self.description(name) for name in _INCLUDE.findall(target)])
            self._core: int | None = None
            self.cores = self._cores()
        except (OSError, Closed) as error:
            self._socket.close()
            raise TestbedError(f"QEMU's gdb stub does not answer: {error or 'it closed the connection'}") from error

    def close(self) -> None:
        self._socket.close()

    def ask(self, payload: bytes) -> bytes:
        self.line.send(payload)
        return self.line.receive()

    def ask_for(self, core: int, payload: bytes) -> bytes:
        """Asks about registers, or about memory as this core sees it."""
        if core != self._core:
            self._expect_ok(b"Hg" + self.thread(core))
            self._core = core
        return self.ask(payload)

    @staticmethod
    def thread(core: int) -> bytes:
        return b"p1.%x" % (core + 1)

    def description(self, name: str) -> str:
        if name not in self._descriptions:
            data = b""
            answer = b"m"
            while answer[:1] == b"m":
                answer = self.ask(b"qXfer:features:read:%s:%x,%x" % (name.encode(), len(data), _PART))
                data += unescape(answer[1:])
            if answer[:1] != b"l":
                raise StubRefuses(f"QEMU's gdb stub has no description {name}: {answer!r}")
            self._descriptions[name] = data.decode("ascii")
        return self._descriptions[name]

    def registers(self, core: int) -> Registers:
        answer = self.ask_for(core, b"g")
        if answer[:1] == b"E":
            raise StubRefuses(f"QEMU's gdb stub does not give core {core}'s registers: {answer!r}")
        return Registers(self.layout, bytes.fromhex(answer.decode("ascii")))

    def set_registers(self, core: int, registers: Registers) -> bytes:
        return self.ask_for(core, b"G" + registers.data.hex().encode())

    def physical_memory(self, address: int, length: int) -> bytes:
        self._expect_ok(b"Qqemu.PhyMemMode:1")
        try:
            answer = self.ask(b"m%x,%x" % (address, length))
        finally:
            self._expect_ok(b"Qqemu.PhyMemMode:0")
        if answer[:1] == b"E":
            raise StubRefuses(f"QEMU's gdb stub does not read {address:#x}: {answer!r}")
        return bytes.fromhex(answer.decode("ascii"))

    def resume(self, actions: bytes) -> None:
        """vCont; what comes next is a stop."""
        self.line.send(b"vCont" + actions)

    def interrupt(self) -> None:
        self.line.interrupt()

    def leave(self) -> None:
        """The machine goes on, without any breakpoint."""
        self.ask(b"D;1")

    def _expect_ok(self, payload: bytes) -> None:
        answer = self.ask(payload)
        if answer != b"OK":
            raise StubRefuses(f"QEMU's gdb stub refuses {payload!r}: {answer!r}")

    def _cores(self) -> tuple[int, ...]:
        cores = []
        answer = self.ask(b"qfThreadInfo")
        while answer[:1] == b"m":
            cores += [int(thread.rpartition(b".")[2], 16) - 1 for thread in answer[1:].split(b",")]
            answer = self.ask(b"qsThreadInfo")
        if answer == INTERRUPT or not cores:
            raise StubRefuses("QEMU's gdb stub tells no cores")
        return tuple(sorted(cores))
