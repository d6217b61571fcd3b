# SPDX-License-Identifier: GPL-2.0-only
"""A directory as an initial RAM file system (the "newc" archive of Linux's Documentation/driver-api/early-userspace).

Same files, same bytes: no times, no owners but root, numbers by order; and device nodes need no root on the host.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

_TRAILER = "TRAILER!!!"


@dataclass(frozen=True)
class Entry:
    name: str
    mode: int
    data: bytes = b""
    device: tuple[int, int] = (0, 0)  # major, minor


def tree(root: Path, without: tuple[str, ...] = ()) -> list[Entry]:
    """Everything below a directory, sorted by name; parents come before what is in them."""
    entries = []
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if name in without:
            continue
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            data = os.fsencode(os.readlink(path))
        else:
            data = path.read_bytes() if stat.S_ISREG(mode) else b""
        entries.append(Entry(name, mode, data))
    return entries


def archive(entries: list[Entry]) -> bytes:
    out = bytearray()
    for number, entry in enumerate([*entries, Entry(_TRAILER, 0)], start=1):
        name = entry.name.encode() + b"\0"
        fields = (number, entry.mode, 0, 0, 1, 0, len(entry.data), 0, 0, *entry.device, len(name), 0)
        out += b"070701" + b"".join(b"%08x" % field for field in fields) + name
        out += b"\0" * (-len(out) % 4) + entry.data
        out += b"\0" * (-len(out) % 4)
    return bytes(out)
