# SPDX-License-Identifier: GPL-2.0-only
"""Runs commands in a guest through its control channel (include/antlinux/testbed.h)."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import CommandTimedOut, MachineFailed, MachinePaused, TestbedError, UsageError
from ..run.rundir import RunDirectory
from .frames import Frame, FrameParser, Kind, ProtocolError

_END_COMMAND = b"\x03"
_POLL_SECONDS = 0.25
_SEND_SECONDS = 60.0  # a command line is short, and the socket's buffer takes it

OnFrame = Callable[[Frame], None]
Enough = Callable[[], bool]
Overdue = Callable[[], None]
CheckMachine = Callable[[bool], None]  # raises MachineFailed when the machine is no more; True: it must be so


def _note(run: RunDirectory, what: str) -> Path:
    """Has the command that is under way, also when who sent it was killed."""
    return run.file(f"{what}.busy")


def under_way(run: RunDirectory, what: str) -> str:
    try:
        return _note(run, what).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


class Channel:
    """One OS's control channel. Its owner holds the lock of the same name."""

    def __init__(self, run: RunDirectory, what: str, check: CheckMachine) -> None:
        self._busy = _note(run, what)
        self._what = what
        self._check = check
        self._parser = FrameParser()
        self._is_ready = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(str(run.socket(what)))
        except OSError as error:
            self._socket.close()
            check(False)
            raise TestbedError(f"cannot reach the machine through {run.socket(what)}: {error}") from error

    def close(self) -> None:
        self._socket.close()

    def came_ready(self, patience: float) -> bool:
        """Whether the service has said that it has started, which it does once, within that many seconds."""
        self._is_ready = self._is_ready or any(
            frame.kind is Kind.READY for frame in self._receive(time.monotonic() + patience)
        )
        return self._is_ready

    def run(self, command: str, on_frame: OnFrame, limit: float, grace: float, overdue: Overdue | None = None) -> int:
        """Runs the command, hands on what it writes, returns its exit status.

        After `limit` seconds it is ended, which may take `grace` more; overdue() is called before.
        """
        line = command.encode("utf-8", "surrogateescape")
        if b"\n" in line or b"\0" in line or _END_COMMAND in line:
            raise UsageError("a command is one line, without control characters")
        self._recover(grace)
        self._busy.write_bytes(line)
        self._send(b"run " + line + b"\n")
        try:
            status = self._until_end(on_frame, limit)
        except (ProtocolError, MachineFailed, MachinePaused):
            raise  # a guest that goes on sees that we have gone
        except BaseException:  # the reader went away, Ctrl-C: the command must not go on unseen
            self._end_command(grace)
            raise
        if status is not None:
            self._busy.unlink()
            return status
        if overdue:
            overdue()
        ended = self._end_command(grace)
        raise CommandTimedOut(
            f"not done within {limit:g} s: {command}\n"
            + ("the command was ended" if ended else f"it could not be ended either (waited {grace:g} s)")
        )

    @contextmanager
    def held(self, command: str, word: bytes, limit: float, grace: float) -> Iterator[None]:
        """A command that does its work until the block ends, when it is ended; `word`: what it says when it is ready.

        TestbedError with what it says on its error output when it ends before.
        """
        self._recover(grace)
        self._busy.write_bytes(command.encode())
        self._send(b"run " + command.encode() + b"\n")
        said = {Kind.OUT: bytearray(), Kind.ERR: bytearray()}
        try:
            status = self._until_end(
                lambda frame: said[frame.kind].extend(frame.data), limit, lambda: word in said[Kind.OUT]
            )
            if status is not None:
                self._busy.unlink()
                why = said[Kind.ERR].decode("utf-8", "replace").strip()
                raise TestbedError(why or f"ended at once, with status {status}: {command}")
            if word not in said[Kind.OUT]:
                raise CommandTimedOut(f"not ready within {limit:g} s: {command}")
            yield
        finally:
            if self._busy.exists():
                self._end_command(grace)

    def _until_end(self, on_frame: OnFrame, limit: float, enough: Enough = lambda: False) -> int | None:
        """The status of the command that is running, or None when time is up or enough was heard."""
        deadline = time.monotonic() + limit
        heard = False
        while time.monotonic() < deadline:
            for frame in self._receive(deadline):
                if frame.kind is Kind.END:
                    return frame.status
                if frame.kind is Kind.READY:
                    # Said before the service read our command when nobody listened then; else it has lost it.
                    if heard:
                        raise ProtocolError("the guest's control service was started anew and lost the command")
                    continue
                heard = True
                on_frame(frame)
            if enough():
                return None
        return None

    def _end_command(self, grace: float) -> bool:
        self._send(_END_COMMAND)
        ended = self._until_end(lambda frame: None, grace) is not None
        if ended:
            self._busy.unlink()
        return ended

    def _send(self, data: bytes) -> None:
        self._socket.settimeout(_SEND_SECONDS)
        try:
            self._socket.sendall(data)
        except OSError as error:
            self._check(True)
            raise ProtocolError(f"cannot send on the control channel: {error}") from error

    def _receive(self, deadline: float) -> list[Frame]:
        return list(self._parser.feed(self._receive_bytes(deadline)))

    def _receive_bytes(self, deadline: float) -> bytes:
        """What comes next, soon and before the deadline; asks for the machine when nothing does."""
        self._socket.settimeout(min(_POLL_SECONDS, max(0.001, deadline - time.monotonic())))
        try:
            data = self._socket.recv(1 << 16)
        except TimeoutError:
            self._check(False)
            return b""
        except ConnectionError:
            data = b""
        if not data:
            self._check(True)
            raise ProtocolError("QEMU closed the control channel")
        return data

    def _recover(self, grace: float) -> None:
        """Ends what an earlier user of the channel left running when it was killed.

        What the guest still sends to that user comes to us, cut anywhere: QEMU throws away what is under way when a
        user leaves, the end of the command perhaps with it. So no frames are looked for here, but the answer to a
        command of our own, which cannot stand in anything else.
        """
        if not self._busy.exists():
            return
        word = secrets.token_hex(16)
        self._send(_END_COMMAND + f"run echo {word}\n".encode())
        answer = f"{word}\nend 0\n".encode()
        held = b""
        deadline = time.monotonic() + grace
        while time.monotonic() < deadline:
            held = held[-len(answer) :] + self._receive_bytes(deadline)
            if held.endswith(answer):
                self._busy.unlink()
                return
        command = self._busy.read_text(encoding="utf-8", errors="replace")
        raise TestbedError(
            f"{self._what}: an earlier command still runs and does not end (waited {grace:g} s): {command}"
        )
