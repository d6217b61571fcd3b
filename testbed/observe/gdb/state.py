# SPDX-License-Identifier: GPL-2.0-only
"""Everything at once: the command `state`."""

from __future__ import annotations

import gdb

from . import tables
from .command import command

_PARTS = (
    ("where each call stands", "where-is-call"),
    ("LCA management table", "lca-table"),
    ("all cores", "cores"),
    ("AnT's processes", "ant-ps"),
    ("AnT's kernel log, last lines", "ant-klog 20"),
    ("Linux's processes", "linux-ps"),
)


@command("state")
def _state(argument: str) -> None:
    """All of this at once: calls, table, cores, processes, log, and who has a call in his hands."""
    for title, line in _PARTS:
        _part(title, line)
    try:
        involved = tables.involved()
    except (gdb.error, RuntimeError) as error:
        print(f"(who is involved cannot be told: {error})")
        return
    for title, line in involved:
        _part(title, line)


def _part(title: str, line: str) -> None:
    """What cannot be read in a broken machine must not hide the rest."""
    print(f"=== {title}")
    try:
        gdb.execute(line)
    except (gdb.error, RuntimeError) as error:
        print(f"(not to be had: {error})")
    print()
