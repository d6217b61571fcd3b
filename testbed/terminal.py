# SPDX-License-Identifier: GPL-2.0-only
"""What may be written to a stream besides plain lines; images/lib.sh decides the same for the shell (redraws)."""

from __future__ import annotations

import os
from typing import TextIO


def is_screen(stream: TextIO) -> bool:
    """Whether it is a terminal that can move its cursor: what shows a full screen needs one."""
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def wants_colour() -> bool:
    """Not where NO_COLOR is set and not empty (no-color.org)."""
    return not os.environ.get("NO_COLOR")


def redraws(stream: TextIO) -> bool:
    """Whether lines may be drawn over and coloured there."""
    return is_screen(stream) and wants_colour()
