# SPDX-License-Identifier: GPL-2.0-only
"""`./antbed completion bash`: what a real bash offers for a command line that is being typed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pexpect
import pytest

from antbed_runner import ROOT
from testbed.commands import cli, completion
from testbed.describe import kernel
from testbed.describe.description import profiles

LIMIT = 60  # seconds: detects a hang
ASK = """
source "$SCRIPT"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_antbed
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command prints."""
    path = tmp_path_factory.mktemp("completion") / "antbed.bash"
    argv = [str(ROOT / "antbed"), "completion", "bash"]
    path.write_text(subprocess.run(argv, capture_output=True, text=True, check=True).stdout, encoding="utf-8")
    return path


@pytest.fixture
def offered(script: Path, tmp_path: Path) -> Offered:
    """Two machines, a run and a description are there."""
    for name in ("alpha", "beta"):
        (tmp_path / "build" / "run" / name).mkdir(parents=True)
        (tmp_path / "build" / "run" / name / "state.json").touch()
    (tmp_path / "build" / "run" / "taken-down").mkdir()
    (tmp_path / "results" / "monday").mkdir(parents=True)
    (tmp_path / "results" / "monday" / "env.json").touch()
    (tmp_path / "mine.toml").touch()
    (tmp_path / "notes.txt").touch()
    return Offered(script, tmp_path)


class Offered:
    def __init__(self, script: Path, place: Path) -> None:
        self._place = place
        self._environment = {
            **os.environ, "SCRIPT": str(script), "ANTBED_BUILD": str(place / "build"),
            "ANTBED_RESULTS": str(place / "results"),
        }

    def __call__(self, line: str) -> set[str]:
        """For the last word of the line, in words as bash cuts them: it takes --name=NAME for three."""
        words = [word for part in line.split(" ") for word in (re.split("(=)", part) if "=" in part else [part])]
        done = subprocess.run(
            ["bash", "-c", ASK, "bash", str(ROOT / "antbed"), *words], cwd=self._place, env=self._environment,
            capture_output=True, text=True, timeout=LIMIT, check=False,
        )
        assert done.returncode == 0 and not done.stderr, done.stderr
        return set(done.stdout.split())


COMMANDS = completion.subparsers(cli.parser())


def test_every_command(offered: Offered) -> None:
    assert offered("") == set(COMMANDS)
    assert offered("x") == {"xml"} and offered("-") == {"--help"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_long_option(command: str, offered: Offered) -> None:
    known = {word for action in COMMANDS[command]._actions for word in action.option_strings if word[:2] == "--"}
    assert "--help" in known and offered(f"{command} --") == known


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("up --accel ", {"auto", "kvm", "tcg", "exact"}),
        ("up --accel e", {"exact"}),
        ("up --accel=e", {"exact"}),
        ("up --kernel ", {*kernel.known(), "auto"}),
        ("up --name a", {"alpha"}),
        ("up --name=", {"alpha", "beta"}),
        ("down --name ", {"alpha", "beta"}),
        ("up --name alpha --backend l", {"libvirt"}),
        ("up --profile ", {*profiles(), "build", "results", "mine.toml"}),
        ("up --share ", {"build", "results"}),
        ("up --connect ", set()),
        ("bench --hosts n", {"notes.txt"}),
        ("bench --resume ", {"monday"}),
        ("report ", {"monday"}),
        ("compare monday ", {"monday"}),
        ("compare monday monday ", {"--help", "--json"}),
        ("logs ", {"linux", "ant", "qemu"}),
        ("logs --name alpha ", {"linux", "ant", "qemu"}),
        ("logs ant --kernel -l ", {"error", "warning", "info", "debug"}),
        ("console linux --no", {"--no-report"}),
        ("debug l", {"linux"}),
        ("exec --on ", {"ant", "linux"}),
        ("exec --on linux -- n", set()),
        ("completion ", {"bash"}),
        ("nonsense ", set()),
    ],
)
def test_words(line: str, words: set[str], offered: Offered) -> None:
    assert offered(line) == words


def test_kernels_are_those_that_the_scripts_know() -> None:
    known = re.search(r"^KERNELS=\((.*)\)$", (ROOT / "images/origin.sh").read_text(encoding="utf-8"), re.MULTILINE)
    assert known and sorted(known[1].split()) == sorted(kernel.known())


def test_the_tab_key(script: Path, tmp_path: Path) -> None:
    """In a shell at a terminal, from another directory, for a path that ends in antbed."""
    shell = pexpect.spawn(
        "bash", ["--norc", "--noprofile", "-i"], cwd=str(tmp_path), timeout=LIMIT, encoding="utf-8",
        env={**os.environ, "TERM": "dumb", "PS1": "$ ", "INPUTRC": "/dev/null"},
    )
    try:
        shell.sendline(f"source {script}; echo sour''ced")
        shell.expect_exact("sourced")
        shell.send(f"echo {ROOT}/antbed; {ROOT}/antbed completion --he\t | grep usage:\r")
        shell.expect_exact("usage: antbed completion")
    finally:
        shell.close()
