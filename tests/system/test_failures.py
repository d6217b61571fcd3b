# SPDX-License-Identifier: GPL-2.0-only
"""What breaks, breaks alone: a dead proxy or parent, a program that crashes, one that is ended from outside."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

import guest
from antbed_runner import Antbed
from guest import (
    counter,
    eventually,
    meanwhile,
    open_gate,
    parent_and_proxies,
    proxies,
    the_parent,
    without_proxies,
)
from testbed.errors import CommandTimedOut
from testbed.talk.lease import need_machine
from testbed.talk.session import connected


@pytest.fixture
def gate(machine: Antbed) -> Iterator[str]:
    with guest.gate(machine) as path:
        yield path


def blocked_proxy(machine: Antbed) -> int:
    """The process number of the one proxy that there is."""
    assert eventually(lambda: proxies(machine) == 1 and counter(machine, "in_progress") == 1)
    return parent_and_proxies(machine)[1][0]


def test_killed_proxy_is_an_errno_and_the_next_call_works(machine: Antbed, gate: str) -> None:
    with meanwhile(machine, f"calltest open {gate} r , getpid , open /etc/hostname r") as results:
        machine.linux(f"kill -9 {blocked_proxy(machine)}")
    lines = results[0].text.splitlines()
    assert lines[0] == "open retval=-130 errno=EOWNERDEAD"
    assert "errno" not in lines[1] and "errno" not in lines[2]


def test_killed_parent_takes_nothing_with_it(machine: Antbed, gate: str) -> None:
    """A call that a proxy serves goes on, later ones wait for the next parent, and a kept proxy has its files."""
    with meanwhile(machine, f"calltest open /etc/hostname r , open {gate} r , read 3 4 , null") as results:
        proxy = blocked_proxy(machine)
        killed = the_parent(machine)
        machine.linux(f"kill -9 {killed}")
        assert not results and proxy in parent_and_proxies(machine)[1]
        open_gate(machine, gate)
    lines = results[0].text.splitlines()
    assert "retval=4 " in lines[2] and [line for line in lines if "errno" in line] == []
    assert the_parent(machine) != killed
    assert machine.exec("ant", "getpid").status == 0
    without_proxies(machine)


def test_calls_while_the_parent_is_killed_again_and_again(machine: Antbed) -> None:
    """Each is done; what a killed proxy had begun is told."""
    killer = "for i in 1 2 3 4 5 6; do killall -9 ant-parent; sleep 0.7; done 2>/dev/null; true"
    with meanwhile(machine, killer, system="linux") as results:
        outcomes = set()
        while not results:
            outcomes.add(machine.exec("ant", "calltest null").text.strip())
    assert outcomes <= {"null retval=0", "null retval=-130 errno=EOWNERDEAD"}, outcomes
    assert machine.exec("ant", "getpid").status == 0


def test_calls_wait_for_a_parent_only_so_long(machine: Antbed) -> None:
    """Nobody can start one: the callers are told. When one comes, all is well again, for a kept proxy, too."""
    seconds = "/sys/module/antlinux/parameters/parent_seconds"
    machine.linux(f"echo 1 >{seconds}; mv /sbin/ant-parent /sbin/away; kill -9 {the_parent(machine)}")
    try:
        assert machine.exec("ant", "calltest null").text == "null retval=-6 errno=ENXIO\n"
        assert counter(machine, "parent") == 0
    finally:
        machine.linux(f"mv /sbin/away /sbin/ant-parent; echo 5 >{seconds}")
    assert eventually(lambda: machine.exec("ant", "calltest null").text == "null retval=0\n")


def test_no_process_left_for_a_proxy_is_the_callers_errno(machine: Antbed, gate: str) -> None:
    """The user has as many processes as it may have; who has a proxy already does not notice."""
    with meanwhile(machine, f"calltest open {gate} r , null; calltest null") as results:
        blocked_proxy(machine)
        many = "n=0; while [ $n -lt 700 ]; do sleep 1000 & n=$((n + 1)); done; echo all >/tmp/all; wait"
        machine.linux(f"su -s /bin/sh ant -c '{many}' >/dev/null 2>&1 &")
        assert eventually(lambda: machine.exec("linux", "cat /tmp/all").text == "all\n")
        open_gate(machine, gate)
    machine.linux("killall sleep; rm /tmp/all")
    opened, first, second = results[0].text.splitlines()
    assert "errno" not in opened and first == "null retval=0"
    assert second == "null retval=-11 errno=EAGAIN"
    assert eventually(lambda: machine.exec("ant", "calltest null").text == "null retval=0\n")


CRASHES = {
    "null": "null pointer",
    "privileged": "privileged instruction",
    "divide": "division by zero",
    "stack": "stack overflow",
    "kernel": "kernel memory",
    "write-code": "read-only memory: its code",
    "write-constant": "read-only memory)",
    "run-data": "data, not code",
    "run-stack": "data, not code",
    "run-heap": "data, not code",
    "run-ica": "data, not code",
}


@pytest.mark.parametrize("how", CRASHES)
@pytest.mark.parametrize("core", [1, 2])
def test_crash_ends_only_the_program(machine: Antbed, how: str, core: int) -> None:
    with meanwhile(machine, f"on {core} sleep 1; echo slept") as results:
        pass
    assert results[0].text == "slept\n"
    before = processes(machine)
    result = machine.exec("ant", f"on {core} crash {how}")
    assert result.status == (136 if how == "divide" else 139), str(result)
    assert CRASHES[how] in result.text + result.errors, str(result)
    assert processes(machine) == before
    assert machine.ant(f"on {core} calltest null") == "null retval=0\n"


def processes(machine: Antbed) -> list[str]:
    """The names of AnT's processes; their order in the list is no matter."""
    return sorted(line.split()[-1] for line in machine.ant("ps").splitlines()[1:])


