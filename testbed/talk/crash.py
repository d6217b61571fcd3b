# SPDX-License-Identifier: GPL-2.0-only
"""Where in its source a program of AnT's has crashed: the kernel's line about it knows the address only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ..paths import BUILD, ROOT

# ant/mkernel/fault_report.cpp
_REPORT = re.compile(r"^(\S+) \(\d+\): .*, at (0x[0-9a-f]{8})\r?$", re.MULTILINE)


_COMPILED_IN = "build/cmake-guest/"


def program_symbols(ant: Path) -> list[Path]:
    """Where the programs lie that still have their debug information: the RAM disk's, examples/, `make app`'s."""
    return [ant / "bin", ant / "symbols"]


def places(text: str) -> Iterator[str]:
    """For each such line that is there: the function, the file and the line."""
    for name, address in _REPORT.findall(text):
        here = [place / Path(name).name for place in program_symbols(BUILD / "ant")]
        program = next((path for path in here if path.is_file()), None)
        if program is None or shutil.which("addr2line") is None:
            continue
        command = ["addr2line", "-Cfp", "-e", str(program), address]
        found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        function, _, place = found.rpartition(" at ")
        if function and not place.startswith("?"):
            yield f"{Path(name).name}: {function} at {_in_the_tree(place)}"


def _in_the_tree(place: str) -> str:
    """The place seen from the top directory. Compilers name a source from there (-ffile-prefix-map), or, through
    ccache, from the directory they ran in, which addr2line puts before either.
    """
    return os.path.normpath(place).removeprefix(f"{ROOT}/").removeprefix(_COMPILED_IN)
