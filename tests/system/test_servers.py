# SPDX-License-Identifier: GPL-2.0-only
"""Server communication between processes: what servertest tries, on one core and between cores."""

from __future__ import annotations

import pytest

from antbed_runner import Antbed


@pytest.mark.parametrize("client, server", [(1, 1), (2, 2), (1, 2), (2, 1), (2, 3)])
def test_requests_replies_areas_and_ends(machine: Antbed, client: int, server: int) -> None:
    lines = machine.ant(f"on {client} servertest {server}").splitlines()
    assert [line for line in lines if line.startswith("not ok")] == []
    assert lines[-1] == f"1..{len(lines) - 1}" and len(lines) > 30