def test_crash_of_a_caller_ends_its_proxy(machine: Antbed) -> None:
    machine.exec("ant", "getpid; crash null")
    without_proxies(machine)


def test_memory_of_ended_programs_comes_back(machine: Antbed) -> None:
    machine.ant("getpid; calltest -l 16 -n 16 read 1000 100000")
    without_proxies(machine)
    before = machine.ant("mem")
    for _ in range(5):
        machine.ant("getpid; calltest -l 16 -n 16 read 1000 100000")
        machine.exec("ant", "crash stack")
    assert eventually(lambda: machine.ant("mem") == before), f"{before}\n{machine.ant('mem')}"


def test_timeout_ends_the_program(machine: Antbed) -> None:
    before = processes(machine)
    result = machine.exec("ant", "echo started; sleep 500", timeout=3)
    assert result.status == 124 and "was ended" in result.errors, str(result)
    assert eventually(lambda: processes(machine) == before)


@pytest.mark.parametrize("milliseconds", [1, 20, 50])
def test_timeout_ends_a_list_of_programs_wherever_it_is(machine: Antbed, milliseconds: int) -> None:
    """The interrupt may come before the first program, or between two: it ends the list all the same."""
    command = "; ".join(["true"] * 40 + ["sleep 500"])
    for _ in range(5):
        result = machine.exec("ant", command, timeout=milliseconds / 1000)
        assert result.status == 124 and "was ended" in result.errors, str(result)
        assert machine.ant("echo next") == "next\n"


def test_timeout_ends_a_program_that_waits_for_linux(machine: Antbed, gate: str) -> None:
    result = machine.exec("ant", f"cat {gate}", timeout=5)
    assert result.status == 124 and "was ended" in result.errors, str(result)
    assert machine.ant("calltest null") == "null retval=0\n"
    without_proxies(machine)


def test_timeout_ends_a_command_on_linux(machine: Antbed) -> None:
    result = machine.call("exec", "--on", "linux", "--timeout", "5", "--", "echo started; sleep 501")
    assert (result.status, result.text) == (124, "started\n")
    assert "sleep 501" not in machine.linux("ps | grep -v grep")


