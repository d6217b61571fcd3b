# SPDX-License-Identifier: GPL-2.0-only
"""Measuring by the real clock: a machine is up, and each work is a command on one of its systems."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from ..errors import TestbedError
from ..run.instance import Instance
from ..run.start import MachineWish
from ..talk.boot import up
from ..talk.lease import lease
from ..talk.session import Connection, connected
from ..terminal import Progress
from . import measured, memory
from .cells import ANT
from .measured import Measured
from .plan import DROP_CACHES, BenchWish, Work, preparing

_LIMIT = 120.0  # seconds for one work; times the accelerator's slowness; detects a hang
_PREPARE_LIMIT = 300.0


class LiveMachine:
    """One that is up."""

    def __init__(self, instance: Instance, systems: dict[str, Connection]) -> None:
        self._slowness = instance.state.slowness
        self._systems = systems

    def prepare(self, wish: BenchWish, works: list[Work]) -> None:
        for line in preparing(wish, works):
            self._run("linux", line, _PREPARE_LIMIT)

    def measure(self, work: Work) -> Measured:
        if work.cell.experiment == "memory":
            return memory.measure(self._run, work.repeats)
        if work.uses_disks:
            self._run("linux", DROP_CACHES)
        return measured.parse(self._run("ant" if work.cell.system == ANT else "linux", work.command))

    def _run(self, system: str, line: str, limit: float = _LIMIT) -> str:
        """What the command printed; it must have succeeded without a word on its error output."""
        status, out, err = self._systems[system].capture(line, limit * self._slowness)
        if status != 0 or err:
            said = (err or out).decode("utf-8", "replace").strip().splitlines()
            raise TestbedError(f"on {system}: {line}: status {status}: {said[-1] if said else 'it says nothing'}")
        return out.decode("utf-8", "replace")


@contextmanager
def machine(wish: MachineWish) -> Iterator[LiveMachine]:
    """Boots it, and ends it whatever happens."""
    progress = Progress(sys.stdout)
    with lease(wish.name, partial(up, wish, progress), progress, alone=True) as (instance, _):
        with connected(instance, "ant") as ant, connected(instance, "linux") as linux:
            yield LiveMachine(instance, {"ant": ant, "linux": linux})
