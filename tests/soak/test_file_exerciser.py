# SPDX-License-Identifier: GPL-2.0-only
"""A million random operations on files from all of AnT's cores, and as many while everybody is killed at random.

ANTBED_SOAK_OPERATIONS says how many. A failure prints its seed and, shrunk, the operations that show it."""

from __future__ import annotations

import os
import re
import secrets

import pytest

from antbed_runner import Antbed
from guest import counting_kills, meanwhile

OPERATIONS = int(os.environ.get("ANTBED_SOAK_OPERATIONS", "1000000"))
PLACES = [("/tmp", ""), ("/var/tmp", ""), ("/host", "-u")]
LIMIT = 60 + OPERATIONS / 100  # seconds; detects a hang

pytestmark = pytest.mark.timeout(0)  # each command has its own limit


def command(machine: Antbed, directory: str, operations: int, options: str) -> str:
    cores = len(machine.ant("cores").splitlines())
    seed = secrets.randbelow(1 << 31)
    return f"filetest -d {directory} -s {seed} -n {max(operations // cores, 1)} -p {cores} {options}"


def summaries(text: str) -> list[str]:
    return re.findall(r"^filetest: .* operations in .* all as expected$", text, re.MULTILINE)


@pytest.mark.parametrize("place, options", PLACES)
def test_random_operations_on_all_cores(machine: Antbed, place: str, options: str) -> None:
    directory = f"{place}/exerciser"
    words = command(machine, directory, OPERATIONS // len(PLACES), f"-c {options}")
    printed = machine.ant(words, timeout=LIMIT)
    assert summaries(printed), printed
    ours = re.findall(r"^[0-9a-f]{64}  .*\n", printed, re.MULTILINE)
    linux = machine.linux(f"find {directory} -type f -exec sha256sum {{}} +").splitlines(keepends=True)
    assert ours and sorted(ours) == sorted(linux), words
    machine.linux(f"rm -r {directory}")


@pytest.mark.parametrize("place", ["/tmp", "/var/tmp"])
@pytest.mark.parametrize("killed", ["-k", "-K"], ids=["linux", "both"])
def test_what_was_acknowledged_is_there_whoever_dies(machine: Antbed, place: str, killed: str) -> None:
    """Proxies and parents; and the processes of AnT's that make the operations."""
    words = command(machine, f"{place}/exerciser", OPERATIONS // 2, killed)
    with meanwhile(machine, words, timeout=LIMIT * 4) as results:
        deaths = counting_kills(machine, results, parents=True)
    assert deaths > 0 and summaries(results[0].text), f"{words}\n{results[0]}"
    print(results[0].text, f"{deaths} processes of Linux's were killed")
    machine.linux(f"rm -r {place}/exerciser")
