# SPDX-License-Identifier: GPL-2.0-only
"""AnT's real console, with a person's keys: its server edits and echoes, and when it is dead the kernel stands in."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta

import pexpect
import pytest

from antbed_runner import ROOT, Antbed
from guest import eventually, without_proxies
from linux_memory import write
from test_servers import servers
from testbed.run.instance import Instance
from testbed.run.last_words import recent
from testbed.run.rundir import CONSOLE_ANT, CONSOLE_LINUX, RunDirectory
from testbed.talk.console import connected

SECONDS = 120  # detects a hang
PROMPT = "antsh$ "


class Keyboard:
    """./antbed console ant, and who sits in front of it."""

    def __init__(self, machine: Antbed) -> None:
        argv = machine.command("console", "ant")
        # What pexpect itself would do with keys is off: they go out as they are.
        self._child = pexpect.spawn(argv[0], argv[1:], timeout=SECONDS, encoding="utf-8")
        self._child.delaybeforesend = None
        self._child.expect_exact("Ctrl-] leaves it")
        # The console's last lines are shown first, with prompts of their own: a word that none of them has ends them.
        word = secrets.token_hex(8)
        self.type(f"\recho {word}\r")
        self.sees(f"\r\n{word}\r\n", PROMPT)

    def type(self, keys: str) -> None:
        self._child.send(keys)

    def sees(self, *texts: str) -> None:
        """One after the other."""
        for text in texts:
            self._child.expect_exact(text)

    def prompt(self) -> None:
        """An empty line at the shell's prompt, whatever was there before."""
        self.type("\x03")
        self.sees("^C\r\n", PROMPT)

    def run(self, line: str) -> str:
        """What a command line prints."""
        self.type(f"{line}\r")
        self.sees(f"{line}\r\n")
        self.sees(PROMPT)
        return str(self._child.before)

    def leave(self) -> None:
        self._child.send("\x1d")
        self._child.expect(pexpect.EOF)
        self._child.close()


@pytest.fixture
def keyboard(machine: Antbed) -> Iterator[Keyboard]:
    """At the prompt, with the server there; afterwards it is there again."""
    keys = Keyboard(machine)
    try:
        keys.prompt()
        yield keys
        keys.prompt()
    finally:
        keys.leave()
        if "console" not in servers(machine):
            machine.ant("servers start console")


def running(machine: Antbed, program: str) -> list[int]:
    """Process numbers."""
    return [int(line.split()[0]) for line in machine.ant("ps").splitlines()[1:] if line.split()[-1] == program]


def test_both_consoles_begin_with_a_clean_prompt(own_machine: Antbed) -> None:
    """Linux's was buried under what its kernel, the driver and start-ant said next; AnT's lacked its space."""
    own_machine.up()
    run = RunDirectory.named(own_machine.name)
    for what, prompt in ((CONSOLE_LINUX, "linux:~# "), (CONSOLE_ANT, PROMPT)):
        assert eventually(lambda: recent(run.log(what), 1) == prompt), recent(run.log(what), 5)
    said = own_machine.linux("dmesg")
    assert "AnT: started on core 1" in said and "antlinux: AnT" in said, "it is not lost"
    assert recent(run.log(CONSOLE_LINUX), 1) == "linux:~# "


def test_the_shell_edits_its_own_lines(keyboard: Keyboard) -> None:
    assert keyboard.run("echo one two") == "one two\r\n"
    keyboard.type("echo hxllo\x1b[D\x1b[D\x1b[D\x7fe\r")
    keyboard.sees("\r\nhello\r\n", PROMPT)
    keyboard.type("\x1b[A")  # the line before
    keyboard.sees("echo hello")
    keyboard.type("\r")
    keyboard.sees("\r\nhello\r\n", PROMPT)


def test_lines_for_a_program_are_edited_and_echoed_by_the_server(machine: Antbed, keyboard: Keyboard) -> None:
    keyboard.type("cat -\r")
    keyboard.sees("cat -\r\n")
    assert eventually(lambda: running(machine, "cat") != [])
    keyboard.type("hel")
    keyboard.sees("hel")
    keyboard.type("xx\x7f\x7flo\r")  # Backspace
    keyboard.sees("xx\b \b\b \blo\r\n", "hello\r\n")
    keyboard.type("one two\x17three\r")  # Ctrl-W
    keyboard.sees("one two\b \b\b \b\b \bthree\r\n", "one three\r\n")
    keyboard.type("gone\x15kept\r")  # Ctrl-U
    keyboard.sees("gone" + "\b \b" * 4 + "kept\r\n", "kept\r\n")
    keyboard.type("na\u00efve \u20ac\x7f\r")
    keyboard.sees("na\u00efve \u20ac\b \b\r\n", "na\u00efve \r\n")
    keyboard.type("\x04")  # Ctrl-D: the end
    keyboard.sees(PROMPT)
    assert keyboard.run("echo $?") == "0\r\n"


