# SPDX-License-Identifier: GPL-2.0-only
"""What may be written to a stream besides plain lines; images/lib.sh decides the same for the shell (redraws)."""

from __future__ import annotations

import os
import signal
import time
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


def how_to_end() -> str:
    """What ends a command that goes on by itself. In the background of a script Ctrl-C is ignored."""
    return f"kill {os.getpid()}" if signal.getsignal(signal.SIGINT) == signal.SIG_IGN else "Ctrl-C"


class Progress:
    """Says what goes on and how long it took: one line a stage, a ticking one on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = redraws(stream)
        self._start = time.monotonic()
        self._stage = self._start
        self.stages: dict[str, float] = {}  # seconds each

    def say(self, text: str) -> None:
        self._write(f"antbed: {text}\n")

    def tick(self, text: str) -> None:
        """What is being waited for; only a terminal shows it."""
        if self._live:
            self._stream.write(f"\r\x1b[Kantbed: {text} {time.monotonic() - self._stage:.0f} s")
            self._stream.flush()

    def done(self, stage: str, text: str) -> None:
        """A stage has ended: its own time and the time since the start."""
        now = time.monotonic()
        self.stages[stage] = round(now - self._stage, 2)
        self.say(f"{stage:<9} {now - self._stage:5.1f} s  {text}")
        self._stage = now

    @property
    def total(self) -> float:
        return time.monotonic() - self._start

    def _write(self, text: str) -> None:
        self._stream.write("\r\x1b[K" + text if self._live else text)
        self._stream.flush()
