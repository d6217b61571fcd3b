# SPDX-License-Identifier: GPL-2.0-only
"""./antbed logs: what a console has shown, and go on with it."""

from __future__ import annotations

import sys
import time

from .errors import TestbedError
from .instance import Instance
from .rundir import CONSOLE_ANT, CONSOLE_LINUX, RunDirectory

LOGS = {"linux": CONSOLE_LINUX, "ant": CONSOLE_ANT, "qemu": "qemu"}
_POLL_SECONDS = 0.2


def show(name: str, which: str, follow: bool) -> None:
    """Prints the log, of the last machine too when that has ended."""
    path = RunDirectory.named(name).log(LOGS[which])
    try:
        log = path.open("rb")
    except FileNotFoundError:
        raise TestbedError(f"machine '{name}' has no log yet; ./antbed up starts it") from None
    with log:
        while True:
            instance = Instance.find(name)
            alive = instance is not None and instance.alive()
            sys.stdout.buffer.write(log.read())
            sys.stdout.buffer.flush()
            if not follow or not alive:
                return
            time.sleep(_POLL_SECONDS)