def test_keys_typed_ahead_are_the_next_readers(keyboard: Keyboard) -> None:
    """The shell's and the program's, in one go, each treated its own way."""
    keyboard.type("cat -\rfor cat\r\x04echo for the shell\r")
    keyboard.sees("cat -\r\n", "for cat\r\n", "for cat\r\n", PROMPT)
    keyboard.sees("echo for the shell\r\n", "for the shell\r\n", PROMPT)


@pytest.mark.parametrize("program", ["sleep 5000", "cat -"])
def test_control_c_ends_a_program(machine: Antbed, keyboard: Keyboard, program: str) -> None:
    keyboard.type(f"{program}\r")
    keyboard.sees(f"{program}\r\n")
    name = program.split()[0]
    assert eventually(lambda: running(machine, name) != [])
    keyboard.type("half a line\x03")
    keyboard.sees("^C\r\n", PROMPT)
    assert not running(machine, name)
    keyboard.prompt()
    assert keyboard.run("echo $?") == "130\r\n"


def test_control_c_overtakes_a_programs_output(machine: Antbed, keyboard: Keyboard) -> None:
    machine.linux("yes 0123456789 | head -c 8000000 > /tmp/long")
    keyboard.type("cat /tmp/long\r")
    keyboard.sees("0123456789\r\n")
    keyboard.type("\x03")
    keyboard.sees("^C\r\n", PROMPT)
    assert keyboard.run("echo $?") == "130\r\n"
    machine.linux("rm /tmp/long")


def test_a_killed_reader_takes_no_input_with_it(machine: Antbed, keyboard: Keyboard) -> None:
    keyboard.type("cat -\r")
    keyboard.sees("cat -\r\n")
    assert eventually(lambda: running(machine, "cat") != [])
    machine.ant(f"kill {running(machine, 'cat')[0]}")
    keyboard.sees(PROMPT)
    assert keyboard.run("echo whole") == "whole\r\n"


def test_without_the_server_the_kernel_stands_in(machine: Antbed, keyboard: Keyboard) -> None:
    """Killed while the shell waits for keys: it goes on, and so it does when there is a server again."""
    first = servers(machine)["console"]
    machine.ant(f"kill {first}")
    assert keyboard.run("echo without") == "without\r\n"
    assert "console" not in keyboard.run("servers").replace("servers", "")
    keyboard.type("sleep 5000\r")
    assert eventually(lambda: running(machine, "sleep") != [])
    keyboard.type("\x03")
    keyboard.sees(PROMPT)
    assert keyboard.run("echo $?") == "130\r\n"

    assert keyboard.run("servers start console") == ""
    found = servers(machine)
    assert found["console"] != first
    assert f"{found['console']} console\r\n" in keyboard.run("servers")
    keyboard.type("cat -\rhello\x7f\r\x04")
    keyboard.sees("hello\b \b\r\n", "hell\r\n", PROMPT)


def test_a_program_that_reads_survives_the_servers_end_and_return(machine: Antbed, keyboard: Keyboard) -> None:
    keyboard.type("cat -\r")
    keyboard.sees("cat -\r\n")
    assert eventually(lambda: running(machine, "cat") != [])
    keyboard.type("abc")
    keyboard.sees("abc")
    machine.ant("servers stop console")  # it had half a line, which is lost with it
    keyboard.type("plain\n")
    keyboard.sees("plain\r\n")  # printed by cat: nobody echoes
    machine.ant("on 3 servers start console")  # while cat waits in the kernel
    keyboard.type("edited\x7f\r")
    keyboard.sees("edited\b \b\r\n", "edite\r\n")
    keyboard.type("\x03")  # who owns the terminal has outlived the server
    keyboard.sees("^C\r\n", PROMPT)
    assert keyboard.run("echo $?") == "130\r\n"


def test_the_server_may_be_replaced_again_and_again(machine: Antbed, keyboard: Keyboard) -> None:
    """In the middle of everything: nothing hangs, nothing is left behind."""

    def free() -> str:
        return "".join(line for line in machine.ant("mem").splitlines(True) if "free" in line)

    machine.ant("servers stop console; servers start console")
    assert keyboard.run("echo again") == "again\r\n"
    before = free()
    for core in (1, 2, 3, 1):
        machine.ant(f"servers stop console; on {core} servers start console")
        assert keyboard.run(f"echo core {core}") == f"core {core}\r\n"
    assert free() == before


