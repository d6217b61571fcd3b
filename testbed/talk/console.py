# SPDX-License-Identifier: GPL-2.0-only
"""A serial console of the machine on this terminal, raw, until Ctrl-] or the machine's end."""

from __future__ import annotations

import os
import select
import socket
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ..errors import TestbedError
from ..run import last_words
from ..run.instance import Instance
from ..run.rundir import CONSOLE_ANT, CONSOLE_LINUX

CONSOLES = {"linux": CONSOLE_LINUX, "ant": CONSOLE_ANT}
_LEAVE = b"\x1d"  # Ctrl-]
_RECENT_LINES = 20


@contextmanager
def _raw_terminal() -> Iterator[None]:
    if not sys.stdin.isatty():
        yield
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setraw(descriptor, termios.TCSADRAIN)  # what was typed already is kept
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


@contextmanager
def connected(instance: Instance, system: str) -> Iterator[socket.socket]:
    """The console's socket, for one user at a time."""
    what = CONSOLES[system]
    busy = f"{system}'s console is open elsewhere; only one can have it"
    with instance.run.locked(what, 0.0, busy), ExitStack() as stack:
        try:
            line = stack.enter_context(instance.console(what))
        except OSError as error:
            instance.check()
            raise TestbedError(f"cannot reach {system}'s console: {error}") from error
        yield line


def interact(instance: Instance, system: str) -> None:
    """Copies keys to the console and its output to standard output."""
    with connected(instance, system) as line:
        recent = last_words.recent(instance.run.log(CONSOLES[system]), _RECENT_LINES)
        with _raw_terminal():
            # From here on every key is the guest's.
            print(f"antbed: {system}'s console; Ctrl-] leaves it", file=sys.stderr, end="\r\n", flush=True)
            os.write(1, recent.replace("\n", "\r\n").encode())
            left = _copy(line)
    print("\nantbed: left the console" if left else "", file=sys.stderr)
    if not left:
        instance.check(gone=True)


def _copy(line: socket.socket) -> bool:
    """True when the user left, False when the machine ended."""
    sources: list[int] = [line.fileno(), 0]
    while True:
        ready, _, _ = select.select(sources, [], [])
        if line.fileno() in ready:
            try:
                data = line.recv(1 << 16)
            except ConnectionResetError:
                return False
            if not data:
                return False
            os.write(1, data)
        if 0 in ready:
            keys = os.read(0, 4096)
            before, leave, _ = keys.partition(_LEAVE)
            line.sendall(before)
            if leave or not keys:
                return True
