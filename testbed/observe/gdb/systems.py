# SPDX-License-Identifier: GPL-2.0-only
"""The two systems as gdb has them: two inferiors, one thread for each core. Looking at one, and coming back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import gdb

LINUX = "Linux"
ANT = "AnT"
_INFERIORS = {LINUX: 1, ANT: 2}  # and the processes of testbed/talk/stub/two_processes.py


def threads(system: str) -> list[gdb.InferiorThread]:
    """By core."""
    inferior = next(each for each in gdb.inferiors() if each.num == _INFERIORS[system])
    return sorted(inferior.threads(), key=lambda thread: thread.ptid[1])


def core_of(thread: gdb.InferiorThread) -> int:
    return int(thread.ptid[1]) - 1


def switch_to(system: str) -> None:
    """The system's first core, if another system is selected."""
    if gdb.selected_inferior().num != _INFERIORS[system]:
        if not (those := threads(system)):
            raise gdb.GdbError(f"not attached to {system}")
        those[0].switch()


@contextmanager
def looking_at(system: str) -> Iterator[None]:
    """Symbols and memory are this system's inside; thread and frame are the user's again behind it."""
    thread = gdb.selected_thread()
    frame = gdb.selected_frame() if thread else None
    try:
        switch_to(system)
        yield
    finally:
        if thread and thread.is_valid():
            thread.switch()
            if frame and frame.is_valid():
                frame.select()


def quietly(line: str) -> str:
    """What gdb says to a command."""
    return str(gdb.execute(line, to_string=True))


def forget(*paths: str) -> None:
    """Takes symbol files away, those that are there."""
    there = {objfile.filename for objfile in gdb.objfiles()}
    for path in paths:
        if os.path.realpath(path) in there or path in there:
            quietly(f"remove-symbol-file {path}")


def variable(name: str) -> gdb.Value:
    """A global variable of the system that is looked at."""
    symbol = gdb.lookup_global_symbol(name) or gdb.lookup_static_symbol(name)
    if symbol is None:
        raise gdb.GdbError(f"no symbol {name}: is what runs in the machine the one that was built?")
    return symbol.value()


def memory(address: int, length: int) -> bytes:
    """As the selected core sees it."""
    return bytes(gdb.selected_inferior().read_memory(address, length))


def flush() -> None:
    """gdb forgets the registers that it has read."""
    gdb.execute("maintenance flush register-cache", to_string=True)


@contextmanager
def pretending(thread: gdb.InferiorThread, registers: dict[str, int]) -> Iterator[None]:
    """gdb sees these registers on this core: frames of somebody who does not run. The machine does not change."""
    core = core_of(thread)
    words = " ".join(f"{name}={value:#x}" for name, value in registers.items())
    thread.switch()
    gdb.execute(f"monitor antbed pretend {core} {words}", to_string=True)
    flush()
    try:
        yield
    finally:
        gdb.execute(f"monitor antbed pretend {core}", to_string=True)
        flush()
