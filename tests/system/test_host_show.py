# SPDX-License-Identifier: GPL-2.0-only
"""./antbed run on terminals of several kinds, with a guest that is played; and ./antbed status, which it shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from antbed_runner import Antbed
from source_project import path_without
from test_host_harness import Fake, fake, ours

__all__ = ["fake"]  # a fixture
LIMIT = 120.0  # seconds: detects a hang


class Terminal:
    """A terminal of a size, played by a tmux of the test's own: it knows what stands on the screen."""

    def __init__(self, argv: list[str], environment: dict[str, str], size: tuple[int, int]) -> None:
        self._place = Path(tempfile.mkdtemp(prefix="antbed-terminal-"))
        environment = {"TERM": "xterm-256color", **environment}
        keep = {key: value for key, value in {**os.environ, **environment}.items() if key not in ("TMUX", "NO_COLOR")}
        self._environment = keep | {key: value for key, value in environment.items() if key == "NO_COLOR"}
        # TERM is set by tmux, and PATH may be one without it.
        # The one that plays the terminal is not the user's.
        given = (f"{name}={environment[name]}" for name in ("TERM", "PATH") if name in environment)
        inside = ["env", "-u", "TMUX", *given, *argv]
        self._status = self._place / "status"
        inside = ["sh", "-c", '"$@"; echo $? >"$0.new"; mv "$0.new" "$0"', str(self._status), *inside]
        self._environment["PATH"] = os.environ["PATH"]
        self._environment["LC_ALL"] = "C.UTF-8"  # else tmux would draw lines without Unicode, on both sides
        columns, lines = map(str, size)
        options = ["start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";", "set-option", "-g", "status",
                   "off", ";"]
        self.tmux(*options, "new-session", "-d", "-x", columns, "-y", lines, "--", *inside)

    def tmux(self, *words: str) -> str:
        argv = ["tmux", "-S", str(self._place / "socket"), "-f", "/dev/null", *words]
        done = subprocess.run(
            argv, env=self._environment, capture_output=True, text=True, timeout=LIMIT, check=False
        )
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def screen(self) -> list[str]:
        return self.tmux("capture-pane", "-p").split("\n")[:-1]

    def everything(self) -> str:
        """The screen and what has left it above; long lines in one piece."""
        return self.tmux("capture-pane", "-p", "-J", "-S", "-")

    def shows(self, *patterns: str) -> list[int]:
        """Waits for a screen with a line for each; gives these lines' numbers."""
        limit = time.monotonic() + LIMIT
        while True:
            screen = self.screen()
            found = [[number for number, line in enumerate(screen) if re.search(one, line)] for one in patterns]
            if all(found):
                return [numbers[0] for numbers in found]
            assert time.monotonic() < limit, "\n".join(screen)
            time.sleep(0.1)

    @property
    def process(self) -> int:
        shell = psutil.Process(int(self.tmux("display-message", "-p", "#{pane_pid}")))
        return shell.children()[0].pid

    def status(self) -> int:
        """Waits for the command's end."""
        limit = time.monotonic() + LIMIT
        while not self._status.exists():
            assert time.monotonic() < limit, self.everything()
            time.sleep(0.1)
        return int(self._status.read_text(encoding="ascii"))

    def close(self) -> None:
        subprocess.run(["tmux", "-S", str(self._place / "socket"), "kill-server"], capture_output=True, check=False)
        shutil.rmtree(self._place)


Open = Callable[..., Terminal]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Open]:
    """Opens a terminal with ./antbed run on it; when it is closed nothing is left running, unless `leaves`."""
    made: list[Terminal] = []

    def open_one(
        antbed: Antbed, *words: str, size: tuple[int, int] = (80, 24), within: Sequence[str] = (), **environment: str
    ) -> Terminal:
        argv = [*within, *antbed.command("run", *antbed.bootable(), *words)]
        made.append(Terminal(argv, {**antbed.environment, **environment}, size))
        return made[-1]

    yield open_one
    for terminal in made:
        terminal.close()


def ends_well(terminal: Terminal, antbed: Antbed, place: Path) -> None:
    assert terminal.status() == 0, terminal.everything()
    assert "nothing is left running" in terminal.everything()
    assert antbed.call("status").status == 3
    inside = [line for line in ours(place) if "new-session" not in line]  # not the terminal itself
    assert not inside


def test_a_small_terminal_has_the_consoles_one_below_the_other(fake: Fake, run: Open, tmp_path: Path) -> None:
    antbed = fake()
    terminal = run(antbed)
    linux, ant, _, _, last = terminal.shows(
        "^─+ Linux ─", "^─+ AnT ─", r"6\.1 \(fake\)", "^ant#",
        "^ Linux 6.1 | tcg | AnT: running +Ctrl-b o: other  Ctrl-b d: end$".replace("|", "[|]"),
    )
    assert (linux, last) == (0, 23) and 9 <= ant <= 13
    assert max(map(len, terminal.screen())) <= 80
    terminal.keys("C-b", "d")
    ends_well(terminal, antbed, tmp_path)


