# SPDX-License-Identifier: GPL-2.0-only
"""A console never loses its shell: Linux may hang, the process table may be full, the ICA used up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from antbed_runner import Antbed
from guest import eventually, the_parent
from test_console import PROMPT, Keyboard, running


@pytest.fixture
def terminal(machine: Antbed) -> Iterator[Keyboard]:
    keys = Keyboard(machine)
    try:
        keys.prompt()
        yield keys
        keys.prompt()
    finally:
        keys.leave()


@contextmanager
def linux_that_does_not_answer(machine: Antbed) -> Iterator[None]:
    parent = the_parent(machine)
    machine.linux(f"kill -STOP {parent}")
    try:
        yield
    finally:
        machine.linux(f"kill -CONT {parent}")


def shells(machine: Antbed) -> dict[int, int]:
    """Number and calls to Linux of each."""
    lines = [line.split() for line in machine.ant("ps").splitlines()[1:]]
    return {int(line[0]): int(line[6]) for line in lines if line[-1] == "antsh" and line[1] == "0"}


def test_a_program_that_linux_does_not_hand_out_can_be_interrupted(machine: Antbed, terminal: Keyboard) -> None:
    with linux_that_does_not_answer(machine):
        for command in ("/host/program; echo no", "on 2 run /host/program", "/host/program & echo no"):
            result = machine.exec("ant", command, timeout=2)
            assert result.status == 124 and not result.out, str(result)
            assert machine.ant("echo free") == "free\n"
        terminal.type("/host/program\r")
        terminal.sees("/host/program\r\n")
        terminal.prompt()
        assert terminal.run("echo free") == "free\r\n"
    assert machine.ant_fails("/host/no-such-program", status=127)


def test_a_completion_that_linux_does_not_answer_can_be_interrupted(machine: Antbed, terminal: Keyboard) -> None:
    with linux_that_does_not_answer(machine):
        terminal.type("cat /ho\t")
        terminal.sees("cat /ho")
        terminal.type("\x03")  # ends the completion, and rings
        terminal.sees("^C\r\n")
        terminal.prompt()
        assert terminal.run("echo free") == "free\r\n"


def test_shells_make_no_calls_to_linux(machine: Antbed, terminal: Keyboard, share: Path) -> None:
    machine.ant_fails("/etc/hostname", status=126)
    (share / "the-only-one.txt").touch()
    terminal.type("echo /host/the-o\t\r")
    terminal.sees("\r\n/host/the-only-one.txt\r\n", PROMPT)
    numbers = shells(machine)
    assert len(numbers) == 2 and not any(numbers.values()), numbers


def test_a_full_process_table_is_repaired_from_either_console(machine: Antbed, terminal: Keyboard) -> None:
    assert "EAGAIN" in machine.ant("spawntest full")
    terminal.run("sleep 1000 &")  # in spawntest's own slot
    assert machine.ant_fails("true", status=126) == "antsh: true: Resource temporarily unavailable\n"
    terminal.type("exit\r")  # its successor has a slot
    terminal.sees("This is AnT.", PROMPT)
    victims = running(machine, "sleep")
    assert len(victims) > 200
    terminal.run(f"kill {victims[0]}")
    assert eventually(lambda: machine.exec("ant", "true").status == 0)
    while victims := running(machine, "sleep"):
        machine.exec("ant", "kill " + " ".join(map(str, victims[:100])))  # some may just have ended


def test_linux_is_not_ended_under_ant_without_a_word(own_machine: Antbed) -> None:
    """It says what would end with it, and -f ends both in order. The shell of the console is a login shell."""
    own_machine.up()
    for command in ("poweroff", "reboot", "halt"):
        for way in (command, f"/sbin/{command}", f"sh -l -c {command}"):
            refused = own_machine.exec("linux", way)
            assert refused.status == 1 and "AnT runs beside this Linux" in refused.errors, str(refused)
        assert own_machine.exec("linux", f"/sbin/{command} -x").status == 2
    refused = own_machine.exec("linux", "kexec -e")
    assert refused.status == 1 and "AnT runs beside this Linux" in refused.errors, str(refused)
    assert own_machine.ant("calltest null") == "null retval=0\n"
    own_machine.exec("linux", "/sbin/poweroff -f", timeout=60)
    assert eventually(lambda: not own_machine.state()["alive"])


def test_a_command_line_has_as_many_words_as_fit(machine: Antbed) -> None:
    words = [f"word{number}" for number in range(510)]
    assert machine.ant(f"echo {' '.join(words)}") == " ".join(words) + "\n"
    assert machine.ant_fails(f"echo {' '.join(words)} and more", status=2) == "antsh: too many words\n"
    assert "is longer than 4096 bytes" in machine.ant_fails("echo " + "x" * 9000, status=2)
    assert machine.ant("echo free") == "free\n"


def test_an_ica_that_is_used_up_is_repaired_from_the_terminal(machine: Antbed, terminal: Keyboard) -> None:
    terminal.run("on 2 spawntest hold-ica &")
    try:
        assert eventually(lambda: "Cannot allocate memory" in machine.exec("ant", "getpid").errors)
        terminal.type("exit\r")  # its successor has no page to lend
        terminal.sees("This is AnT.", PROMPT)
        (holder,) = running(machine, "spawntest")
        terminal.run(f"kill {holder}")
        assert eventually(lambda: machine.exec("ant", "getpid").status == 0)
    finally:
        for holder in running(machine, "spawntest"):
            machine.exec("ant", f"kill {holder}")