def test_the_control_channel_needs_no_console_server(machine: Antbed, keyboard: Keyboard) -> None:
    machine.ant("servers stop console")
    assert machine.ant("echo still here") == "still here\n"
    assert keyboard.run("echo here, too") == "here, too\r\n"


def test_lines_of_several_programs_stay_whole(machine: Antbed, keyboard: Keyboard) -> None:
    for letter in "abc":
        machine.linux(f"yes {letter * 63} | head -n 300 > /tmp/{letter}")
    keyboard.run("echo ready")
    said = keyboard.run("on 1 cat /tmp/a & on 2 cat /tmp/b & on 3 cat /tmp/c & wait")
    lines = [line for line in said.splitlines() if line and line[0] in "abc"]
    assert sorted(lines) == [letter * 63 for letter in "abc" for _ in range(300)], said
    machine.linux("rm /tmp/[abc]")


def test_a_panic_prints_beside_the_server(own_machine: Antbed) -> None:
    """The m-kernel's next look at the serial ports is an instruction that does not exist."""
    own_machine.up()
    assert "console" in servers(own_machine)
    symbols = subprocess.run(
        ["nm", "-C", ROOT / "build" / "ant" / "ant"], capture_output=True, text=True, timeout=60, check=True
    ).stdout.splitlines()
    (address,) = [line.split()[0] for line in symbols if line.endswith(" T ant::mkernel::poll_consoles()")]
    place = int(address, 16)
    instance = Instance.find(own_machine.name)
    assert instance is not None and place % 4 == 0
    alive = instance.alive
    try:
        write(own_machine, place, b"\x0f\x0b\x0f\x0b")
    except AssertionError:
        pass  # the machine ended under it
    assert eventually(lambda: not alive())
    log = own_machine.log("ant")
    panic = log.partition("AnT panic on core 1 (m-kernel)")[2]
    assert "exception 6" in panic and "ant::mkernel::poll_consoles" in panic, log[-3000:]


def test_tab_completes_commands_and_linuxs_paths(machine: Antbed, keyboard: Keyboard) -> None:
    machine.linux("rm -rf /tmp/tab; mkdir -p /tmp/tab/folder; touch '/tmp/tab/fold me' /tmp/tab/file")
    keyboard.type("hexd\t")  # a program of the RAM disk
    keyboard.sees("hexdump ")
    keyboard.type("\x15ec\tcompleted\r")  # a command of the shell's
    keyboard.sees("completed\r\ncompleted\r\n", PROMPT)
    keyboard.type("echo /tmp/ta\tfol\t")
    keyboard.sees("/tmp/tab/fold", "\x07")  # so far it is clear
    keyboard.type("\t")
    keyboard.sees("fold me  folder/\r\n", f"{PROMPT}echo /tmp/tab/fold")
    keyboard.type("\\ \t\r")
    keyboard.sees("\n/tmp/tab/fold me\r\n", PROMPT)
    (machine.share / "tab-key.txt").touch()
    keyboard.type("echo /host/tab-\t\r")
    keyboard.sees("\n/host/tab-key.txt\r\n", PROMPT)
    without_proxies(machine)  # the shell keeps none while it waits
    machine.linux("rm -r /tmp/tab")


def test_nobody_reads_the_terminal(own_machine: Antbed) -> None:
    """Only who prints there waits, and no longer than two seconds. On the exact clock, which shows every wait."""
    own_machine.up("--accel", "exact")
    own_machine.linux("yes 0123456789 | head -c 40000 > /tmp/long")
    instance = Instance.find(own_machine.name)
    assert instance is not None

    def longest_without_interrupts() -> int:
        (line,) = [line for line in own_machine.ant("cores").splitlines() if line.startswith("1 m-kernel")]
        return int(line.partition("interrupts_off_ns=")[2])

    before = longest_without_interrupts()
    line = b"cat /tmp/long & sleep 1; on 1 write /tmp/1 x; on 2 write /tmp/2 x; wait; write /tmp/0 x"
    with connected(instance, "ant") as terminal:
        terminal.settimeout(SECONDS)

        def shown_until(text: bytes) -> bytes:
            shown = b""
            while text not in shown:
                shown += terminal.recv(1 << 16)
            return shown

        terminal.sendall(line)
        shown_until(b"write /tmp/0 x")
        terminal.sendall(b"\r")
        assert eventually(lambda: own_machine.exec("linux", "test -e /tmp/0").status == 0)
        times = [datetime.fromisoformat(own_machine.linux(f"stat -c %y /tmp/{name}")[:26]) for name in "120"]
        assert times[2] - max(times[:2]) > timedelta(seconds=0.9), times  # they went on while cat had to wait
        assert longest_without_interrupts() < before + 1_000_000
        shown = shown_until(PROMPT.encode())
    assert b"0123456789\r\n" * 400 in shown, shown
