# SPDX-License-Identifier: GPL-2.0-only
"""The figures that the paper prints (bench/paper.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from ..paths import ROOT

_FILE = ROOT / "bench" / "paper.toml"


@dataclass(frozen=True)
class Printed:
    value: float
    unit: str
    place: str
    says: str


@cache
def printed() -> dict[str, Printed]:
    return {name: Printed(**entry) for name, entry in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()}


def value(name: str) -> float:
    return printed()[name].value
