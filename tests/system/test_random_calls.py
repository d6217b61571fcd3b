# SPDX-License-Identifier: GPL-2.0-only
"""Processes of AnT's that make random calls, Linux's and AnT's, and are killed meanwhile: only they may notice."""

from __future__ import annotations

import pytest

from antbed_runner import Antbed
from guest import Standing, without_proxies

CALLS = 10000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_calls_change_nothing_of_others(machine: Antbed, seed: int) -> None:
    without_proxies(machine)
    before = Standing.of(machine)
    printed = machine.ant(f"fuzzcalls -s {seed} -n {CALLS}", timeout=300)
    assert f"seed {seed}: {CALLS} calls by " in printed and printed.endswith(": nothing has changed\n"), printed
    without_proxies(machine)
    assert Standing.of(machine) == before
    assert machine.ant("cat /host/hello.txt") == machine.linux("cat /host/hello.txt")
