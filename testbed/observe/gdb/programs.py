# SPDX-License-Identifier: GPL-2.0-only
"""The symbols of AnT's programs. All of these lie at one address, so gdb has those of one program at a time."""

from __future__ import annotations

from pathlib import Path

import gdb

from .command import command
from .systems import ANT, forget, looking_at, quietly

places: list[Path] = []  # directories


def program_file(name: str) -> Path | None:
    """The file with a program's symbols, by its name or its path on any of the systems; else that file itself."""
    here = [place / Path(name).name for place in places]
    return next((path for path in [*here, Path(name)] if path.is_file()), None)


def load_program(path: Path) -> str:
    """In AnT's view; what gdb says."""
    forget(*(str(each) for place in places if place.is_dir() for each in place.iterdir()))
    return quietly(f"add-symbol-file {path}").strip().splitlines()[-1]


@command("ant-program", gdb.COMPLETE_FILENAME)
def _ant_program(argument: str) -> None:
    """Symbols of a program of AnT's, of examples/ or of `make app`: ant-program NAME."""
    if not argument or (path := program_file(argument)) is None:
        raise gdb.GdbError("usage: ant-program NAME, a program of build/ant/bin or build/ant/symbols")
    with looking_at(ANT):
        print(load_program(path))
