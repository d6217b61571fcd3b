# SPDX-License-Identifier: GPL-2.0-only
"""Files that several commands may have in hand at once."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import TestbedError

SILENT_SECONDS = 2.0  # whoever waits for longer is told for what


def write_whole(path: Path, text: str) -> None:
    """The file is the old one or the new one, never half of it."""
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


@contextmanager
def locked(
    path: Path, patience: float, busy: str | Callable[[], str], waiting: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Holds the lock; after `patience` seconds without it says `busy`, what it is held for. `waiting` is told early."""

    def held_for() -> str:
        return busy if isinstance(busy, str) else busy()

    # Inherited by nobody: a machine in the background must not keep its starter's lock.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        begun = time.monotonic()
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if (waited := time.monotonic() - begun) >= patience:
                    raise TestbedError(held_for()) from None
                if waiting and waited >= SILENT_SECONDS:
                    waiting(held_for())
                    waiting = None
                time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)
