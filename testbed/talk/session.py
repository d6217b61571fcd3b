# SPDX-License-Identifier: GPL-2.0-only
"""Commands on a machine that is up, on either of its systems."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from ..errors import CommandTimedOut, MachineEnded, MachineFailed, TestbedError
from ..files import SILENT_SECONDS
from ..paths import shown
from ..run.instance import Instance
from ..run.rundir import CONTROL_ANT, CONTROL_LINUX, STATE
from . import crash, debugger
from .control import Channel, OnFrame, under_way
from .frames import Frame, Kind

CHANNELS = {"ant": CONTROL_ANT, "linux": CONTROL_LINUX}
EXEC_SECONDS = 600.0
_SIGNALLED = 128  # a status above it: the program was ended
_GRACE_SECONDS = 5.0  # for a command to end when told to; times the accelerator's slowness


def command_text(words: list[str]) -> str:
    """One word is a command line as it stands; several are a program and its arguments, whatever they contain."""
    return words[0] if len(words) == 1 else shlex.join(words)


@contextmanager
def _channel(instance: Instance, system: str, patience: float) -> Iterator[Channel]:
    """The system's control channel, for nobody else until the block ends."""
    what = CHANNELS[system]
    if system == "ant":
        instance.need_ant()

    def busy() -> str:
        command = under_way(instance.run, what)
        return f"another command is running on {system}" + (f": {command}" if command else "")

    def waiting(text: str) -> None:
        _say(f"waiting: {text}")

    with (
        instance.run.locked(what, patience, busy, waiting),
        closing(Channel(instance.run, what, _Watch(instance))) as channel,
    ):
        yield channel


def _say(text: str) -> None:
    print(f"antbed: {text}", file=sys.stderr, flush=True)


class _Watch:
    """Looks after the machine while a channel is silent (CheckMachine), and says once what holds it."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._since = time.monotonic()
        self._has_said = False

    def __call__(self, gone: bool) -> None:
        self._instance.check_runs(gone)
        silent = time.monotonic() - self._since > SILENT_SECONDS
        if silent and not self._has_said and debugger.is_attached(self._instance):
            self._has_said = True
            name = self._instance.run.name
            _say(f"waiting: machine '{name}' is in gdb (./antbed debug), and while gdb has stopped it nothing runs")


def _grace(instance: Instance) -> float:
    return float(_GRACE_SECONDS * instance.state.slowness)


def execute(instance: Instance, system: str, command: str, limit: float = EXEC_SECONDS) -> int:
    """Runs a command on one of the systems; its output goes to ours, its status is returned."""
    streams = {Kind.OUT: sys.stdout.buffer, Kind.ERR: sys.stderr.buffer}
    errors = bytearray()

    def pass_on(frame: Frame) -> None:
        stream = streams[frame.kind]
        stream.write(frame.data)
        stream.flush()
        if frame.kind == Kind.ERR:
            errors.extend(frame.data)

    try:
        with _channel(instance, system, limit) as channel:
            status = _run(instance, channel, command, pass_on, limit)
        if system == "ant" and status > _SIGNALLED:
            for place in crash.places(errors.decode("utf-8", "replace")):
                print(f"antbed: {place}", file=sys.stderr)
        return status
    except MachineEnded:
        raise
    except MachineFailed as failed:
        again = shlex.join(["./antbed", "exec", "--on", system, "--name", instance.run.name, "--", command])
        raise MachineFailed(f"{failed}, running on {system}: {command}", f"{failed.report}\n       {again}") from failed


def _run(instance: Instance, channel: Channel, command: str, on_frame: OnFrame, limit: float) -> int:
    """On a command that does not end, what both systems are doing is noted before it is ended."""
    try:
        return channel.run(command, on_frame, limit, _grace(instance), overdue=lambda: debugger.save_state(instance))
    except CommandTimedOut as late:
        where = shown(instance.run.file(STATE))
        raise CommandTimedOut(f"{late}\nwhat both systems were doing then is in {where}") from late


@dataclass
class Connection:
    """A system's control channel, for command after command. What connected() gives."""

    instance: Instance
    channel: Channel

    def capture(self, command: str, limit: float = EXEC_SECONDS) -> tuple[int, bytes, bytes]:
        """As execute(), but gives the status, the output and the error output to the caller."""
        parts = {Kind.OUT: bytearray(), Kind.ERR: bytearray()}
        status = _run(self.instance, self.channel, command, lambda frame: parts[frame.kind].extend(frame.data), limit)
        return status, bytes(parts[Kind.OUT]), bytes(parts[Kind.ERR])


@contextmanager
def connected(instance: Instance, system: str, patience: float = EXEC_SECONDS) -> Iterator[Connection]:
    """Keeps the channel, so that nobody else runs anything on that system until the block ends.

    It also spares each command the time until Linux's agent sees that the host is there again: up to 0.1 s.
    """
    with _channel(instance, system, patience) as channel:
        yield Connection(instance, channel)


def capture(instance: Instance, system: str, command: str, limit: float = EXEC_SECONDS) -> tuple[int, bytes, bytes]:
    """One command on a connection of its own."""
    with connected(instance, system, limit) as connection:
        return connection.capture(command, limit)


def output_of(instance: Instance, command: str, limit: float = EXEC_SECONDS) -> str:
    """What a command on Linux prints; it must succeed."""
    status, out, err = capture(instance, "linux", command, limit)
    if status != 0:
        raise TestbedError(err.decode("utf-8", "replace").strip())
    return out.decode("utf-8", "replace")


@contextmanager
def holding(instance: Instance, system: str, command: str, word: bytes, limit: float = EXEC_SECONDS) -> Iterator[None]:
    """A command that works in the background until the block ends; `word`: what it says when it has begun.

    It dies with us, however we end: the guest sees the channel being closed. Until then nothing else runs there.
    """
    with _channel(instance, system, limit) as channel, channel.held(command, word, limit, _grace(instance)):
        yield
