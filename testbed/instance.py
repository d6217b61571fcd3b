# SPDX-License-Identifier: GPL-2.0-only
"""A machine that was started: is it alive, how did it end, end it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import psutil

from . import report
from .errors import MachineFailed, TestbedError
from .qemu import Boot, command_line, ending
from .qmp import Qmp, QmpError
from .rundir import QMP, RunDirectory

# Limits on this computer's own work, which take long only when it is very busy.
_START_SECONDS = 60.0  # QEMU itself, before the guest runs
_GONE_SECONDS = 30.0  # QEMU after its guest has ended
_LAST_WORDS_SECONDS = 10.0  # a guest after it has said that it panics
_EXIT_SECONDS = 10.0  # QEMU's end, then the note of its exit status
_SIGNAL_SECONDS = 3.0  # until a stronger signal is sent

# QEMU outlives the command that started it, so somebody else must keep its exit status: a shell that waits for it.
_KEEP_STATUS = '"$@"; echo $? >"$0.new"; mv "$0.new" "$0"'


class Instance:
    def __init__(self, run: RunDirectory, state: dict[str, Any]) -> None:
        self.run = run
        self.state = state

    @classmethod
    def find(cls, name: str) -> Instance | None:
        """The machine of that name as its state file has it, alive or not."""
        run = RunDirectory.named(name)
        state = run.read_state()
        return cls(run, state) if state else None

    @classmethod
    def start(cls, boot: Boot, state: dict[str, Any]) -> Instance:
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
        limit = time.monotonic() + _START_SECONDS
        while time.monotonic() < limit and keeper.poll() is None:
            try:
                pid = int(run.file("qemu.pid").read_text(encoding="ascii"))
                created = psutil.Process(pid).create_time()
                Qmp(run.socket(QMP)).__exit__(None, None, None)
            except (OSError, ValueError, psutil.Error, QmpError):
                time.sleep(0.02)
                continue
            instance = cls(run, {**state, "pid": pid, "created": created, "argv": argv})
            run.write_state(instance.state)
            return instance
        if keeper.poll() is None:
            os.killpg(keeper.pid, signal.SIGKILL)
            keeper.wait()
        run.remove_sockets()
        said = report.tail(run.log("qemu"), 5)
        raise MachineFailed(f"QEMU did not start: {said or 'it says nothing'}", f"its log: {run.log('qemu')}")

    def process(self) -> psutil.Process | None:
        """QEMU's process; None when it has ended. A process number used again is told by the start time."""
        try:
            process = psutil.Process(self.state["pid"])
            alive = process.create_time() == self.state["created"] and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if alive else None

    def alive(self) -> bool:
        return self.process() is not None

    def how_it_ended(self) -> str:
        """For a machine that is no longer alive."""
        try:
            status = int(self.run.file("qemu.exit").read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return "QEMU vanished without an exit status (this computer was restarted?)"
        panic = report.linux_panic(self.run)
        if status == 0 and panic:
            return f"Linux panicked: {panic}"
        return ending(status)

    def check(self, gone: bool = False) -> None:
        """Raises MachineFailed when the guest is no more; with `gone` gives QEMU a moment to end."""
        limit = time.monotonic() + (_GONE_SECONDS if gone else 0)
        while self.alive():
            if panic := report.linux_panic(self.run):
                self._await(lambda: not self.alive(), _LAST_WORDS_SECONDS)  # its last lines are still being printed
                raise self.failure(f"Linux panicked: {panic}")
            if time.monotonic() >= limit:
                return
            time.sleep(0.05)
        self._await(self.run.file("qemu.exit").exists, _EXIT_SECONDS)
        raise self.failure(self.how_it_ended())

    def failure(self, what: str) -> MachineFailed:
        return MachineFailed(f"machine '{self.run.name}': {what}", report.of(self.run, self.state))

    def qmp(self) -> Qmp:
        return Qmp(self.run.socket(QMP))

    def save_registers(self) -> None:
        """What all cores are doing, for the report on a hang."""
        try:
            with self.qmp() as qmp:
                self.run.file("registers.txt").write_text(qmp.registers(), encoding="utf-8")
        except QmpError:
            pass  # a help on top of the report, which is given anyway

    def kill(self) -> None:
        """Ends QEMU, politely at first."""
        if not self.alive():
            return
        seconds = 0.0
        try:
            with Qmp(self.run.socket(QMP), timeout=5.0) as qmp:
                seconds = _EXIT_SECONDS  # it listens
                qmp.execute("quit")
        except QmpError:
            pass  # the signals do it
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._await(lambda: not self.alive(), seconds):
                break
            if process := self.process():
                process.send_signal(number)
            seconds = _SIGNAL_SECONDS
        if not self._await(lambda: not self.alive(), _EXIT_SECONDS):
            raise TestbedError(f"QEMU's process {self.state['pid']} cannot be ended")
        self._await(self.run.file("qemu.exit").exists, _EXIT_SECONDS)

    def down(self) -> None:
        """Ends the machine; nothing but its logs stays. Under the machine's lock."""
        self.kill()
        self.run.remove_sockets()
        self.run.remove_state()

    @staticmethod
    def _await(condition: Callable[[], bool], seconds: float) -> bool:
        limit = time.monotonic() + seconds
        while not condition():
            if time.monotonic() >= limit:
                return False
            time.sleep(0.02)
        return True
