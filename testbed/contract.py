# SPDX-License-Identifier: GPL-2.0-only
"""Reads the constants of include/antlinux/, so that no number is written down twice."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from .errors import TestbedError
from .paths import CONTRACT, shown


@cache
def _defined(header: str, name: str, value: str, kind: str) -> str:
    """What `value` matches behind `#define NAME`."""
    path = CONTRACT / header
    found = re.search(rf"^#define\s+{name}\s+{value}", path.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise TestbedError(f"{shown(path)} does not define {name} as {kind}")
    return found.group(1)


def constant(header: str, name: str) -> int:
    """The value of `#define NAME NUMBER` in a header of the contract."""
    return int(_defined(header, name, r"(0[xX][0-9a-fA-F]+|\d+)[uUlL]*\b", "a plain number"), 0)


def control_port() -> str:
    """The name of the virtio port that is Linux's control channel."""
    return _defined("testbed.h", "ANTLINUX_CONTROL_PORT_NAME", r'"([^"]*)"', "a string")


class Stop(NamedTuple):
    """A stop of a call's way: what it is called, and what is so from there on."""

    word: str
    sentence: str


@cache
def stops() -> dict[str, Stop]:
    """The stops of a call's way by their words, in their order (observe/stops.h)."""
    table = (CONTRACT / "observe/stops.h").read_text(encoding="utf-8")
    return {word: Stop(word, sentence) for word, sentence in re.findall(r'STOP\(\w+, "(\w+)", "(.+?)"\)', table)}


def region_base() -> int:
    """The physical address AnT is linked for."""
    return constant("table.h", "ANTLINUX_REGION_BASE")


def ramdisk_offset() -> int:
    """Where in its region AnT's RAM disk lies; frames and the ICA follow behind it."""
    return constant("table.h", "ANTLINUX_RAMDISK_OFFSET")


def max_cores() -> int:
    return constant("abi.h", "ANTLINUX_MAX_CORES")


def max_depth() -> int:
    return constant("table.h", "ANTLINUX_MAX_DEPTH")


def ant_panic_status() -> int:
    """QEMU's exit status after AnT panicked: isa-debug-exit makes (value << 1) | 1 of a byte."""
    return constant("testbed.h", "ANTLINUX_EXIT_ANT_PANIC") << 1 | 1


def linux_panic_status() -> int:
    return constant("testbed.h", "ANTLINUX_EXIT_LINUX_PANIC") << 1 | 1