@pytest.mark.parametrize(
    "command, status, words",
    [
        ("cat /nope", 1, "cat: /nope: No such file or directory\n"),
        ("stat /nope", 1, "stat: cannot stat '/nope': No such file or directory\n"),
        ("ls /nope", 1, "No such file or directory\n"),
        ("sha256sum /", 1, "sha256sum: /: Is a directory\n"),
        ("write /nope/x text", 1, "write: /nope/x: No such file or directory\n"),
        ("cp /nope /tmp/x", 1, "No such file or directory\n"),
        ("nosuchprogram", 127, "antsh: nosuchprogram: command not found\n"),
        ("false", 1, ""),
        ("cat 'unclosed", 2, "antsh: a quote is not closed\n"),
        ("cat -x", 2, "cat: invalid option -- 'x'\nusage: cat"),
    ],
)
def test_errors_read_as_on_any_unix(machine: Antbed, command: str, status: int, words: str) -> None:
    said = machine.ant_fails(command, status=status)
    assert words in said and (bool(words) or not said)


def test_a_panic_is_no_words_of_a_program(machine: Antbed) -> None:
    """Written to Linux's console by a user, and to Linux's log by root: a healthy machine, and it stays one."""
    machine.linux("echo 'Kernel panic - not syncing: no' | tee /dev/console >/dev/kmsg")
    assert machine.ant("echo", "works") == "works\n"
    assert machine.call("status").text.startswith(f"machine '{machine.name}': ready")


@pytest.mark.parametrize("system", ["ant", "linux"])
def test_exec_passes_output_errors_and_status_through(machine: Antbed, system: str) -> None:
    command = {
        "ant": "echo 'one  two'; cat /nope; exit 42",
        "linux": r"printf 'one  two\n'; echo 'cat: /nope: No such file or directory' >&2; exit 42",
    }[system]
    result = machine.call("exec", "--on", system, "--", command)
    assert result.status == 42
    assert result.out == b"one  two\n"
    assert result.err == b"cat: /nope: No such file or directory\n"


@pytest.mark.parametrize("status", [0, 1, 77, 255])
@pytest.mark.parametrize("system", ["ant", "linux"])
def test_every_status_comes_through(machine: Antbed, system: str, status: int) -> None:
    assert machine.exec(system, f"exit {status}").status == status


def test_arguments_arrive_as_given(machine: Antbed) -> None:
    words = ["two  words", "it's", '"', "$HOME", ";", "a\\b", "ümlaut", "#no comment"]
    wanted = " ".join(words) + "\n"
    for system in ("ant", "linux"):
        assert machine.on(system, "echo", *words) == wanted


def test_commands_right_after_one_another_do_not_disturb_each_other(machine: Antbed) -> None:
    """Each has a connection of its own to the control channel: the last one's end must not hit the next one."""
    for system in ("linux", "ant"):
        for number in range(40):
            assert machine.on(system, f"echo {number}") == f"{number}\n"


@pytest.mark.parametrize("system", ["ant", "linux"])
def test_a_kept_connection_takes_command_after_command_and_keeps_others_out(machine: Antbed, system: str) -> None:
    """As `antbed bench` has one: after a command that failed, too, and after one that had to be ended."""
    with connected(need_machine(machine.name), system) as connection:
        for status in (0, 3, 0):
            assert connection.capture(f"echo {status}; exit {status}") == (status, f"{status}\n".encode(), b"")
        with pytest.raises(CommandTimedOut):
            connection.capture("sleep 5000", 0.5)
        assert connection.capture("echo next") == (0, b"next\n", b"")
        refused = machine.exec(system, "echo no", timeout=1)
        assert refused.status != 0 and f"another command is running on {system}" in refused.errors
    assert machine.on(system, "echo again") == "again\n"


@pytest.mark.parametrize(
    "system, command",
    [
        ("ant", "echo started; sleep 5000"),
        ("linux", "echo started; sleep 5000"),
        ("ant", "echo started; cat /root/numbers.txt; cat /root/numbers.txt; cat /root/numbers.txt"),
        ("linux", "echo started; head -c 100000000 /dev/zero"),
    ],
)
def test_what_was_left_running_by_a_killed_antbed_is_ended(machine: Antbed, system: str, command: str) -> None:
    """In the middle of much output too, of which QEMU throws a part away."""
    for _ in range(3):
        argv = machine.command("exec", "--on", system, "--", command)
        with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
            assert process.stdout and process.stdout.readline() == b"started\n"
            process.kill()
        assert machine.on(system, "echo next") == "next\n"
