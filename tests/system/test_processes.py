# SPDX-License-Identifier: GPL-2.0-only
"""AnT's processes and kernels: what ends gives back, what is exhausted is an error, who is urgent runs first."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

import backends
from antbed_runner import Antbed
from guest import eventually
from profiles import ROOT, changed


def free(machine: Antbed) -> dict[str, int]:
    """The machine's memory, in bytes."""
    lines = dict(line.split(": ") for line in machine.ant("mem").splitlines())
    return {name: int(lines[name]) for name in ("frames_free", "ica_free")}


def test_a_thousand_processes_leave_nothing_behind(machine: Antbed) -> None:
    machine.ant("spawntest 10")
    before = free(machine)
    assert machine.ant("spawntest 1000") == "1000 processes on 3 cores\n"
    assert eventually(lambda: free(machine) == before), f"{before}\n{free(machine)}"


@pytest.mark.parametrize("core", [1, 2])
@pytest.mark.parametrize(
    "what, error", [("fill", "EAGAIN"), ("memory", "ENOMEM"), ("ica", "ENOMEM")], ids=["processes", "memory", "ica"]
)
def test_what_is_exhausted_is_an_error_and_comes_back(machine: Antbed, what: str, error: str, core: int) -> None:
    machine.ant("true")
    before = free(machine)
    said = machine.ant(f"on {core} spawntest {what}")
    count = int(said.split()[2].rstrip(":"))
    assert said.endswith(f"{error}\n") and count > 200, said
    assert eventually(lambda: free(machine) == before), f"{before}\n{free(machine)}"
    for other in (1, 2, 3):
        assert machine.ant(f"on {other} calltest null") == "null retval=0\n"


def test_the_pkernel_is_less_than_half_of_the_mkernel(machine: Antbed) -> None:
    rows = {line.split()[0]: line.split() for line in machine.ant("kernels").splitlines()}
    size = {name: int(rows[name][2]) + int(rows[name][3]) for name in ("m-kernel", "p-kernel")}
    assert 10_000 < size["p-kernel"] < size["m-kernel"] / 2, size


def test_who_is_more_urgent_runs_at_once(own_machine: Antbed) -> None:
    """Beside a busy process, a sleeper of higher priority wakes in microseconds, not with the next tick (10 ms)."""
    own_machine.up("--accel", "exact")
    for core in (1, 2):
        lateness = int(own_machine.ant(f"on {core} spawntest preempt").split()[2])
        assert lateness < 50_000, lateness


@pytest.fixture(scope="session")
def selftest(kernel: str, share: Path) -> str:
    """The commands that start, in AnT's place, the image that tests itself; further words for it may follow."""
    image = share / "ant-selftest.bzImage"
    argv = ["images/ant-bzimage.sh", "build/ant/ant-selftest", str(image)]
    subprocess.run(argv, cwd=ROOT, env={**os.environ, "KERNEL": kernel}, check=True, timeout=1800)
    load = f"kexec --mint-load /host/{image.name} --initrd=/boot/ant.cpio"
    return f'{load} --command-line="$(start-ant --print) $words" && kexec --mint-start=1'


def with_cores(directory: Path, cores: list[int]) -> str:
    """The small machine with so many cores for AnT, whose place is left free."""
    return changed(
        directory,
        f"selftest-{len(cores)}",
        ("cores = 4", f"cores = {len(cores) + 1}"),
        ("cores = [1, 2, 3]", f"cores = {cores}"),
        ("[ant]", '[ant]\ncommand_line = "autostart=0"'),
    )


@pytest.mark.parametrize("cores", [[1], [1, 2], [1, 2, 3]], ids=["1-core", "2-cores", "3-cores"])
def test_the_kernel_tests_itself(own_machine: Antbed, tmp_path: Path, selftest: str, cores: list[int]) -> None:
    own_machine.up("--profile", with_cores(tmp_path, cores))
    own_machine.linux(selftest)
    assert eventually(lambda: "\nselftest: " in own_machine.log("ant").replace("\r", ""))
    assert own_machine.ant("echo", "AnT goes on") == "AnT goes on\n"
    results = [line for line in own_machine.log("ant").splitlines() if line.startswith("selftest")]
    assert [line for line in results if " ok: " not in line] == results[-1:], "\n".join(results)
    count = len(results) - 1
    assert results[-1] == f"selftest: {count} of {count} passed on {len(cores)} cores"
    assert [line.split()[1] for line in results[:-1]] == [str(number + 1) for number in range(count)]
    # None is left out: 10 of each core, 2 between the first and each other one, 30 more.
    assert count >= 30 + 10 * len(cores) + 2 * (len(cores) - 1)


@pytest.mark.parametrize(
    "name, said",
    [
        ("overrun", r"core 1 \(m-kernel\), process \d+ \(true\): double fault, .*: the kernel stack of process \d+"),
        ("boot-overrun", r"core 1 \(m-kernel\): double fault, .*: the idle stack of the m-kernel's core is overrun"),
        ("code", r"core 1 \(m-kernel\): exception 14, .*, write to 0x40\w+, which is protected"),
        ("data", r"core 1 \(m-kernel\): exception 14, .*, execution of 0x40\w+, which is protected"),
        ("user-data", r"core 1 \(m-kernel\): exception 14, .*, read of 0x00400000, which is protected"),
        ("user", r"core 1 \(m-kernel\): exception 14, .*, execution of 0x00400000, which is protected"),
    ],
)
def test_the_kernel_is_protected_from_itself(
    own_machine: Antbed, tmp_path: Path, selftest: str, name: str, said: str
) -> None:
    own_machine.up("--profile", with_cores(tmp_path, [1]))
    result = own_machine.exec("linux", f"words=selftest={name}; {selftest} && sleep 60")
    assert result.status == 125, str(result)
    assert re.search(said, result.errors), result.errors


def test_a_panic_of_the_pkernel_is_told_by_the_mkernel(own_machine: Antbed, tmp_path: Path, selftest: str) -> None:
    own_machine.up("--profile", with_cores(tmp_path, [1, 2, 3]))
    result = own_machine.exec("linux", f"words=selftest=pkernel; {selftest} && sleep 60")
    assert result.status == 125, str(result)
    assert backends.ANT_PANICKED in result.errors.splitlines()[-1]
    assert "AnT panic on core 2 (p-kernel): message" in result.errors
    assert "ant::role::take_message" in result.errors  # from the p-kernel's own symbols
