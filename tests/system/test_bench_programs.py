# SPDX-License-Identifier: GPL-2.0-only
"""What `make bench` measures with: the program `measure` on both systems, the disks of the model and their files."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator

import pytest

import guest
from antbed_runner import Antbed
from testbed.bench import memory

MIB = 4
FILE = "/bench/over-2/file.2"  # on the second disk


def pattern(mib: int) -> bytes:
    one = "".join(f"{number:06}\n" for number in itertools.takewhile(lambda n: n <= 150_000, itertools.count(1)))
    return one.encode()[: 1 << 20] * mib


def rows(output: str) -> list[dict[str, str]]:
    lines = [line for line in output.splitlines() if not line.startswith("#")]
    columns = lines[0].split(",")
    assert columns == ["case", "step", "repeat", "index", "ticks"]
    return [dict(zip(columns, line.split(","), strict=True)) for line in lines[1:]]


def header(output: str) -> dict[str, str]:
    pairs = (line[2:].split("=", 1) for line in output.splitlines() if line.startswith("# "))
    return {key: value for key, value in pairs}


def mechanics(machine: Antbed, disk: int) -> dict[str, int]:
    lines = machine.linux(f"cd /sys/block/antdisk{disk}/mechanics && grep . [!d]* destaged")
    return {line.split(":")[0]: int(line.split(":")[1]) for line in lines.splitlines()}


@pytest.fixture(scope="module")
def disks(machine: Antbed) -> Iterator[Antbed]:
    """Two disks with two files of a few MiB."""
    machine.linux(f"prepare-bench-files -d 2 -n 2 -m {MIB}", timeout=400)
    yield machine
    machine.linux("umount /bench/1 /bench/2 && rmmod antdisk")


def run(machine: Antbed, system: str, command: str) -> str:
    return machine.ant(command, timeout=400) if system == "ant" else machine.linux(command, timeout=400)


def test_kept_proxies_are_found_while_processes_come_and_go(machine: Antbed) -> None:
    """Some process always ends between its number being read and its file being opened."""
    with guest.gate(machine) as gate, guest.meanwhile(machine, f"cat {gate}"):
        assert guest.eventually(lambda: guest.proxies(machine) == 1)
        bustle = "n=0; while [ $n -lt 1500 ]; do /bin/true & n=$((n + 1)); done"
        look = f'for n in $(seq 40); do [ "$({memory.PROXIES} | wc -l)" = 1 ] || echo missed; done'
        missed = machine.linux(f"({bustle}) & {look}; wait")
        guest.open_gate(machine, gate)
    assert missed == ""


def test_both_systems_read_what_is_on_the_disks(disks: Antbed) -> None:
    disks.linux("drop-caches")
    expected = hashlib.sha256(pattern(MIB)).hexdigest()
    assert disks.ant(f"sha256sum {FILE}", timeout=400).split()[0] == expected
    assert disks.linux("sha256sum /bench/1/file.1").split()[0] == expected


@pytest.mark.parametrize("system", ["ant", "linux"])
def test_every_call_is_a_row(disks: Antbed, system: str) -> None:
    output = run(disks, system, f"measure io -m random -d read -l 1024 -c 20 -n 2 {FILE}")
    assert header(output)["system"] == system
    assert int(header(output)["tick_hz"]) > 0
    table = rows(output)
    assert [row["step"] for row in table] == (["lseek", "read"] * 20 + ["total"]) * 2
    assert all(int(row["ticks"]) > 0 for row in table)


@pytest.mark.parametrize("system", ["ant", "linux"])
def test_random_reads_take_as_long_as_the_disk_says(disks: Antbed, system: str) -> None:
    disks.linux("drop-caches")
    before = mechanics(disks, 2)
    output = run(disks, system, f"measure io -m random -d read -l 4096 -c 100 {FILE}")
    after = mechanics(disks, 2)
    busy_ns = after["busy_ns"] - before["busy_ns"]
    assert after["reads"] - before["reads"] >= 60, "some of 100 places are the same page"
    total_ns = int(rows(output)[-1]["ticks"]) * 10**9 / int(header(output)["tick_hz"])
    assert total_ns > 0.8 * busy_ns, "faster than the disk"
    # The disk reads ahead, and a file this small is soon in its cache.
    assert busy_ns > 20_000_000, "random reads cannot be that fast"


def test_files_of_several_disks_are_read_at_once(disks: Antbed) -> None:
    disks.linux("drop-caches")
    output = disks.ant("measure many -m random -d read -l 1024 -c 30 -p 2 -C 1,2 /bench/over-2/file", timeout=400)
    assert [row["case"] for row in rows(output)] == ["many-random-read"]
    assert mechanics(disks, 1)["reads"] > 20 and mechanics(disks, 2)["reads"] > 20


def test_what_is_written_from_ant_is_there_after_the_caches_are_dropped(disks: Antbed) -> None:
    disks.linux("cp /bench/1/file.1 /bench/1/copy && chmod 666 /bench/1/copy && sync")
    disks.linux("dd if=/dev/zero of=/tmp/zero bs=65536 count=1 2>&1")
    disks.ant("cp /tmp/zero /bench/1/copy", timeout=400)
    disks.linux("drop-caches")
    assert disks.linux("cmp /tmp/zero /bench/1/copy; echo $?").strip() == "0"
    assert mechanics(disks, 1)["writes"] > 0
    disks.linux("rm /bench/1/copy /tmp/zero")


def test_null_calls_in_their_three_states(machine: Antbed) -> None:
    for state in ("continued", "not-continued", "delayed"):
        table = rows(machine.ant(f"measure null -s {state} -n 20"))
        assert len(table) == 20 and {row["case"] for row in table} == {f"null-{state}"}
    assert "AnT only" in machine.exec("linux", "measure null -s continued").errors


def test_a_failed_measurement_is_one_line(machine: Antbed) -> None:
    result = machine.exec("ant", "measure calls stat /no/such/file")
    assert (result.status, result.errors) == (1, "measure: /no/such/file: No such file or directory\n")
    assert "case," not in result.text


def test_files_that_do_not_fit_are_refused(machine: Antbed) -> None:
    result = machine.exec("linux", "prepare-bench-files -d 1 -n 40 -m 200")
    assert result.status == 1 and "do not fit" in result.errors
    assert machine.exec("linux", "prepare-bench-files -d 9").status == 2


def test_the_steps_of_a_call_add_up(machine: Antbed) -> None:
    table = rows(machine.ant("measure steps -n 3 null"))
    assert len(table) == 3 * 2 * 10
    for first in range(0, len(table), 10):
        ways = [int(row["ticks"]) for row in table[first : first + 9]]
        assert table[first + 9]["step"] == "total"
        assert sum(ways) == int(table[first + 9]["ticks"]) and min(ways) > 0
    assert machine.linux("cat /sys/module/antlinux/parameters/stamps").strip() == "N", "switched off afterwards"
