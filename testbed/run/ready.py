# SPDX-License-Identifier: GPL-2.0-only
"""A ready machine: what `make dist` has built and packed, booted with `--image DIR` and without a build."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from ..describe.machine import Machine
from ..errors import UsageError
from ..paths import ROOT

# Says what the directory holds; images/dist.sh writes it.
MANIFEST = "ready-machine.json"
_BUILT = "build/"  # of a description's disk that the project builds itself


@dataclass(frozen=True)
class ReadyMachine:
    directory: Path
    kernel: str  # the Linux version in it
    version: str  # of the project

    @classmethod
    def read(cls, directory: Path) -> ReadyMachine:
        path = directory / MANIFEST
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
            return cls(directory.resolve(), str(facts["kernel"]), str(facts["version"]))
        except OSError as error:
            raise UsageError(f"--image {directory}: no ready machine, {MANIFEST}: {error.strerror}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"--image {directory}: {MANIFEST} is not what `make dist` writes") from error

    def has_kernel(self, wanted: str) -> str:
        """Its version, when that or none in particular is wanted."""
        if wanted not in ("auto", self.kernel):
            raise UsageError(f"--image {self.directory}: it has Linux {self.kernel}, not {wanted}")
        return self.kernel

    def disks_of(self, machine: Machine) -> Machine:
        """The machine with this directory's disks in place of a build's."""
        disks = (replace(disk, image=self._mine(disk.image)) for disk in machine.disks)
        return replace(machine, disks=tuple(disks))

    def _mine(self, image: str) -> str:
        return str(self.directory / image.removeprefix(_BUILT)) if image.startswith(_BUILT) else image


def around() -> Path | None:
    """The directory of this ./antbed, when that is a ready machine itself."""
    return ROOT if (ROOT / MANIFEST).is_file() else None
