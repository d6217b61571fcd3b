# SPDX-License-Identifier: GPL-2.0-only
"""A machine that was started: is it alive, how did it end, end it."""

from __future__ import annotations

import socket
import time
from contextlib import AbstractContextManager
from dataclasses import replace

from ..errors import MachineEnded, MachineFailed, MachinePaused, NoAnswer, TestbedError
from . import direct, last_words
from .backend import Backend, Monitor, waited
from .qemu import Boot
from .rundir import CONSOLE_ANT, CONTROL_ANT, DEFAULT_NAME, ENDED, RunDirectory
from .state import BENCH, BOOTING, READY, Engine, LibvirtDomain, MachineState, boot_time
from .virt import domain

# Limits on this computer's own work, which takes long only when it is very busy.
_GONE_SECONDS = 30.0  # QEMU after its guest has ended
_LOOK_SECONDS = 2.0  # between two questions whether the guest is paused
_RESUME_SECONDS = 0.5  # in which a full disk pauses it again
_SERVICE_SECONDS = 2.0  # a system's control service after its console's first word; times the accelerator's slowness

_READY = b"ready\n"  # the first that AnT's control service says
RUNNING, STARTING, NOT_STARTED, PANICKED = "running", "starting", "not started", "panicked"


class Instance:
    def __init__(self, run: RunDirectory, state: MachineState) -> None:
        self.run = run
        self.state = state
        self._backend = _backend(run, state.engine)
        self._next_look = 0.0  # for check_runs(), by the monotonic clock

    @classmethod
    def find(cls, name: str) -> Instance | None:
        """The machine of that name as its state file has it, alive or not."""
        run = RunDirectory.named(name)
        state = MachineState.read(run)
        return cls(run, state) if state else None

    @classmethod
    def start(cls, boot: Boot, profile: str, again: str, image: str = "") -> Instance:
        """Starts QEMU with its guest halted."""
        accelerator, started, since = boot.accelerator, time.time(), boot_time()

        def keep(engine: Engine) -> MachineState:
            state = MachineState(
                name=boot.run.name,
                directory=str(boot.run.path),
                profile=profile,
                kernel=boot.kernel,
                accelerator=accelerator.kind,
                reason=accelerator.reason,
                slowness=accelerator.slowness,
                share="" if boot.sealed else str(boot.share),
                ant_cores=boot.machine.ant.cores,
                started=started,
                again=again,
                phase=BENCH if boot.sealed else BOOTING,
                engine=engine,
                image=image,
                since=since,
            )
            state.write(boot.run)
            return state

        return cls(boot.run, keep(domain.start(boot, keep) if boot.connect else direct.start(boot)))

    def is_ready(self, stages: dict[str, float]) -> None:
        """Both systems have answered, after so many seconds."""
        self.state = replace(self.state, phase=READY, stages=stages)
        self.state.write(self.run)

    def alive(self) -> bool:
        return self._backend.alive()

    def ant(self) -> str:
        """How AnT is, or what is in its place, of a machine that is alive. AnT's panic ends it, unless AnT is told
        otherwise (debug_exit=0)."""
        if last_words.ant_has_stopped(self.run):
            return PANICKED
        if _READY in last_words.head_bytes(self.run.log(CONTROL_ANT)):
            return RUNNING
        return STARTING if self.state.phase == BOOTING else NOT_STARTED

    def need_ant(self) -> None:
        """Before AnT is asked: refuses at once where nobody is there to answer."""
        name = "" if self.run.name == DEFAULT_NAME else f" --name {self.run.name}"
        if (ant := self.ant()) == PANICKED:
            raise NoAnswer(f"machine '{self.run.name}': AnT has panicked; ./antbed logs ant{name} shows how")
        if ant != NOT_STARTED:
            return
        if not last_words.head_bytes(self.run.log(CONSOLE_ANT)):
            raise NoAnswer(
                f"machine '{self.run.name}': AnT is not started;"
                f" ./antbed exec --on linux{name} -- start-ant IMAGE starts a system in its place"
            )
        if not waited(lambda: self.ant() == RUNNING, _SERVICE_SECONDS * self.state.slowness):
            raise NoAnswer(
                f"machine '{self.run.name}': what runs in AnT's place has no control channel (docs/your-own-os.md);"
                f" ./antbed console ant{name} is its console"
            )

    def how_it_ended(self) -> str:
        """For a machine that is no longer alive."""
        return self.ended_in_order() or self._backend.how_it_ended()

    def ended_in_order(self) -> str | None:
        """Who ended it, if somebody meant it to end."""
        if self.run.file(ENDED).exists():
            return "the machine was switched off by ./antbed down"
        return last_words.linux_end(self.run)

    def check(self, gone: bool = False) -> None:
        """Raises MachineFailed when the guest is no more; with `gone` gives QEMU a moment to end."""
        limit = time.monotonic() + (_GONE_SECONDS if gone else 0)
        while self.alive():
            if time.monotonic() >= limit:
                return
            time.sleep(0.05)
        self._backend.await_end_known()
        if how := self.ended_in_order():
            raise MachineEnded(f"machine '{self.run.name}': {how}")
        raise self.failure(self.how_it_ended())

    def check_runs(self, gone: bool = False) -> None:
        """As check(), for a command that waits for the guest: raises MachinePaused when it stands still for a while."""
        self.check(gone)
        if time.monotonic() >= self._next_look:
            first, self._next_look = self._next_look == 0, time.monotonic() + _LOOK_SECONDS
            if not first and (why := self.why_paused()):
                raise MachinePaused(f"machine '{self.run.name}' is paused: {why}; {self.how_to_resume}")

    def why_paused(self) -> str | None:
        """None also while gdb holds the machine: then it goes on by itself."""
        if self.state.phase == BENCH or not self._backend.why_paused():
            return None
        try:
            with self.run.locked("debug", 0.0, "gdb has it"):
                return self._backend.why_paused()
        except TestbedError:
            return None

    @property
    def how_to_resume(self) -> str:
        name = "" if self.run.name == DEFAULT_NAME else f" --name {self.run.name}"
        return f"./antbed up{name} lets it go on"

    def resume(self) -> str | None:
        """Lets a paused guest run; what stops it again at once."""
        self._backend.resume()
        return self.why_paused() if waited(lambda: self.why_paused() is not None, _RESUME_SECONDS) else None

    def failure(self, what: str) -> MachineFailed:
        return MachineFailed(f"machine '{self.run.name}': {what}", last_words.of(self.run, self.state))

    def qmp(self) -> AbstractContextManager[Monitor]:
        return self._backend.monitor()

    def console(self, what: str) -> AbstractContextManager[socket.socket]:
        """A connection to a console; the caller holds the lock of the same name."""
        return self._backend.console(what)

    def kill(self) -> None:
        """Ends QEMU, politely at first."""
        if self.alive():
            self.run.file(ENDED).touch()
        self._backend.kill()

    def down(self) -> None:
        """Ends the machine; nothing but its logs stays. Under the machine's lock."""
        self.kill()
        self._backend.clear()
        self.run.remove_sockets()
        self.run.remove_state()


def _backend(run: RunDirectory, engine: Engine) -> Backend:
    if isinstance(engine, LibvirtDomain):
        return domain.Domain(run, engine)
    return direct.Direct(run, engine)
