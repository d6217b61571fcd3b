# SPDX-License-Identifier: GPL-2.0-only
"""What is known of a machine that was started: typed here, JSON in its run directory (state.json)."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .rundir import RunDirectory

LIBVIRT = "libvirt"

BOOTING, READY, BENCH = "booting", "ready", "bench"  # phases; BENCH: a sealed machine, which nobody speaks to


def boot_time() -> float:
    """Seconds since this computer was started: setting its clock changes nothing in them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True)
class QemuProcess:
    """QEMU as a process of the user's (direct.py)."""

    pid: int
    start_ticks: int  # tells the process from a later one of the same number
    argv: list[str]


@dataclass(frozen=True)
class LibvirtDomain:
    """QEMU as libvirt runs it (virt/domain.py)."""

    connect: str
    uuid: str
    domain: str = ""  # its name there
    pid: int | None = None  # QEMU's process, to show it; None: not to be seen from here
    backend: str = LIBVIRT


Engine = QemuProcess | LibvirtDomain


@dataclass(frozen=True)
class MachineState:
    name: str
    directory: str  # its run directory, which a copy of the checkout has not
    profile: str
    kernel: str
    accelerator: str  # its kind
    reason: str  # for that accelerator
    slowness: int
    share: str
    ant_cores: tuple[int, ...]
    started: float
    again: str  # the command that starts the same machine
    phase: str
    engine: Engine
    image: str = ""  # the directory of the ready machine that it is; none: what was built here
    since: float = 0.0  # when it was started, by boot_time()
    stages: dict[str, float] = field(default_factory=dict)  # seconds each, of a machine that is ready

    def facts(self) -> dict[str, Any]:
        """As in the file and in `status --json`: the engine's fields among the others."""
        own = asdict(self)
        engine, stages = own.pop("engine"), own.pop("stages")
        return {**own, **engine, **({"stages": stages} if stages else {})}

    def write(self, run: RunDirectory) -> None:
        run.write_state(json.dumps(self.facts(), indent=2) + "\n")

    @classmethod
    def read(cls, run: RunDirectory) -> MachineState | None:
        """None: there is no file, one that a full disk has cut short, or a copy of another machine's."""
        try:
            facts = json.loads(run.read_state())
            kind = LibvirtDomain if facts.get("backend") == LIBVIRT else QemuProcess
            if facts["directory"] != str(run.path):
                return None
            own: dict[str, Any] = {**_picked(cls, facts), "ant_cores": tuple(facts["ant_cores"])}
            return cls(**own, engine=kind(**_picked(kind, facts)))
        except (AttributeError, KeyError, TypeError, ValueError):
            return None


def _picked(kind: type, facts: dict[str, Any]) -> dict[str, Any]:
    return {each.name: facts[each.name] for each in fields(kind) if each.name in facts}
