# SPDX-License-Identifier: GPL-2.0-only
"""What Linux has to make ready before anything is measured: a file in memory, disks with files."""

from __future__ import annotations

from .cells import EXACT
from .plan import ONE_FILE, BenchWish, Work

# What was read or written must not be in memory already, nor in a disk's cache.
DROP_CACHES = "drop-caches"
_ONE_FILE_KB = 64

# On the exact clock an instruction takes 1 ns. The paper's processor has 3.4 GHz; with one instruction in a cycle it
# executes 34 while its disk lives 10 ns. So the disk's time passes 3.4 times as slowly as the exact clock.
INSTRUCTIONS_IN_10_NS = 34


def lines(wish: BenchWish, works: list[Work]) -> list[str]:
    """Commands for Linux, in their order."""
    commands = [f"dd if=/dev/zero of={ONE_FILE} bs=1024 count={_ONE_FILE_KB} 2>/dev/null"]
    disks = max((work.cell.disks for work in works), default=0)
    if disks:
        files = max(work.cell.processes for work in works if work.uses_disks)
        exact = any(work.cell.clock == EXACT for work in works)
        slow = f" -s {INSTRUCTIONS_IN_10_NS}" if exact else ""
        commands.append(f"prepare-bench-files -d {disks} -n {files} -m {wish.file_bytes >> 20}{slow}")
    return commands
