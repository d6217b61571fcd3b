# SPDX-License-Identifier: GPL-2.0-only
"""./antbed run: a machine to look at, with both consoles; or, without a terminal, one that shows itself."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

from .boot import Wish, up
from .errors import TestbedError
from .instance import Instance
from .paths import ROOT
from .progress import Progress
from .rundir import TMUX
from .session import clear_dead, machine_lock
from .transcript import play

_HELP = " Linux | AnT    Ctrl-b o: other console    Ctrl-b d: end the machine and leave "


def run(wish: Wish, no_tmux: bool = False) -> int:
    """Boots the machine, shows it, ends it. A machine that is up already is used and left running."""
    progress = Progress(sys.stdout)
    with machine_lock(wish.name):
        instance = clear_dead(wish.name, progress)
        own = instance is None
        if instance is None:
            instance = up(wish, progress)
        else:
            progress.say(f"machine '{wish.name}' runs already: using it, and leaving it running")
    try:
        if sys.stdin.isatty() and sys.stdout.isatty():
            return _side_by_side(instance)
        return 0 if play(instance, sys.stdout) else 1
    finally:
        if own:
            with machine_lock(wish.name, 30.0):
                instance.down()
            progress.say("machine ended, nothing is left running")


def _side_by_side(instance: Instance) -> int:
    """Both consoles in one tmux session of our own, apart from the user's."""
    name = instance.run.name

    def console(which: str) -> str:
        return shlex.join([str(ROOT / "antbed"), "console", which, "--name", name])

    server = instance.run.socket(TMUX)
    tmux = ["tmux", "-S", str(server), "-f", "/dev/null"]
    commands = [
        ["new-session", "-d", "-s", name, "-x", "200", "-y", "50", console("linux")],
        ["set-option", "-g", "mouse", "on"],
        ["set-option", "-g", "status-left", ""],
        ["set-option", "-g", "status-right", _HELP],
        ["set-option", "-g", "status-right-length", "120"],
        ["set-option", "-g", "window-status-format", ""],
        ["set-option", "-g", "window-status-current-format", ""],
        ["split-window", "-h", "-t", name, console("ant")],
    ]
    # Inside another tmux the variable would make ours refuse to start.
    environment = {key: value for key, value in os.environ.items() if key != "TMUX"}
    try:
        for command in commands:
            done = subprocess.run([*tmux, *command], env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                raise TestbedError(f"tmux {command[0]}: {done.stderr.strip()}")
        subprocess.run([*tmux, "attach-session", "-t", name], env=environment, check=False)
    except FileNotFoundError:
        raise TestbedError("tmux is missing: install Debian's package tmux") from None
    finally:
        subprocess.run([*tmux, "kill-server"], env=environment, capture_output=True, check=False)
        server.unlink(missing_ok=True)
    if instance.alive():
        return 0
    instance.check(gone=True)  # the machine ended under the user's eyes: say how
    return 0
