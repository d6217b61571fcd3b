# SPDX-License-Identifier: GPL-2.0-only
"""Finds the line of a key in a TOML text: tomllib reads values but forgets where they stood."""

from __future__ import annotations

import re

_TABLE = re.compile(r"^\s*\[([A-Za-z0-9_.-]+)\]\s*(#.*)?$")
_ARRAY = re.compile(r"^\s*\[\[([A-Za-z0-9_.-]+)\]\]\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")


class KeyLines:
    """Maps "table.key", "array[0].key" and the headers "table", "array", "array[0]" to line numbers."""

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
