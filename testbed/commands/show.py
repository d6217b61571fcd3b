# SPDX-License-Identifier: GPL-2.0-only
"""./antbed run: a machine to look at, with both consoles; or, without a terminal, one that shows itself."""

from __future__ import annotations

import sys

from ..observe import tmux
from ..run.boot import Wish, up
from ..talk.console import interact
from ..run.instance import Instance
from ..progress import Progress
from ..run.rundir import DEFAULT_NAME
from ..talk.session import clear_dead, machine_lock
from ..terminal import is_screen
from ..talk.transcript import play


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
        return _show(instance, own, no_tmux, progress)
    finally:
        if own:
            with machine_lock(wish.name, 30.0):
                instance.down()
            progress.say("machine ended, nothing is left running")


def _show(instance: Instance, own: bool, no_tmux: bool, progress: Progress) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return 0 if play(instance, sys.stdout) else 1
    why = _why_no_tmux(no_tmux)
    if why is None:
        tmux.show(instance, own)
    else:
        name = "" if instance.run.name == DEFAULT_NAME else f" --name {instance.run.name}"
        leave = "leaves and ends the machine" if own else "leaves"
        progress.say(f"one console, AnT's ({why}); Ctrl-] {leave}")
        progress.say(f"Linux's console, in another terminal: ./antbed console linux{name}")
        interact(instance, "ant")
    if not instance.alive():
        instance.check(gone=True)  # the machine ended under the user's eyes: say how
    return 0


def _why_no_tmux(unwanted: bool) -> str | None:
    if unwanted:
        return "--no-tmux"
    if not is_screen(sys.stdout):
        return "this terminal cannot show two: TERM is dumb, or not set"
    return None if tmux.is_there() else "tmux is missing: Debian's package tmux shows both"
