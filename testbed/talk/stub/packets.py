# SPDX-License-Identifier: GPL-2.0-only
"""gdb's remote protocol, the frame around its packets: $PAYLOAD#CHECKSUM (gdb manual, "Remote Protocol: Overview")."""

from __future__ import annotations

import socket

INTERRUPT = b"\x03"  # outside of any packet: stop
_ESCAPE = 0x7D


class Closed(Exception):
    """The other side is gone."""


def unescape(payload: bytes) -> bytes:
    """The bytes behind an escaped payload."""
    plain = bytearray()
    escaped = False
    for byte in payload:
        if escaped:
            plain.append(byte ^ 0x20)
        elif byte != _ESCAPE:
            plain.append(byte)
        escaped = byte == _ESCAPE and not escaped
    return bytes(plain)


def escape(data: bytes) -> bytes:
    payload = bytearray()
    for byte in data:
        if byte in b"$#}*":
            payload += bytes((_ESCAPE, byte ^ 0x20))
        else:
            payload.append(byte)
    return bytes(payload)


class PacketLine:
    """One side of a connection. Payloads are as they travel, escaped; acknowledgements never show."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._held = bytearray()
        self.acknowledges = True

    def fileno(self) -> int:
        return self._line.fileno()

    def send(self, payload: bytes) -> None:
        self._write(b"$%s#%02x" % (payload, sum(payload) & 0xFF))

    def interrupt(self) -> None:
        self._write(INTERRUPT)

    def receive(self) -> bytes:
        """Waits for the next packet, or INTERRUPT."""
        while True:
            if (found := self.take()) is not None:
                return found
            self.fill()

    def fill(self) -> None:
        """What has come, at least one byte."""
        try:
            data = self._line.recv(65536)
        except OSError as error:
            raise Closed from error
        if not data:
            raise Closed
        self._held += data

    def take(self) -> bytes | None:
        """A packet, or INTERRUPT, that is here already."""
        held = self._held
        while held:
            if held[0] == INTERRUPT[0]:
                del held[0]
                return INTERRUPT
            if held[0] != ord("$"):  # an acknowledgement: over a socket nothing gets lost
                del held[0]
                continue
            end = held.find(b"#")
            if end < 0 or len(held) < end + 3:
                return None
            payload = bytes(held[1:end])
            del held[: end + 3]
            if self.acknowledges:
                self._write(b"+")
            return payload
        return None

    def _write(self, data: bytes) -> None:
        try:
            self._line.sendall(data)
        except OSError as error:
            raise Closed from error
