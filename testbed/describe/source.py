# SPDX-License-Identifier: GPL-2.0-only
"""One machine description's text (TOML): hands out typed values and refuses the others by line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from ..errors import STATUS_USAGE, TestbedError
from ..paths import shown

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_PCI_ID = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}")
_TABLE = re.compile(r"^\s*\[([A-Za-z0-9_.-]+)\]\s*(#.*)?$")
_ARRAY = re.compile(r"^\s*\[\[([A-Za-z0-9_.-]+)\]\]\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")


class DescriptionError(TestbedError):
    """A description that is refused: each problem with file and line."""

    status = STATUS_USAGE

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class KeyLines:
    """Where each key stands in a TOML text: tomllib reads values but forgets their lines.

    Maps "table.key", "array[0].key" and the headers "table", "array", "array[0]" to line numbers."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, int] = {}
        counts: dict[str, int] = {}
        prefix = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if found := _ARRAY.match(line):
                name = found.group(1)
                index = counts.get(name, 0)
                counts[name] = index + 1
                self._lines.setdefault(name, number)
                prefix = f"{name}[{index}]"
                self._lines.setdefault(prefix, number)
            elif found := _TABLE.match(line):
                prefix = found.group(1)
                self._lines.setdefault(prefix, number)
            elif found := _KEY.match(line):
                key = f"{prefix}.{found.group(1)}" if prefix else found.group(1)
                self._lines.setdefault(key, number)

    def of(self, key: str) -> int:
        """The key's line; for a key that is missing, its table's line; else the first."""
        while key:
            if key in self._lines:
                return self._lines[key]
            key = key.rpartition(".")[0]
        return 1


class Source:
    """The text of one description; collects what is wrong with it, line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DescriptionError([f"{shown(path)}: cannot be read: {error}"]) from error
        self._lines = KeyLines(text)
        self.problems: list[str] = []
        try:
            self.tree = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            where = line.group(1) if line else str(text.count("\n") + 1)
            raise DescriptionError([f"{shown(path)}:{where}: not TOML: {error}"]) from error
        except (ValueError, RecursionError) as error:  # Python's own limits, which tomllib does not know
            raise DescriptionError([f"{shown(path)}: a number is too long, or values are nested too deep"]) from error

    def refuse(self, key: str, what: str) -> None:
        self.problems.append(f"{shown(self.path)}:{self._lines.of(key)}: {key}: {what}")

    def raise_if_refused(self) -> None:
        if self.problems:
            raise DescriptionError(self.problems)


class Table:
    """One table of the description: hands out typed values, then refuses the keys nobody took."""

    def __init__(self, source: Source, name: str, content: Any) -> None:
        self.source = source
        self.name = name
        if not isinstance(content, dict):
            source.refuse(name, "is no table")
            content = {}
        self._content: dict[str, Any] = content
        self._known: set[str] = set()

    def _take(self, key: str, default: Any) -> Any:
        self._known.add(key)
        if key in self._content:
            return self._content[key]
        if default is None:
            self.source.refuse(f"{self.name}.{key}", "is missing")
        return default

    def _refuse(self, key: str, what: str) -> None:
        self.source.refuse(f"{self.name}.{key}", what)

    def text(self, key: str, default: str | None = None) -> str:
        value = self._take(key, default)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._refuse(key, f"{value!r} is no string")
            return ""
        return value

    def number(self, key: str, default: int | None = None) -> int:
        value = self._take(key, default)
        if value is None:
            return 0
        if not isinstance(value, int) or isinstance(value, bool):
            self._refuse(key, f"{value!r} is no whole number")
            return 0
        return value

    def size(self, key: str) -> int:
        """Bytes, written as in "512M"."""
        value = self._take(key, None)
        if value is None:
            return 0
        found = re.fullmatch(r"([0-9]{1,15})([KMG]?)", value) if isinstance(value, str) else None
        if not found:
            self._refuse(key, f'{value!r} is no size; write it like "512M" or "2G"')
            return 0
        return int(found.group(1)) * _UNITS[found.group(2)]

    def cores(self, key: str) -> tuple[int, ...]:
        value = self._take(key, None)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(type(core) is int and core >= 0 for core in value):
            self._refuse(key, f"{value!r} is no list of core numbers like [1, 2, 3]")
            return ()
        return tuple(value)

    def pci_id(self, key: str) -> str:
        value = self.text(key)
        if value and not _PCI_ID.fullmatch(value):
            self._refuse(key, f'{value!r} is no PCI id; write it like "1234:11e8"')
        return value

    def pci_ids(self, key: str) -> tuple[str, ...]:
        value = self._take(key, [])
        if not isinstance(value, list):
            self._refuse(key, f'{value!r} is no list of PCI ids like ["1234:11e8"]')
            return ()
        for one in value:
            if not isinstance(one, str) or not _PCI_ID.fullmatch(one):
                self._refuse(key, f'{one!r} is no PCI id; write it like "1234:11e8"')
        return tuple(str(one) for one in value)

    def finish(self) -> None:
        for key in self._content:
            if key not in self._known:
                known = ", ".join(sorted(self._known))
                self._refuse(key, f"unknown key; known here: {known}")
