#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Coverage by room, from gcovr's JSON summary.

    ci/coverage.py SUMMARY.json

Lines and branches are those of the files that some unit test compiles. What only runs in the machine (drivers, start
code) is in no unit test: the second column says how many of a room's sources take part. The system tests run the rest.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_SOURCES = (".c", ".cpp")


@dataclass
class Sum:
    sources: int = 0
    lines: int = 0
    lines_reached: int = 0
    branches: int = 0
    branches_reached: int = 0

    def add(self, file: dict[str, Any]) -> None:
        self.sources += file["filename"].endswith(_SOURCES)
        self.lines += file["line_total"]
        self.lines_reached += file["line_covered"]
        self.branches += file["branch_total"]
        self.branches_reached += file["branch_covered"]


def room_of(name: str) -> str:
    """ant/ has rooms of its own, and each of these is one."""
    parts = name.split("/")
    return "/".join(parts[: 2 if parts[0] == "ant" else 1])


def by_room(files: list[dict[str, Any]]) -> dict[str, Sum]:
    rooms: dict[str, Sum] = defaultdict(Sum)
    for file in files:
        rooms[room_of(file["filename"])].add(file)
    return dict(sorted(rooms.items()))


def sources_by_room(names: list[str]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for name in names:
        if name.endswith(_SOURCES):
            counts[room_of(name)] += 1
    return counts


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "-"


def table(files: list[dict[str, Any]], names: list[str]) -> str:
    counts = sources_by_room(names)
    total = Sum()
    for file in files:
        total.add(file)
    rooms = by_room(files)
    rows = [("room", "sources", "lines", "reached", "branches", "reached")]
    for room, one in [*rooms.items(), ("all", total)]:
        of = sum(counts[name] for name in rooms) if room == "all" else counts[room]
        rows.append(
            (
                room, f"{one.sources} of {of}", f"{one.lines:,}", percent(one.lines_reached, one.lines),
                f"{one.branches:,}", percent(one.branches_reached, one.branches),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))])
        for row in rows
    )


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    files = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))["files"]
    if not files:
        print("coverage: no file was counted", file=sys.stderr)
        return 1
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    print(table(files, names.splitlines()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
