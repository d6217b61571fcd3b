# SPDX-License-Identifier: GPL-2.0-only
"""What the commands' options have in common: a help with examples, and facts as JSON."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Sequence
from typing import Any

_WIDTH = 79
# What an option's or a word's value is, for the shell's completion (completion.py).
MACHINES, PROFILES, RUNS, FILES, DIRECTORIES = "machines", "profiles", "runs", "files", "directories"


def epilog(examples: Sequence[str], more: str = "") -> dict[str, Any]:
    """The end of a help, as arguments of a parser: further words, and commands that work as they stand."""
    lines = [*textwrap.wrap(more, _WIDTH), *([""] if more else []), "examples:", *(f"  {one}" for one in examples)]
    return {"epilog": "\n".join(lines), "formatter_class": argparse.RawDescriptionHelpFormatter}


def command(
    commands: Any, name: str, summary: str, *examples: str, more: str = "",
    parents: Sequence[argparse.ArgumentParser] = (),
) -> argparse.ArgumentParser:
    """A command's parser."""
    made: argparse.ArgumentParser = commands.add_parser(
        name, parents=parents, help=summary, description=summary, **epilog(examples, more)
    )
    return made


def completes(action: argparse.Action, what: str) -> None:
    """Says what the shell offers for the action's value; without this: its choices, or nothing."""
    action.completes = what  # type: ignore[attr-defined]


def json_option(parser: Any, keys: str) -> None:
    """`parser` may be a group of options that exclude each other."""
    parser.add_argument("--json", action="store_true", help=f"one JSON document instead of text: {keys}")


def print_json(facts: Any) -> None:
    json.dump(facts, sys.stdout, indent=2, ensure_ascii=False)
    print(flush=True)
