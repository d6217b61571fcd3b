# SPDX-License-Identifier: GPL-2.0-only
"""Measuring by the real clock: a machine is up, and each work is a command on one of its systems."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ..run.boot import Wish as BootWish
from ..run.boot import up
from ..errors import TestbedError
from ..run.instance import Instance
from ..progress import Progress
from ..talk.session import Connection, clear_dead, connected, machine_lock
from . import measured, memory, prepare
from .cells import ANT
from .measured import Measured
from .plan import Wish, Work

_LIMIT = 120.0  # seconds for one work; times the accelerator's slowness; detects a hang
_PREPARE_LIMIT = 300.0


class Machine:
    """One that is up."""

    def __init__(self, instance: Instance, systems: dict[str, Connection]) -> None:
        self._slowness = instance.state["slowness"]
        self._systems = systems

    def prepare(self, wish: Wish, works: list[Work]) -> None:
        for line in prepare.lines(wish, works):
            self._run("linux", line, _PREPARE_LIMIT)

    def measure(self, work: Work) -> Measured:
        if work.cell.experiment == "memory":
            return memory.measure(self._run, work.repeats)
        if work.uses_disks:
            self._run("linux", prepare.DROP_CACHES)
        return measured.parse(self._run("ant" if work.cell.system == ANT else "linux", work.command))

    def _run(self, system: str, line: str, limit: float = _LIMIT) -> str:
        """What the command printed; it must have succeeded without a word on its error output."""
        status, out, err = self._systems[system].capture(line, limit * self._slowness)
        if status != 0 or err:
            said = (err or out).decode("utf-8", "replace").strip().splitlines()
            raise TestbedError(f"on {system}: {line}: status {status}: {said[-1] if said else 'it says nothing'}")
        return out.decode("utf-8", "replace")


@contextmanager
def machine(wish: BootWish) -> Iterator[Machine]:
    """Boots it, and ends it whatever happens."""
    progress = Progress(sys.stdout)
    with machine_lock(wish.name):
        if clear_dead(wish.name, progress):
            raise TestbedError(f"machine '{wish.name}' is up already: another bench runs, or ./antbed down it")
        instance = up(wish, progress)
    try:
        with connected(instance, "ant") as ant, connected(instance, "linux") as linux:
            yield Machine(instance, {"ant": ant, "linux": linux})
    finally:
        with machine_lock(wish.name, 30.0):
            instance.down()