def test_a_wide_terminal_has_them_side_by_side_until_it_is_made_narrow(fake: Fake, run: Open, tmp_path: Path) -> None:
    """Only where each has 80 columns: at 130, AnT's ps, cores and log broke into two lines."""
    antbed = fake()
    terminal = run(antbed, size=(170, 40))
    terminal.shows("─ Linux ─.*─ AnT ─", "^antbed: linux's console.*ant's console")
    terminal.shows("AnT: running +Ctrl-b o: other console  Ctrl-b d: end the machine and leave$")
    for columns in ("130", "80"):
        terminal.tmux("resize-window", "-x", columns, "-y", "24")
        linux, ant = terminal.shows("^─+ Linux ─", "^─+ AnT ─")
        assert linux == 0 and 9 <= ant <= 13
    terminal.keys("C-b", "d")
    ends_well(terminal, antbed, tmp_path)


@pytest.mark.parametrize(
    ("users", "ours"), [([], "a"), (["prefix", "C-a"], "b"), (["prefix2", "C-a"], "g")], ids=["C-b", "C-a", "both"]
)
def test_inside_a_tmux_of_the_users_own_the_keys_that_are_shown_work(
    users: list[str], ours: str, fake: Fake, run: Open, tmp_path: Path
) -> None:
    """"Ctrl-b d: end the machine and leave" detached the user's session, and the machine ran on."""
    antbed = fake()
    configuration = tmp_path / "tmux.conf"
    configuration.write_text(f"set-option -g {' '.join(users)}\n" if users else "", encoding="utf-8")
    tmux = ["tmux", "-S", str(tmp_path / "users"), "-f", str(configuration)]
    terminal = run(antbed, size=(130, 40), within=[*tmux, "new-session"])
    terminal.shows("AnT: running +Ctrl-{0} o: other +Ctrl-{0} d: end".format(ours), "^ant#")
    terminal.keys(f"C-{ours}", "d")
    assert terminal.status() == 0
    assert antbed.call("status").status == 3


def test_what_ended_the_machine_stays_to_be_read(fake: Fake, run: Open) -> None:
    antbed = fake()
    terminal = run(antbed)
    terminal.shows("AnT: running", "^ant#")
    antbed.call("exec", "--", "panic-ant")
    terminal.shows("^ Linux 6.1 [|] ended: AnT panicked +Ctrl-b d: leave$")
    terminal.shows("^ant#", "^antbed: machine 'fake': AnT panicked")
    terminal.keys("C-b", "d")
    assert terminal.status() == 125
    said = terminal.everything()
    assert "--- AnT's console, last 40 lines" in said and "again: ./antbed up" in said
    assert antbed.call("status").status == 3


@pytest.mark.parametrize("words", [[], ["--no-tmux"]])
def test_a_machine_that_linux_switches_off_is_one_line(words: list[str], fake: Fake, run: Open, tmp_path: Path) -> None:
    """Linux's banner offers `poweroff -f`: it ended `make run-qemu` with a report of 80 lines and an error."""
    antbed = fake()
    terminal = run(antbed, *words)
    terminal.shows("^ant#")
    said = antbed.call("exec", "--on", "linux", "--", "poweroff -f")
    assert said.status == 125 and said.errors == "antbed: machine 'fake': Linux was switched off\n"
    ends_well(terminal, antbed, tmp_path)
    shown = terminal.everything()
    assert shown.count("Linux was switched off") == 1 and "again:" not in shown and "console, last" not in shown


def test_a_machine_that_another_terminal_ends_is_one_line(fake: Fake, run: Open) -> None:
    antbed = fake()
    terminal = run(antbed)
    terminal.shows("AnT: running", "^ant#")
    antbed.down()
    assert terminal.status() == 0
    shown = terminal.everything()
    assert "the machine was switched off by ./antbed down" in shown and "console, last" not in shown


def test_keys_go_to_the_console_that_is_chosen(fake: Fake, run: Open, tmp_path: Path) -> None:
    """AnT's at first, then Linux's. tmux closes the one that was left when it hears of its end, which may take time."""
    antbed = fake()
    terminal = run(antbed, size=(170, 40))
    terminal.shows("antbed: ant's console", "ant#", "AnT: running")
    terminal.keys("C-b", "o", "C-]")
    terminal.shows("^(antbed: left the console|─+ AnT ─)")
    terminal.keys("C-b", "d")
    ends_well(terminal, antbed, tmp_path)


