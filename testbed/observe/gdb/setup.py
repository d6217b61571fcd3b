# SPDX-License-Identifier: GPL-2.0-only
"""The beginning of a session: files, connection, symbols, view."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import gdb

from . import backtraces, linux, programs, tables
from .command import command
from .systems import ANT, LINUX, forget, looking_at, quietly, threads

__all__ = ["backtraces", "tables"]  # they register themselves

_SETTINGS = (
    "set confirm off",
    "set print thread-events off",
    "set print inferior-events off",
    # The machine goes on as a whole, and stands still as a whole.
    "set schedule-multiple on",
    # A damaged stack can be endless.
    "set backtrace limit 100",
    "set max-value-size unlimited",
    "set print max-depth 2",
)
_wish: dict[str, Any] = {}


def begin(wish: dict[str, Any]) -> None:
    _wish.update(wish)
    programs.places.extend(Path(place) for place in wish["programs"])
    for line in _SETTINGS:
        gdb.execute(line)
    for path in wish["scripts"]:
        gdb.execute(f"add-auto-load-safe-path {path}")
    # vmlinux-gdb.py looks for its modules beside itself, by __file__: within this script that is this script's.
    sys.path.insert(0, str(Path(wish["vmlinux"]).parent / "scripts" / "gdb"))
    quietly(f"file {wish['vmlinux']}")
    built = _linux_banner()
    quietly(f"target extended-remote {wish['socket']}")
    if _linux_banner() != built:
        warn("Linux in the machine is not the one that was built, or has not begun: symbols may be wrong")
    quietly(f"add-inferior -exec {wish['mkernel']}")
    quietly("inferior 2")
    quietly("attach 2")
    quietly(f"add-symbol-file {wish['pkernel']}")
    if "MIS-MATCHED" in quietly("compare-sections .text"):
        warn("AnT in the machine is not the one that was built, or has not begun: symbols may be wrong")
    with looking_at(LINUX):
        _add_modules()
    threads({"ant": ANT}.get(wish["view"], LINUX))[0].switch()
    if wish["greets"]:
        _greet()


def warn(text: str) -> None:
    print(f"antbed: {text}", file=sys.stderr)


def _linux_banner() -> str:
    """Version, compiler and time of Linux; out of the file before there is a machine."""
    try:
        return str(gdb.parse_and_eval("(char *) linux_banner").string(length=200, errors="replace")).partition("\0")[0]
    except gdb.error:
        return ""


def _add_modules() -> None:
    """The symbols of our modules, where Linux has loaded them."""
    try:
        loaded = linux.loaded_modules()
    except gdb.error:
        loaded = {}  # Linux has not begun
    for name, file in _wish["modules"].items():
        if name not in loaded or not Path(file).is_file():
            continue
        # What was only for the module's start is gone.
        sections = [each for each in loaded[name] if not each.name.startswith((".init", ".exit", "__ex_table"))]
        places = " ".join(f"-s {section.name} {section.address:#x}" for section in sections)
        quietly(f"add-symbol-file {file} {places}")


@command("linux-modules")
def _linux_modules(argument: str) -> None:
    """Looks again where Linux has loaded our modules: for a machine that was still booting."""
    with looking_at(LINUX):
        forget(*_wish["modules"].values())
        _add_modules()


def _greet() -> None:
    print("The machine stands still. Linux is inferior 1, AnT is inferior 2, a thread is a core.")
    for system in (LINUX, ANT):
        with looking_at(system):
            for thread in threads(system):
                thread.switch()
                place = quietly("frame").strip().splitlines()[0].removeprefix("#0").strip()
                print(f"  thread {thread.num if system == LINUX else f'2.{thread.num}'}: core {thread.ptid[1] - 1}, "
                      f"{system}: {place}")
    print("`antbed` lists our commands.")
    print("`continue` lets both systems run, Ctrl-C stops them, `quit` leaves them running.")
