# SPDX-License-Identifier: GPL-2.0-only
"""./antbed completion: a bash script that knows every command and option, made from their parsers.

A script by itself: a press of the Tab key starts no Python, and needs no further package. What there is at that moment
(machines, profiles, runs, files) it looks up among the files of the checkout whose ./antbed is being typed.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .usage import command

_TEMPLATE = Path(__file__).with_suffix(".sh")


def add_completion(commands: Any, top: argparse.ArgumentParser) -> None:
    """Last of all: it knows the others."""

    def act(arguments: argparse.Namespace) -> int:
        sys.stdout.write(bash(top))
        return 0

    made = command(
        commands, act, "completion", "print a script that completes ./antbed's commands in a shell",
        "source <(./antbed completion bash)",
        "./antbed completion bash >~/.local/share/bash-completion/completions/antbed",
        more="The first is for the shell that is open; the second for all to come, with Debian's package"
        " bash-completion.",
    )
    made.add_argument("shell", choices=("bash",))


def bash(top: argparse.ArgumentParser) -> str:
    """The script for these parsers: a table, then the function that reads it."""
    commands = subparsers(top)
    rows = {"commands": " ".join(["words", *commands])}
    for name, parser in {"": top, **commands}.items():
        rows.update(_offers(name, parser))
    # -g: bash-completion reads the script inside a function of its own.
    table = ["declare -gA _antbed_offers=("]
    table += [f"\t[{shlex.quote(key)}]={shlex.quote(offer)}" for key, offer in rows.items()]
    return _TEMPLATE.read_text(encoding="utf-8").replace("# TABLE\n", "\n".join([*table, ")", ""]))


def subparsers(top: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """A parser's commands by name. argparse shows its actions to nobody, but everybody who completes reads them."""
    found = next(action for action in top._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def _offers(command: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """What to offer: for "COMMAND options", for "COMMAND --option" where it has a value, and for "COMMAND PLACE" of its
    words, which count from 0."""
    place = 0
    options = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        offer = _offer(action)
        if action.option_strings:
            options += [option for option in action.option_strings if option.startswith("--")]
            if action.nargs != 0:
                yield from ((f"{command} {option}", offer or "nothing") for option in action.option_strings)
            continue
        for _ in range(action.nargs if isinstance(action.nargs, int) else 1):
            if offer:
                yield f"{command} {place}", offer
            place += 1
    yield f"{command} options", " ".join(["words", *options])


def _offer(action: argparse.Action) -> str:
    """A kind of the script's (_antbed_offer) and its words; "" where any value may stand."""
    if action.choices is not None:
        return " ".join(["words", *map(str, action.choices)])
    return str(getattr(action, "completes", ""))
