# SPDX-License-Identifier: GPL-2.0-only
"""The back end that runs QEMU itself, as a process of the user's."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psutil

from ..errors import MachineFailed, TestbedError
from . import last_words
from .backend import waited
from .qemu import Boot, command_line, ending
from .qmp import Qmp, QmpError, why_stopped
from .rundir import QMP, RunDirectory
from .state import QemuProcess

# Limits on this computer's own work, which take long only when it is very busy.
_START_SECONDS = 60.0  # QEMU itself, before the guest runs
_EXIT_SECONDS = 10.0  # QEMU's end, then the note of its exit status
_SIGNAL_SECONDS = 3.0  # until a stronger signal is sent
_LOOK_SECONDS = 1.0  # for a question that somebody else may ask again

# QEMU outlives the command that started it, so somebody else must keep its exit status: a shell that waits for it.
_KEEP_STATUS = '"$@"; echo $? >"$0.new"; mv "$0.new" "$0"'


def start(boot: Boot) -> QemuProcess:
    """Starts QEMU with its guest halted."""
    run = boot.run
    argv = command_line(boot)
    run.prepare()
    environment = {**os.environ, "TMPDIR": str(run.path)}  # where snapshot=on puts what the guest writes
    with open(run.log("qemu"), "wb") as log:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", _KEEP_STATUS, str(run.file("qemu.exit")), *argv],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C on the terminal is not for the machine
            env=environment,
        )
    try:
        pid, start_ticks = _await_start(run, keeper)
    except BaseException:  # Ctrl-C, too: nobody else knows of it yet
        if keeper.poll() is None:
            os.killpg(keeper.pid, signal.SIGKILL)
            keeper.wait()
        run.remove_sockets()
        raise
    return QemuProcess(pid, start_ticks, argv)


def _await_start(run: RunDirectory, keeper: subprocess.Popen[bytes]) -> tuple[int, int]:
    """QEMU's process and when it started, once it listens."""
    limit = time.monotonic() + _START_SECONDS
    while time.monotonic() < limit and keeper.poll() is None:
        try:
            pid = int(run.file("qemu.pid").read_text(encoding="ascii"))
            start_ticks = _start_ticks(pid)
            Qmp(run.socket(QMP)).close()
        except (OSError, ValueError, psutil.Error, QmpError):
            time.sleep(0.02)
            continue
        return pid, start_ticks
    said = last_words.tail(run.log("qemu"), 5)
    raise MachineFailed(f"QEMU did not start: {said or 'it says nothing'}", f"its log: {run.log('qemu')}")


def _start_ticks(pid: int) -> int:
    """When a process started, in ticks since this computer did: proc(5). Setting the clock does not change it."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return int(text.rpartition(")")[2].split()[19])  # the 22nd; the name before may have spaces


class Direct:
    def __init__(self, run: RunDirectory, known: QemuProcess) -> None:
        self._run = run
        self._known = known

    def process(self) -> psutil.Process | None:
        """QEMU's process; None when it has ended. A process number used again is told by the start time."""
        try:
            process = psutil.Process(self._known.pid)
            same = _start_ticks(process.pid) == self._known.start_ticks
            alive = same and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            return None
        return process if alive else None

    def alive(self) -> bool:
        return self.process() is not None

    def why_paused(self) -> str | None:
        try:
            with closing(Qmp(self._run.socket(QMP), timeout=_LOOK_SECONDS)) as qmp:
                return why_stopped(qmp)
        except QmpError:  # gdb has the one connection
            return None

    def resume(self) -> None:
        with self.monitor() as qmp:
            qmp.execute("cont")

    def how_it_ended(self) -> str:
        try:
            status = int(self._run.file("qemu.exit").read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return "QEMU vanished without an exit status (this computer was restarted?)"
        if status == 0 and (panic := last_words.linux_panic_before_reboot(self._run)):
            return f"Linux panicked: {panic}"
        return ending(status)

    def await_end_known(self) -> None:
        waited(self._run.file("qemu.exit").exists, _EXIT_SECONDS)

    def monitor(self) -> AbstractContextManager[Qmp]:
        return closing(Qmp(self._run.socket(QMP)))

    @contextmanager
    def console(self, what: str) -> Iterator[socket.socket]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.connect(str(self._run.socket(what)))
            yield line

    def kill(self) -> None:
        if not self.alive():
            return
        seconds = 0.0
        try:
            with closing(Qmp(self._run.socket(QMP), timeout=5.0)) as qmp:
                seconds = _EXIT_SECONDS  # it listens
                qmp.execute("quit")
        except QmpError:
            pass  # the signals do it
        for number in (signal.SIGTERM, signal.SIGKILL):
            if waited(lambda: not self.alive(), seconds):
                break
            if process := self.process():
                process.send_signal(number)
            seconds = _SIGNAL_SECONDS
        if not waited(lambda: not self.alive(), _EXIT_SECONDS):
            raise TestbedError(f"QEMU's process {self._known.pid} cannot be ended")
        self.await_end_known()

    def clear(self) -> None:
        """Sockets are all that it leaves, and they are the run directory's."""
