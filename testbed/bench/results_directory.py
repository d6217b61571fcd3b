# SPDX-License-Identifier: GPL-2.0-only
"""results/RUN/: a run's files. Only ever added to: an interrupted run has what it has, and can go on."""

from __future__ import annotations

import json
import os
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from ..errors import TestbedError, UsageError
from ..files import locked, write_whole
from ..paths import ROOT, shown
from . import raw

RESULTS = Path(os.environ.get("ANTBED_RESULTS", ROOT / "results"))
_RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class ResultsDirectory:
    """env.json (what it ran on), journal.csv (which works are done), raw/, and what is made from them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.raw = path / "raw"
        self.figures = path / "figures"
        self.summary = path / "summary.csv"
        self.environment_file = path / "env.json"
        self.journal = path / "journal.csv"

    @property
    def name(self) -> str:
        return self.path.name

    @classmethod
    def create(cls, name: str) -> ResultsDirectory:
        if not _RUN_NAME.fullmatch(name):
            raise UsageError(f"{name!r} is no name for a run: letters, digits, - _ . and no other")
        made = cls(RESULTS / name)
        try:
            made.path.mkdir(parents=True)
        except FileExistsError:
            raise TestbedError(f"{shown(made.path)} is there already; nothing is overwritten") from None
        made.raw.mkdir()
        made.figures.mkdir()
        made.journal.write_text("file,bytes,seconds,work\n", encoding="utf-8")
        return made

    @classmethod
    def find(cls, name: str) -> ResultsDirectory:
        """By name in results/, or by path."""
        path = RESULTS / name
        if not (path / "env.json").is_file():
            path = Path(name)
        if not (path / "env.json").is_file():
            have = sorted(one.parent.name for one in RESULTS.glob("*/env.json"))
            raise UsageError(f"no run {name}; there are: {', '.join(have[-5:]) or 'none'}")
        return cls(path)

    def read_environment(self) -> dict[str, Any]:
        return dict(json.loads(self.environment_file.read_text(encoding="utf-8")))

    def write_environment(self, environment: dict[str, Any]) -> None:
        write_whole(self.environment_file, json.dumps(environment, indent=2) + "\n")

    def note_failure(self, what: str) -> None:
        """A machine that failed on the way; the report names it."""
        environment = self.read_environment()
        environment.setdefault("failures", []).append(what)
        self.write_environment(environment)

    def done(self) -> dict[str, float]:
        """Works that are done, with the seconds that they took. Cuts off what a killed run wrote half."""
        sizes: dict[str, int] = {}
        works: dict[str, float] = {}
        lines = self.journal.read_text(encoding="utf-8")
        whole = lines[: lines.rfind("\n") + 1]
        if whole != lines:
            write_whole(self.journal, whole)
        for line in whole.splitlines()[1:]:
            name, length, seconds, work = line.split(",", 3)
            sizes[name] = int(length)
            works[work] = float(seconds)
        for path in self.raw.glob("*.csv"):
            if path.stat().st_size > (known := sizes.get(path.name, 0)):
                os.truncate(path, known)
        return works

    def add(self, work: str, rows: list[raw.Row], seconds: float) -> None:
        """All samples of one work, then the line that says so."""
        path = self.raw / raw.file_name(rows[0].cell)
        with path.open("a", encoding="utf-8") as file:
            if file.tell() == 0:
                file.write(raw.header())
            file.write(raw.text_of(rows))
            file.flush()
            size = file.tell()
        with self.journal.open("a", encoding="utf-8") as file:
            file.write(f"{path.name},{size},{seconds:.3f},{work}\n")

    def locked(self) -> AbstractContextManager[None]:
        """For the one that measures: a second --resume of the same run is refused."""
        return locked(self.path / "lock", 0.0, f"run {self.name} is being measured by another antbed")
