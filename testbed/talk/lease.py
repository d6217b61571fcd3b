# SPDX-License-Identifier: GPL-2.0-only
"""Having a machine: the one that is up, or one that is started for a block and ends with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from ..errors import TestbedError
from ..run.instance import Instance
from ..run.rundir import RunDirectory
from ..run.start import MachineWish
from ..run.state import BOOTING
from ..terminal import Progress
from .boot import STAGE_SECONDS, up

_BOOT_PATIENCE = 10.0 * sum(STAGE_SECONDS.values())  # another antbed is booting the same machine
END_PATIENCE = 30.0


def machine_lock(name: str, patience: float = 0.0) -> AbstractContextManager[None]:
    """Held while a machine is started or ended, so that two do not do it at once."""
    busy = f"another antbed is starting or ending machine '{name}' right now"
    return RunDirectory.named(name).locked("machine", patience, busy)


def clear_dead(name: str, progress: Progress) -> Instance | None:
    """The machine of that name if it lives and was started in full; clears away what is left of another. Under the
    lock."""
    instance = Instance.find(name)
    if instance is None:
        return None
    if not instance.alive():
        progress.say(f"machine '{name}' has ended before: {instance.how_it_ended()}")
    elif instance.state.phase != BOOTING:
        return instance
    else:
        progress.say(f"machine '{name}': its start was cut short; ending it")
    instance.down()
    return None


@contextmanager
def lease(
    name: str, start: Callable[[], Instance], progress: Progress, *, patience: float = 0.0, alone: bool = False,
    farewell: str = "",
) -> Iterator[tuple[Instance, bool]]:
    """The machine of that name, and whether it is the block's own: then it was started for it, and is ended behind it
    with `farewell`. `alone`: one that is up already is refused."""
    with machine_lock(name, patience):
        found = clear_dead(name, progress)
        if found and alone:
            raise TestbedError(f"machine '{name}' is up already: another bench runs, or ./antbed down it")
        instance = found or start()
    try:
        yield instance, found is None
    finally:
        if found is None:
            with machine_lock(name, END_PATIENCE):
                instance.down()
            if farewell:
                progress.say(farewell)


@contextmanager
def some_machine(wish: MachineWish, progress: Progress) -> Iterator[Instance]:
    """The machine that is up, or one of its own for as long as it is needed."""

    def start() -> Instance:
        progress.say(f"no machine '{wish.name}' is up: booting one for this command")
        return up(wish, progress)

    with lease(wish.name, start, progress, patience=_BOOT_PATIENCE) as (instance, _):
        yield instance


def need_machine(name: str) -> Instance:
    instance = Instance.find(name)
    if instance is None:
        raise TestbedError(f"no machine '{name}' is up; ./antbed up starts it")
    instance.check()
    return instance
