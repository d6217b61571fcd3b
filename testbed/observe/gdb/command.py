# SPDX-License-Identifier: GPL-2.0-only
"""How our commands become gdb's; `antbed` lists them."""

from __future__ import annotations

from collections.abc import Callable

import gdb

from testbed.errors import TestbedError

_REGISTERED: dict[str, str] = {}  # first lines of their help


def command(name: str, completes: int = gdb.COMPLETE_NONE) -> Callable[[Callable[[str], None]], None]:
    """Makes a gdb command of a function of its argument, as typed; its documentation is the command's help."""

    def register(function: Callable[[str], None]) -> None:
        help_text = (function.__doc__ or "").strip()

        class OurCommand(gdb.Command):
            __doc__ = help_text

            def __init__(self) -> None:
                super().__init__(name, gdb.COMMAND_USER, completes)

            def invoke(self, argument: str, from_tty: bool) -> None:
                self.dont_repeat()
                try:
                    function(argument.strip())
                except TestbedError as error:
                    raise gdb.GdbError(str(error)) from error

        OurCommand()
        _REGISTERED[name] = help_text.splitlines()[0]

    return register


def number_of(argument: str, usage: str) -> int:
    """The argument, an expression."""
    if not argument:
        raise gdb.GdbError(f"usage: {usage}")
    return int(gdb.parse_and_eval(argument))


def table(rows: list[tuple[object, ...]]) -> None:
    """Columns as wide as they must be; numbers to the right."""
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            str(cell).rjust(width) if isinstance(cell, int) else str(cell).ljust(width)
            for cell, width in zip(row, widths)
        ]
        print("  ".join(cells).rstrip())


@command("antbed")
def _list(argument: str) -> None:
    """What ./antbed debug brings with it: this list."""
    for name in sorted(_REGISTERED):
        print(f"{name:14} {_REGISTERED[name]}")
    if knows("lx-ps"):
        print("lx-...         Linux's own: lx-ps, lx-dmesg, lx-lsmod and more (apropos lx-)")


def knows(name: str) -> bool:
    """Is there a gdb command of that name?"""
    try:
        gdb.execute(f"help {name}", to_string=True)
    except gdb.error:
        return False
    return True
