# SPDX-License-Identifier: GPL-2.0-only
"""Thousands of commands through the control channels: no output and no status may be lost, doubled or another's."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from antbed_runner import Antbed

COMMANDS = int(os.environ.get("ANTBED_SOAK_COMMANDS", "1000"))
SYSTEMS = ("linux", "ant")

pytestmark = pytest.mark.timeout(0)  # each command has its own limit


@contextmanager
def busy_host() -> Iterator[None]:
    """Twice as many busy processes as this computer has cores."""
    argv = [sys.executable, "-c", "while True: pass"]
    loads = [subprocess.Popen(argv) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for load in loads:
            load.kill()
            load.wait()


def check(machine: Antbed, system: str, number: int, numbers: random.Random) -> None:
    """One command whose answer cannot be an earlier one's."""
    word = f"{number}-{numbers.getrandbits(40):x}"
    status = number % 256
    on_linux = [f"echo {word} >&2; seq 1 30000 | tail -n 1; echo {word}; exit {status}", f"echo {word}; exit {status}"]
    command = numbers.choice(on_linux) if system == "linux" else f"echo {word}; exit {status}"
    out, err = f"{word}\n", ""
    if "seq" in command:
        out, err = f"30000\n{word}\n", out
    result = machine.exec(system, command)
    assert (result.status, result.text, result.errors) == (status, out, err), command


def run(machine: Antbed, system: str, count: int, longest_gap: float, shortest_gap: float = 0.0) -> None:
    numbers = random.Random(count)
    for number in range(count):
        check(machine, system, number, numbers)
        time.sleep(numbers.uniform(shortest_gap, longest_gap))


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_at_once(machine: Antbed, system: str) -> None:
    run(machine, system, COMMANDS, 0.0)


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_at_once_on_a_busy_host(machine: Antbed, system: str) -> None:
    with busy_host():
        run(machine, system, COMMANDS // 2, 0.0)


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_after_gaps(machine: Antbed, system: str) -> None:
    """Around the half second after which an absent host counts as gone."""
    run(machine, system, COMMANDS // 5, 1.2, 0.4)


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_after_gaps_on_a_busy_host(machine: Antbed, system: str) -> None:
    with busy_host():
        run(machine, system, COMMANDS // 10, 1.2, 0.4)


KILLED = {
    "linux": ["head -c 30000000 /dev/zero", "seq 1 200000", "echo x; sleep 5000", "sleep 0.2", "echo x"],
    "ant": ["cat /root/numbers.txt; cat /bin/busybox", "echo x; sleep 5000", "sleep 0.2", "true; true; true; echo x"],
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_after_a_killed_antbed(machine: Antbed, system: str) -> None:
    """Wherever it was: before its command, in the middle of the output, or right at the end."""
    numbers = random.Random(1)
    for number in range(COMMANDS // 10):
        argv = machine.command("exec", "--on", system, "--", numbers.choice(KILLED[system]))
        with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            if numbers.random() < 0.5 and process.stdout:
                process.stdout.read(1)
            time.sleep(numbers.uniform(0.0, 0.4))
            process.kill()
        time.sleep(numbers.choice([0.0, 0.0, 0.0, 0.6, 1.0]))
        check(machine, system, number, numbers)


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_after_a_timeout(machine: Antbed, system: str) -> None:
    """The interrupt comes anywhere in a list of short commands."""
    numbers = random.Random(1)
    commands = "; ".join(["true"] * 50 + ["sleep 5000"])
    for number in range(COMMANDS // 10):
        result = machine.exec(system, commands, timeout=numbers.uniform(0.001, 0.3))
        assert result.status == 124 and "the command was ended" in result.errors, str(result)
        check(machine, system, number, numbers)
