# SPDX-License-Identifier: GPL-2.0-only
"""The paper's Tables 3 and 4 in the report (effort.py counts), and the claims C8 and C9."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import TestbedError
from ..paths import ROOT
from . import effort, paper
from .verdicts import MOST_CHANGED, MOST_FILES_OUTSIDE_PROXY, Compared, Outcome, Verdict

C8 = "Adding a call touches the proxy only."
C9 = "AnT was changed by under 1 % to live beside Linux."

# The way of a call without the proxy. A file of these that knows a call by number or name would have to change with it.
_WAY = ("ant/linux", "lkm", "userland/parent", "mint-patches/files")
_KNOWS_CALLS = ("SYS_", "__NR_", "LinuxNumber")


@dataclass(frozen=True)
class Development:
    table: str
    share: float | None  # of AnT's kernel that Table 3 is about; None: could not be counted
    way: int  # files on a call's way outside the proxy
    knowing: tuple[str, ...]  # those of them that know single calls


def measure(root: Path = ROOT) -> Development:
    files = [path for place in _WAY for path in sorted((root / place).rglob("*.[chS]*")) if path.is_file()]
    knowing = [
        str(path.relative_to(root)) for path in files
        if any(word in path.read_text(encoding="utf-8", errors="replace") for word in _KNOWS_CALLS)
    ]
    try:
        counted = effort.count(root)
    except TestbedError as error:
        return Development(f"not counted: {error}", None, len(files), tuple(knowing))
    return Development(effort.as_text(counted), counted.share()[0] / 100, len(files), tuple(knowing))


def judge(found: Development) -> list[Verdict]:
    return [_c8(found), _c9(found)]


def _c8(found: Development) -> Verdict:
    good = len(found.knowing) <= MOST_FILES_OUTSIDE_PROXY
    named = f"these do: {', '.join(found.knowing)}" if found.knowing else "none knows one call from another"
    why = f"Of {found.way} files on a call's way outside the proxy (driver, module, parent, Mint) {named}."
    return Verdict("C8", C8, "", Outcome.REPRODUCED if good else Outcome.NOT_REPRODUCED, why)


def _c9(found: Development) -> Verdict:
    if found.share is None:
        return Verdict("C9", C9, "", Outcome.NOT_MEASURED, f"{found.table[0].upper()}{found.table[1:]}.")
    why = (
        f"{found.share:.2%} of AnT's kernel are about living beside Linux, in the paper 0.57 %; the limit is 1 %."
        " The paper changed an AnT that was there; this smaller one was written for the purpose, and whole files count."
    )
    table = (Compared("AnT's parts of Table 3", paper.value("effort-coexistence"), 100 * found.share, "%"),)
    outcome = Outcome.REPRODUCED if found.share < MOST_CHANGED else Outcome.NOT_REPRODUCED
    return Verdict("C9", C9, "", outcome, why, table)
