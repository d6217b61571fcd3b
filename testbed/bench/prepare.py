# SPDX-License-Identifier: GPL-2.0-only
"""What Linux has to make ready before anything is measured: a file in memory, disks with files."""

from __future__ import annotations

from .plan import ONE_FILE, Wish, Work

# What was read or written must not be in memory already, nor in a disk's cache.
DROP_CACHES = "drop-caches"
_ONE_FILE_KB = 64


def lines(wish: Wish, works: list[Work]) -> list[str]:
    """Commands for Linux, in their order."""
    commands = [f"dd if=/dev/zero of={ONE_FILE} bs=1024 count={_ONE_FILE_KB} 2>/dev/null"]
    disks = max((work.cell.disks for work in works), default=0)
    if disks:
        files = max(work.cell.processes for work in works if work.uses_disks)
        commands.append(f"prepare-bench-files -d {disks} -n {files} -m {wish.file_bytes >> 20}")
    return commands
