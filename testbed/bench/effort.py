# SPDX-License-Identifier: GPL-2.0-only
"""What the project took: the paper's Tables 3 and 4, counted from its series and sources.

    /usr/bin/python3 -m testbed.bench.effort [--format text|csv|json]

Lines of our own files are lines of code as cloc counts them, without comments and blank
lines. Of a patch, diffstat counts the lines it adds or changes in the foreign files, and
these files. effort.toml says which file belongs to which part.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ..errors import TestbedError
from ..paths import ROOT

RULES = Path(__file__).with_suffix(".toml")
# What cloc would not know: linker scripts have C's comments, Kbuild and Kconfig make's.
_LANGUAGES = ("--force-lang=C,ld", "--lang-no-ext=make")
_HEADS = {3: "Table 3: Linux and AnT side by side", 4: "Table 4: Linux's system calls for AnT", 0: "In neither table"}


@dataclass(frozen=True)
class Amount:
    files: int
    lines: int

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.files + other.files, self.lines + other.lines)


@dataclass
class EffortPart:
    name: str
    table: int
    patterns: list[str]
    exceptions: list[str]
    paper: Amount | None
    note: str
    whole: bool
    paths: list[str] = field(default_factory=list)
    amount: Amount = Amount(0, 0)

    def wants(self, path: str) -> bool:
        return _matches(path, self.patterns) and not _matches(path, self.exceptions)


@dataclass
class Effort:
    parts: list[EffortPart]
    whole_name: str
    whole_paper: Amount

    def whole(self) -> Amount:
        return sum((part.amount for part in self.parts if part.whole), Amount(0, 0))

    def share(self) -> tuple[float, float]:
        """The part of AnT's kernel that Table 3 is about, in per cent of its lines: here and in the paper."""
        parts = [part for part in self.parts if part.whole and part.table == 3]
        ours = sum(part.amount.lines for part in parts)
        papers = sum(part.paper.lines for part in parts if part.paper)
        return 100 * ours / max(self.whole().lines, 1), 100 * papers / self.whole_paper.lines


