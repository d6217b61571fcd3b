# SPDX-License-Identifier: GPL-2.0-only
"""How far a run is and how long it still takes: a bar on a terminal, a line every now and then elsewhere."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import TextIO

from ..terminal import redraws

_WIDTH = 30
_PLAIN_SECONDS = 20.0  # between two lines where there is no terminal


class ProgressBar:
    """`total` and `advance()` are guesses in seconds; how wrong they are is learned on the way."""

    def __init__(self, stream: TextIO, total: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._live = redraws(stream)
        self._total = max(total, 1e-9)
        self._clock = clock
        self._start = clock()
        self._spoken = self._start
        self._done = 0.0
        self._what = ""

    def say(self, text: str) -> None:
        """A line of its own."""
        self._clear()
        self._stream.write(f"antbed: {text}\n")
        self._draw()

    def begin(self, what: str) -> None:
        self._what = what
        self._draw()

    def advance(self, guess: float) -> None:
        self._done += guess
        if not self._live and self._clock() - self._spoken >= _PLAIN_SECONDS:
            self._spoken = self._clock()
            self._stream.write(f"antbed: {self.text()}\n")
            self._stream.flush()
        self._draw()

    def finish(self) -> None:
        self._clear()
        self._stream.flush()

    @property
    def left(self) -> float | None:
        """Seconds; None while too little is known."""
        if self._done < 0.01 * self._total:
            return None
        elapsed = self._clock() - self._start
        return elapsed / self._done * max(self._total - self._done, 0.0)

    def text(self) -> str:
        share = min(self._done / self._total, 1.0)
        left = f"{duration(self.left)} left" if self.left is not None else "time left not known yet"
        return f"{share:4.0%}, {left}: {self._what}"

    def _draw(self) -> None:
        if self._live:
            filled = round(min(self._done / self._total, 1.0) * _WIDTH)
            bar = "#" * filled + "-" * (_WIDTH - filled)
            room = shutil.get_terminal_size().columns - 1  # a line that wraps cannot be drawn over
            self._stream.write("\r\x1b[K" + f"[{bar}] {self.text()}"[:room])
        self._stream.flush()

    def _clear(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
