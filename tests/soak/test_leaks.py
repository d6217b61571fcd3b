# SPDX-License-Identifier: GPL-2.0-only
"""A million random calls, and ten thousand killed callers: neither AnT nor Linux has less of anything afterwards.

ANTBED_SOAK_CALLS and ANTBED_SOAK_KILLS say how many."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import guest
from antbed_runner import Antbed
from guest import Standing, eventually, without_proxies

CALLS = int(os.environ.get("ANTBED_SOAK_CALLS", "1000000"))
KILLS = int(os.environ.get("ANTBED_SOAK_KILLS", "10000"))
CALLS_OF_ONE_SEED = 100000
KILLS_AT_ONCE = 1000
# Bytes of Linux's memory that any run may cost: lists of CPUs and the like, which grow with what was in use at once.
MOST_LINUX_BYTES = 1 << 20

pytestmark = pytest.mark.timeout(0)  # each command has its own limit


def free_linux_bytes(machine: Antbed) -> int:
    """Without what Linux can give back at any time."""
    machine.linux("sync; echo 3 >/proc/sys/vm/drop_caches")
    words = machine.linux("grep MemFree: /proc/meminfo").split()
    return 1024 * int(words[1])


@contextmanager
def nothing_is_lost(machine: Antbed) -> Iterator[None]:
    without_proxies(machine)
    before, free = Standing.of(machine), free_linux_bytes(machine)
    yield
    without_proxies(machine)
    assert Standing.of(machine) == before
    # Linux frees some of it a little later.
    assert eventually(lambda: free - free_linux_bytes(machine) < MOST_LINUX_BYTES, 30)


def test_random_calls(machine: Antbed) -> None:
    calls = min(CALLS, CALLS_OF_ONE_SEED)
    first = f"fuzzcalls -s 0 -n {min(calls, 1000)}"
    machine.ant(first, timeout=600)  # what is in use for the first time is not lost
    with nothing_is_lost(machine):
        for _ in range(CALLS // calls):
            command = f"fuzzcalls -s {secrets.randbelow(1 << 31)} -n {calls}"
            printed = machine.ant(command, timeout=60 + calls / 50)
            assert printed.endswith(": nothing has changed\n"), f"{command}\n{printed}"


def test_killed_readers(machine: Antbed) -> None:
    with guest.gate(machine) as gate:
        machine.ant(f"bench -n 10 cancel {gate}")
        with nothing_is_lost(machine):
            for left in range(KILLS, 0, -KILLS_AT_ONCE):
                count = min(left, KILLS_AT_ONCE)
                machine.ant(f"bench -n {count} cancel {gate}", timeout=60 + count)
                assert machine.ant("calltest null") == "null retval=0\n"