def _matches(path: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _amount(figures: list[int] | None) -> Amount | None:
    return Amount(*figures) if figures else None


def _part(entry: dict[str, Any]) -> EffortPart:
    return EffortPart(
        name=entry["name"],
        table=entry.get("table", 0),
        patterns=entry["files"],
        exceptions=entry.get("except", []),
        paper=_amount(entry.get("paper")),
        note=entry.get("note", ""),
        whole=entry.get("whole", False),
    )


def _files(root: Path, rooms: list[str]) -> list[str]:
    found = []
    for room in rooms:
        if not (root / room).is_dir():
            raise TestbedError(f"{RULES.name}: there is no directory {room}")
        paths = [path.relative_to(root) for path in (root / room).rglob("*") if path.is_file()]
        found += [str(path) for path in paths if not any(name.startswith(".") for name in path.parts)]
    return sorted(found)


def _sort(root: Path, rules: dict[str, Any]) -> list[EffortPart]:
    """Gives each file to its part."""
    parts = [_part(entry) for entry in rules["part"]]
    paths = [path for path in _files(root, rules["rooms"]) if not _matches(path, rules["ignored"])]
    homeless = []
    for path in paths:
        home = next((part for part in parts if part.wants(path)), None)
        if home:
            home.paths.append(path)
        else:
            homeless.append(path)
    if homeless:
        raise TestbedError(f"{RULES.name} says of no part that it has: {', '.join(homeless)}")
    for part in parts:
        for pattern in part.patterns:
            if not any(fnmatchcase(path, pattern) for path in paths):
                raise TestbedError(f"{RULES.name}: {part.name!r}: there is no file {pattern}")
    return parts


def _run(root: Path, *command: str, text: str = "") -> str:
    try:
        done = subprocess.run(command, cwd=root, input=text, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise TestbedError(f"{command[0]} is not installed: apt-get install {command[0]}") from None
    if done.returncode != 0:
        raise TestbedError(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout


def _code_lines(root: Path, paths: list[str]) -> dict[str, int]:
    """Of each file, by cloc."""
    if not paths:
        return {}
    words = ("--quiet", "--by-file", "--csv", "--skip-uniqueness", *_LANGUAGES, "--list-file=-")
    table = _run(root, "cloc", *words, text="\n".join(paths))
    rows = csv.DictReader(io.StringIO(table.strip()))
    counted = {row["filename"].removeprefix("./"): int(row["code"]) for row in rows if row["filename"]}
    for path in paths:
        # An empty file has no row, and no line.
        if path not in counted and (root / path).stat().st_size:
            raise TestbedError(f"cloc does not know what {path} is written in")
    return counted


def _patched_lines(root: Path, patches: list[str]) -> dict[str, int]:
    """Lines added or changed in each foreign file, by diffstat."""
    if not patches:
        return {}
    table = _run(root, "diffstat", "-m", "-p1", "-t", *patches)
    return {row["FILENAME"]: int(row["INSERTED"]) + int(row["MODIFIED"]) for row in csv.DictReader(io.StringIO(table))}


def _substituted_lines(root: Path, paths: list[str]) -> dict[str, int]:
    """The same of substitutions: each of their lines is FILE COUNT EXPRESSION."""
    lines: dict[str, int] = {}
    for path in paths:
        for line in (root / path).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, count, _ = line.split(maxsplit=2)
                lines[name] = lines.get(name, 0) + int(count)
    return lines


def count(root: Path = ROOT, rules_file: Path = RULES) -> Effort:
    rules = tomllib.loads(rules_file.read_text(encoding="utf-8"))
    parts = _sort(root, rules)
    code = _code_lines(root, [path for part in parts for path in part.paths if not path.endswith((".patch", ".subst"))])
    for part in parts:
        own = [path for path in part.paths if not path.endswith((".patch", ".subst"))]
        foreign = _patched_lines(root, [path for path in part.paths if path.endswith(".patch")])
        for name, lines in _substituted_lines(root, [path for path in part.paths if path.endswith(".subst")]).items():
            foreign[name] = foreign.get(name, 0) + lines
        part.amount = Amount(len(own) + len(foreign), sum(code.get(path, 0) for path in own) + sum(foreign.values()))
    return Effort(parts, rules["whole"]["name"], Amount(*rules["whole"]["paper"]))


def _row(name: str, amount: Amount, paper: Amount | None, note: str = "") -> str:
    papers = f"{paper.files:8} {paper.lines:8,}" if paper else f"{'':8} {'':8}"
    return f"{name:42} {amount.files:6} {amount.lines:8,} {papers}  {note}".rstrip()


def as_text(effort: Effort) -> str:
    lines = [f"{'':42} {'here':>15} {'the paper':>17}", f"{'':42} {'files':>6} {'lines':>8} {'files':>8} {'lines':>8}"]
    for table, head in _HEADS.items():
        lines += ["", head]
        lines += [_row(part.name, part.amount, part.paper, part.note) for part in effort.parts if part.table == table]
    ours, papers = effort.share()
    lines += ["", _row(effort.whole_name, effort.whole(), effort.whole_paper)]
    lines += [f"of these lines, AnT's parts of Table 3: {ours:.2f} % (the paper: {papers:.2f} %)"]
    lines += [
        "",
        "Own files: code lines (cloc). Hooks: files of Linux or kexec-tools, lines added or changed there (diffstat).",
        "The paper changed an AnT that was there; this AnT was written for the testbed, so whole files count.",
    ]
    return "\n".join(lines)


def records(effort: Effort) -> list[dict[str, Any]]:
    def record(table: int, name: str, amount: Amount, paper: Amount | None) -> dict[str, Any]:
        papers = (paper.files, paper.lines) if paper else (None, None)
        row = {"table": table or None, "part": name, "files": amount.files, "lines": amount.lines}
        return {**row, "paper_files": papers[0], "paper_lines": papers[1]}

    rows = [record(part.table, part.name, part.amount, part.paper) for part in effort.parts]
    return [*rows, record(0, effort.whole_name, effort.whole(), effort.whole_paper)]


def as_csv(effort: Effort) -> str:
    rows = records(effort)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().rstrip()


def as_json(effort: Effort) -> str:
    return json.dumps(records(effort), indent=2)


FORMATS = {"text": as_text, "csv": as_csv, "json": as_json}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make effort", description="The paper's Tables 3 and 4 for this project.")
    parser.add_argument("--format", choices=tuple(FORMATS), default="text")
    try:
        print(FORMATS[parser.parse_args(arguments).format](count()))
    except TestbedError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