def test_a_machine_that_is_up_is_left_running(fake: Fake, run: Open) -> None:
    antbed = fake()
    antbed.up()
    terminal = run(antbed, size=(170, 40))
    terminal.shows("AnT: running .*Ctrl-b d: leave$")
    terminal.keys("C-b", "d")
    assert terminal.status() == 0 and antbed.call("status").status == 0


def test_no_colour_where_none_is_wanted(fake: Fake, run: Open) -> None:
    colour = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")
    cases: list[tuple[dict[str, str], bool]] = [({}, True), ({"NO_COLOR": "1"}, False)]
    for environment, coloured in cases:
        terminal = run(fake(), **environment)
        terminal.shows("AnT: running", "─ AnT ─", "^ant#")
        assert bool(colour.search(terminal.tmux("capture-pane", "-p", "-e"))) == coloured
        terminal.keys("C-b", "d")
        assert terminal.status() == 0


@pytest.mark.parametrize(
    ("words", "environment", "why"),
    [
        (["--no-tmux"], {}, "--no-tmux"),
        ([], {"TERM": "dumb"}, "this terminal cannot show two: TERM is dumb, or not set"),
        ([], {"PATH": ""}, "tmux is missing: Debian's package tmux shows both"),
    ],
)
def test_one_console_says_how_to_get_to_the_other(
    words: list[str], environment: dict[str, str], why: str, fake: Fake, run: Open, tmp_path: Path
) -> None:
    antbed = fake()
    if "PATH" in environment:
        environment = {"PATH": path_without(tmp_path / "bin", "tmux")}
    terminal = run(antbed, *words, size=(140, 24), **environment)
    terminal.shows(
        rf"^antbed: one console, AnT's \({re.escape(why)}\); Ctrl-\] leaves and ends the machine$",
        "^antbed: Linux's console, in another terminal: ./antbed console linux --name fake$",
        "^ant#",
    )
    terminal.keys("C-]")
    ends_well(terminal, antbed, tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(number: int, fake: Fake, run: Open, tmp_path: Path) -> None:
    antbed = fake()
    terminal = run(antbed)
    terminal.shows("AnT: running", "^ant#")
    psutil.Process(terminal.process).send_signal(number)
    assert terminal.status() == 128 + number
    assert antbed.call("status").status == 3
    assert not [line for line in ours(tmp_path) if "new-session" not in line]


def test_status_of_a_machine(fake: Fake) -> None:
    antbed = fake()
    assert antbed.state() == {"name": "fake", "alive": False, "phase": "none"}
    assert antbed.call("status", "--line").text == "machine 'fake': none\n"
    antbed.up()
    facts = antbed.state()
    assert facts["alive"] and (facts["phase"], facts["ant"], facts["kernel"]) == ("ready", "running", "6.1")
    assert antbed.call("status", "--line").text == "Linux 6.1 | tcg | AnT: running\n"
    text = antbed.call("status").text
    assert "  AnT: running\n" in text and f"logs in {facts['logs']}\n" in text
    # As with debug_exit=0: AnT has stopped, and Linux goes on.
    with (Path(facts["logs"]) / "console-ant.log").open("ab") as console:
        console.write(b"\r\nAnT panic on core 1 (m-kernel): a test\r\nAnT has stopped; Linux goes on.\r\n")
    assert antbed.state()["ant"] == "panicked" and "AnT: panicked" in antbed.call("status", "--line").text
    refused = antbed.call("exec", "--timeout", "100000", "--", "ls")
    assert refused.status == 125 and "AnT has panicked; ./antbed logs ant --name fake shows how" in refused.errors
    antbed.call("exec", "--on", "linux", "--", "panic-ant")
    ended = antbed.call("status", "--json")
    assert ended.status == 3
    assert json.loads(ended.text)["ended"] == "AnT panicked (QEMU's status 67)"
    assert antbed.call("status", "--line").text == "Linux 6.1 | ended: AnT panicked\n"


def test_status_of_all_machines(fake: Fake) -> None:
    one, two = fake(name="one"), fake(name="two")
    assert one.call("status", "--all").text == "no machine is up\n"
    one.up()
    two.up()
    assert [machine["name"] for machine in json.loads(one.call("status", "--all", "--json").text)["machines"]] == [
        "one", "two"
    ]
    two.call("exec", "--", "panic-ant")
    result = one.call("status", "--all", "--line")
    assert result.status == 0
    assert result.text == "Linux 6.1 | tcg | AnT: running\nLinux 6.1 | ended: AnT panicked\n"


def test_an_error_leaves_standard_output_empty(fake: Fake) -> None:
    """Whoever reads JSON finds one document or nothing."""
    antbed = fake(name="no/name")
    result = antbed.call("status", "--json")
    assert result.status == 2 and result.out == b""
    assert len(result.errors.splitlines()) == 1 and result.errors.startswith("antbed: ")
