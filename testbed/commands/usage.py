# SPDX-License-Identifier: GPL-2.0-only
"""What the commands' options have in common: a help with examples, which machine is meant, and facts as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..describe import kernel
from ..describe.description import profiles
from ..paths import ROOT
from ..run import ready
from ..run.accel import CHOICES
from ..run.rundir import DEFAULT_NAME
from ..run.start import MachineWish
from ..run.virt import connection

Act = Callable[[argparse.Namespace], int]

_WIDTH = 79
# What an option's or a word's value is, for the shell's completion (completion.py).
MACHINES, PROFILES, RUNS, FILES, DIRECTORIES = "machines", "profiles", "runs", "files", "directories"


def epilog(examples: Sequence[str], more: str = "") -> dict[str, Any]:
    """The end of a help, as arguments of a parser: further words, and commands that work as they stand."""
    lines = [*textwrap.wrap(more, _WIDTH), *([""] if more else []), "examples:", *(f"  {one}" for one in examples)]
    return {"epilog": "\n".join(lines), "formatter_class": argparse.RawDescriptionHelpFormatter}


def command(
    commands: Any, act: Act, name: str, summary: str, *examples: str, more: str = "",
    parents: Sequence[argparse.ArgumentParser] = (),
) -> argparse.ArgumentParser:
    """A command's parser, and what the command does."""
    made: argparse.ArgumentParser = commands.add_parser(
        name, parents=parents, help=summary, description=summary, **epilog(examples, more)
    )
    made.set_defaults(act=act)
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


def kernel_option(parser: argparse.ArgumentParser) -> None:
    known = [*kernel.known(), "auto"]
    option = parser.add_argument(
        "--kernel",
        default=kernel.default(),
        help=f"Linux version: {', '.join(known)} (default: %(default)s)",
    )
    completes(option, " ".join(("words", *known)))


def words_after(parser: argparse.ArgumentParser, seconds: float) -> None:
    """A guest's command, and how long it may take."""
    parser.add_argument("--timeout", type=float, default=seconds, metavar="S", help="seconds (default: %(default)g)")
    parser.add_argument("words", nargs="+", metavar="WORD", help="after --; one word is a whole command line")


def named() -> argparse.ArgumentParser:
    """The options that say which machine."""
    parser = argparse.ArgumentParser(add_help=False)
    name = parser.add_argument(
        "--name",
        default=os.environ.get("ANTBED_NAME", DEFAULT_NAME),
        help="which machine, when several run side by side (default: %(default)s)",
    )
    completes(name, MACHINES)
    return parser


def bootable() -> argparse.ArgumentParser:
    """And those that say what it is: wish() reads them."""
    parser = argparse.ArgumentParser(add_help=False, parents=[named()])
    known = ", ".join(profiles())
    profile = parser.add_argument(
        "--profile", default="small", help=f"{known}, or a .toml file (default: %(default)s)"
    )
    completes(profile, PROFILES)
    kernel_option(parser)
    image = parser.add_argument(
        "--image", type=Path, default=ready.around(), metavar="DIR",
        help="boot the ready machine in this directory (make dist, a release): nothing is built",
    )
    completes(image, DIRECTORIES)
    parser.add_argument("--accel", choices=CHOICES, default="auto", help="default: %(default)s")
    share = parser.add_argument(
        "--share", type=Path, default=ROOT / "share", help="directory that both see as /host (default: share)"
    )
    completes(share, DIRECTORIES)
    parser.add_argument(
        "--trace", action="append", default=[], metavar="EVENT", help="QEMU writes these trace events to trace.log"
    )
    parser.add_argument(
        "--backend", choices=connection.BACKENDS, default=connection.default_backend(),
        help="who runs QEMU: this project itself, or libvirt (default: %(default)s)",
    )
    parser.add_argument(
        "--connect", metavar="URI", help="libvirt's connection (default: $LIBVIRT_DEFAULT_URI, or qemu:///session)"
    )
    parser.add_argument("--no-build", action="store_true", help="take what is built, without asking make")
    return parser


def wish(arguments: argparse.Namespace) -> MachineWish:
    """The machine that the options of bootable() describe."""
    return MachineWish(
        name=arguments.name,
        profile=arguments.profile,
        kernel=arguments.kernel,
        accelerator=arguments.accel,
        share=arguments.share,
        build=not arguments.no_build,
        image=arguments.image,
        trace=tuple(arguments.trace),
        connect=connection.chosen(arguments.backend, arguments.connect),
    )
