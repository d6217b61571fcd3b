# SPDX-License-Identifier: GPL-2.0-only
"""Server communication between processes, and the servers that are there from the start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from antbed_runner import Antbed
from guest import eventually, tap


@pytest.fixture
def without_names(machine: Antbed) -> Iterator[None]:
    machine.ant("servers stop names")
    yield
    machine.ant("servers start names")


def servers(machine: Antbed) -> dict[str, int]:
    """Process numbers by name."""
    lines = machine.ant("servers").splitlines()
    return {name: int(process) for process, name in (line.split() for line in lines)}


@pytest.mark.usefixtures("without_names")
@pytest.mark.parametrize("client, server", [(1, 1), (2, 2), (1, 2), (2, 1), (2, 3)])
def test_requests_replies_areas_and_ends(machine: Antbed, client: int, server: int) -> None:
    assert tap(machine, f"on {client} servertest {server}") > 30


def test_the_first_servers(machine: Antbed) -> None:
    """init has started them before the shells; each is the process it says."""
    # In another order once one was replaced; and a new `names` is told the others' names within a second.
    assert eventually(lambda: set(servers(machine)) == {"names", "console", "edu"})
    found = servers(machine)
    processes = {line.split()[-1]: int(line.split()[0]) for line in machine.ant("ps").splitlines()[1:]}
    assert found == {name: processes[f"{name}_server"] for name in found}
    assert "init" not in processes


def test_killed_server_is_started_again(machine: Antbed) -> None:
    first = servers(machine)["edu"]
    machine.ant(f"kill {first}")
    assert "edu: there is no server edu: servers start edu" in machine.ant_fails("edu 10")
    assert "edu" not in servers(machine)
    machine.ant("servers start edu")
    assert servers(machine)["edu"] != first
    assert machine.ant("edu 10") == "3628800\n"


def test_name_server_is_replaced(machine: Antbed) -> None:
    """The others keep running, and tell the new one their names."""
    before = servers(machine)
    machine.ant("servers stop names")
    assert "there is no server names" in machine.ant_fails("edu 10")
    machine.ant("servers start names")
    assert machine.ant("sleep 1; edu 10") == "3628800\n"
    after = servers(machine)
    assert after["names"] != before["names"] and after["edu"] == before["edu"]


def test_there_is_one_server_of_a_name(machine: Antbed) -> None:
    for name in ("names", "console", "edu"):
        assert "File exists" in machine.ant_fails(f"servers start {name}")
    assert "No such file" in machine.ant_fails("servers start nonsense")
    # Past the check of the program `servers`: the server itself is refused, and says so.
    assert "names_server: serve_names: Device or resource busy" in machine.ant_fails("names_server")
    assert "console_server: serve_console: Device or resource busy" in machine.ant_fails("console_server")
    assert "edu_server: claiming the device: Device or resource busy" in machine.ant_fails("driver edu_server")


def test_starts_and_ends_leave_nothing(machine: Antbed) -> None:
    def free() -> str:
        return "".join(line for line in machine.ant("mem").splitlines(True) if "free" in line)

    machine.ant("servers stop edu; servers start edu")
    before = free()
    for core in (1, 2, 3, 1):
        machine.ant(f"servers stop edu; on {core} servers start edu; edu 3")
    assert free() == before


def test_a_request_costs_the_same_whatever_the_length_of_its_data(own_machine: Antbed) -> None:
    """In exact mode an instruction is a nanosecond, so this is a statement about the path, not about luck."""
    own_machine.up("--accel", "exact")
    for command in ("bench -n 100 ipc", "bench -n 100 -c 2 ipc"):
        rows = [line.split() for line in own_machine.ant(command).splitlines()[1:]]
        median = {row[1]: int(row[7]) for row in rows}
        for how in ("lend", "move"):
            assert median[f"{how}-65536"] <= 1.05 * median[f"{how}-64"], median
