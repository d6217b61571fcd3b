# SPDX-License-Identifier: GPL-2.0-only
"""Joins a stream of libvirt's and a socket, so that a console of libvirt's is used like any other."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from . import connection as link

_AT_ONCE = 1 << 16
_WOULD_BLOCK = -2  # what a stream's recv() and send() say for it


@contextmanager
def opened(connection: Any, domain: Any, device: str) -> Iterator[socket.socket]:
    """The console's other end, for as long as the caller needs it. libvirt gives a console to one user at a time."""
    libvirt = link.module()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        stream = connection.newStream(libvirt.VIR_STREAM_NONBLOCK)
        try:
            domain.openConsole(device, stream, libvirt.VIR_DOMAIN_CONSOLE_SAFE)
        except libvirt.libvirtError as error:
            raise ConnectionError(f"libvirt: {error}") from error
        bridge = _Bridge(stream, theirs)
        try:
            yield ours
        finally:
            ours.close()
            bridge.close()


class _Bridge:
    """Works in libvirt's event loop."""

    def __init__(self, stream: Any, line: socket.socket) -> None:
        self._libvirt = link.module()
        self._stream = stream
        self._line = line
        self._unsent = b""
        stream.eventAddCallback(self._events(), self._on_stream, None)
        self._watch = self._libvirt.virEventAddHandle(
            line.fileno(), self._libvirt.VIR_EVENT_HANDLE_READABLE, self._on_line, None
        )

    def close(self) -> None:
        self._unwatch()
        with suppress(self._libvirt.libvirtError):  # it has ended by itself
            self._stream.eventRemoveCallback()
            self._stream.abort()

    def _unwatch(self) -> None:
        """The event loop and close() both come here at the line's end, in either order; libvirt refuses the second."""
        with suppress(self._libvirt.libvirtError):
            self._libvirt.virEventRemoveHandle(self._watch)

    def _events(self) -> int:
        libvirt = self._libvirt
        ended = libvirt.VIR_STREAM_EVENT_ERROR | libvirt.VIR_STREAM_EVENT_HANGUP
        writable = libvirt.VIR_STREAM_EVENT_WRITABLE if self._unsent else 0
        return int(ended | libvirt.VIR_STREAM_EVENT_READABLE | writable)

    def _on_stream(self, stream: Any, events: int, opaque: object) -> None:
        try:
            if events & self._libvirt.VIR_STREAM_EVENT_WRITABLE:
                self._send()
            data = stream.recv(_AT_ONCE)
            if data == _WOULD_BLOCK:
                return
            if data:
                self._line.sendall(data)
                return
        except (self._libvirt.libvirtError, OSError):
            pass
        # The machine has ended, or the user has left.
        with suppress(self._libvirt.libvirtError):
            stream.eventRemoveCallback()
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def _on_line(self, watch: int, descriptor: int, events: int, opaque: object) -> None:
        with suppress(OSError):
            if data := self._line.recv(_AT_ONCE):
                self._unsent += data
                with suppress(self._libvirt.libvirtError):
                    self._send()
                return
        self._unwatch()

    def _send(self) -> None:
        """As much as the stream takes; the rest when it says so."""
        while self._unsent:
            sent = self._stream.send(self._unsent)
            if sent == _WOULD_BLOCK:
                break
            self._unsent = self._unsent[sent:]
        self._stream.eventUpdateCallback(self._events())
