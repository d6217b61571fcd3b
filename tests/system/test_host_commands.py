# SPDX-License-Identifier: GPL-2.0-only
"""The commands that README.md, docs/ and each --help show are commands that exist."""

from __future__ import annotations

import itertools
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from source_project import ROOT, Project, tree
from testbed.commands import cli, completion
from testbed.describe.description import profiles
from testbed.observe.tmux import BESIDE
from testbed.talk.transcript import steps

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def shown(page: Path) -> Iterator[str]:
    """The lines of its shell blocks that call make or ./antbed, without comments, and each `make ...` of its tables."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        ours = [line for line in block.splitlines() if line.startswith(("make ", "./antbed "))]
        yield from (shlex.join(words_of(line)) for line in ours)
    for row in re.findall(r"^\|.*", text, re.MULTILINE):
        yield from re.findall(r"`(make [^`]*)`", row)


def words_of(line: str) -> list[str]:
    """The first command's words: what comes behind a pipe, a redirection or a comment is the shell's."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return list(itertools.takewhile(lambda word: not set(word) <= set("|&;<>()"), lexer))


COMMANDS = sorted({line for page in PAGES for line in shown(page)})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("commands") / "project")


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("make ")])
def test_make_knows_it(line: str, project: Project, tmp_path: Path) -> None:
    words = shlex.split(line.replace("/path/to/linux-3.0.8", str(tree(tmp_path / "linux-3.0.8"))))
    plan = project.run(*words, "--dry-run", "NAME=name")
    assert plan.returncode == 0 and plan.stdout, plan.stderr


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("./antbed ")])
def test_antbed_knows_it(line: str) -> None:
    assert cli.parser().parse_args(shlex.split(line)[1:])


TOP = cli.parser()
HELPS = {"": TOP, **completion.subparsers(TOP)}


@pytest.mark.parametrize("command", HELPS)
def test_every_help_has_examples_that_exist(command: str) -> None:
    _, _, examples = HELPS[command].format_help().partition("\nexamples:\n")
    assert examples, "no examples"
    for line in examples.splitlines():
        words = words_of(line[line.index("./antbed ") :])[1:]
        assert TOP.parse_args(words).command == words[0]
        assert command in ("", words[0])


def test_make_help_has_examples_that_exist(project: Project) -> None:
    _, _, examples = project.run("make", "help").stdout.partition("\nexamples:\n")
    lines = [line.strip() for line in examples.splitlines()]
    assert lines, "no examples"
    for line in lines:
        assert line.startswith("make ")
        plan = project.run(*words_of(line), "--dry-run")
        assert plan.returncode == 0 and plan.stdout, plan.stderr


def test_help_lists_what_the_readme_does(project: Project) -> None:
    listed = set(re.findall(r"^  make ([a-z-]+) ", project.run("make", "help").stdout, re.MULTILINE))
    named = {word for line in COMMANDS if line.startswith("make ") for word in shlex.split(line)[1:] if "=" not in word}
    assert {"test-all", "patches", "effort"} <= named and named <= listed


def test_what_the_pages_point_at_exists() -> None:
    """ci/links.py itself is tested in test_host_links.py."""
    done = subprocess.run([str(ROOT / "ci/links.py")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_pages_name_every_profile() -> None:
    """The list of profiles was without own-os."""
    page = (ROOT / "testbed/describe/machines/README.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^The profiles: (.*?)\n\n", page + "\n\n", re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"`([a-z-]+)`", listed)) == set(profiles())


def test_the_pages_say_where_the_consoles_are_and_what_the_script_types() -> None:
    """They said "on the left", where it is above on most terminals, and "the same steps", which they were not."""
    readme, page = (path.read_text(encoding="utf-8") for path in (ROOT / "README.md", ROOT / "docs/command-line.md"))
    for text in (readme, page):
        assert f"terminal of {BESIDE} columns" in text.replace("\n", " ")
    (typed,) = re.findall(r"a script types a few commands \(([^)]*)\)", readme)
    assert re.findall(r"`(\w+)`", typed) == list(dict.fromkeys(step.command.split()[0] for step in steps("", "0")))
