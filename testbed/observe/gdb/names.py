# SPDX-License-Identifier: GPL-2.0-only
"""Names for numbers, from the sources that define them."""

from __future__ import annotations

import re
from functools import cache

from testbed.contract import constant
from testbed.paths import ROOT

_NUMBERS = ROOT / "ant" / "lib" / "linux_numbers.h"


@cache
def _call_names() -> dict[int, str]:
    text = _NUMBERS.read_text(encoding="utf-8")
    return {int(number): name for name, number in re.findall(r"^\s*(\w+) = (\d+),$", text, re.MULTILINE)}


def call_name(number: int) -> str:
    """Of a Linux system call, as libant has it, or the number for one that it has not."""
    if number == constant("lca.h", "ANTLINUX_CALL_NULL"):
        return "null"
    return _call_names().get(number, f"call {number}")
