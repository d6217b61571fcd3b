# SPDX-License-Identifier: GPL-2.0-only
"""Both consoles in one tmux session of our own, apart from the user's, with a status line that is kept up to date."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from contextlib import suppress

from ..errors import TestbedError
from ..paths import ROOT
from ..run.instance import Instance
from ..run.rundir import TMUX
from ..terminal import wants_colour
from . import status

PROGRAM = "tmux"
_SESSION = "antbed"  # the server is this machine's alone; a machine's name may have a dot, a session's may not
# Columns: from here on two consoles are put beside each other, else one below the other. AnT's lists are up to 80 wide.
BESIDE = 165
_SECONDS = 1.0  # between two looks at how the machine is
_NARROW = f"#{{e|<:#{{client_width}},{BESIDE}}}"  # tmux's words for it


def is_there() -> bool:
    return shutil.which(PROGRAM) is not None


def _prefix() -> str:
    """The letter behind Ctrl that begins a command to our tmux. The user's own, if we are in one, takes its prefix for
    itself."""
    if "TMUX" in os.environ:
        argv = [PROGRAM, "show-options", "-gv"]
        first, second = (
            subprocess.run([*argv, option], capture_output=True, text=True, check=False)
            for option in ("prefix", "prefix2")
        )
        taken = {first.stdout.strip(), second.stdout.strip()} if first.returncode == 0 else {"C-b", "C-a"}
    elif os.environ.get("TERM", "").startswith(("screen", "tmux")) and "STY" not in os.environ:
        taken = {"C-b", "C-a"}  # in one that we cannot ask, on another computer
    else:
        taken = set()
    return next(letter for letter in "bag" if f"C-{letter}" not in taken)


def show(instance: Instance, own: bool) -> None:
    """Until the user leaves. Consoles that end with the machine stay to be read. `own`: the machine ends then, too."""
    server = instance.run.socket(TMUX)
    tmux = [PROGRAM, "-S", str(server), "-f", "/dev/null"]
    # Inside another tmux the variable would make ours refuse to start.
    environment = {key: value for key, value in os.environ.items() if key != "TMUX"}

    def run(*words: str) -> None:
        done = subprocess.run([*tmux, *words], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise TestbedError(f"tmux {words[0]}: {done.stderr.strip()}")

    name, prefix = instance.run.name, _prefix()
    attached: subprocess.Popen[bytes] | None = None
    try:
        run(*_session(name, own, prefix))
        attached = subprocess.Popen([*tmux, "attach-session", "-t", _SESSION], env=environment)
        shown: dict[str, str] = {}
        while attached.poll() is None:
            with suppress(TestbedError):  # the session may end at any moment
                for option, value in _status(status.facts(name), prefix).items():
                    if shown.get(option) != value:
                        run("set-option", "-g", option, value)
                        shown[option] = value
            with suppress(subprocess.TimeoutExpired):
                attached.wait(_SECONDS)
        if attached.returncode:
            raise TestbedError("tmux cannot be shown on this terminal: ./antbed run --no-tmux shows one console")
    finally:
        subprocess.run([*tmux, "kill-server"], env=environment, capture_output=True, check=False)
        if attached:
            attached.wait()  # it puts the terminal back as it was
        server.unlink(missing_ok=True)


def _session(name: str, own: bool, prefix: str) -> list[str]:
    """tmux's commands that make the session, all for one call of it: without a session its server ends at once."""

    def console(which: str) -> str:
        return shlex.join([str(ROOT / "antbed"), "console", which, "--no-report", "--name", name])

    narrow, wide = ("end", "end the machine and leave") if own else ("leave", "leave")
    key = f"Ctrl-{prefix}"
    keys = f"#{{?{_NARROW},{key} o: other  {key} d: {narrow},{key} o: other console  {key} d: {wide}}} "
    arrange = ["if-shell", "-F", _NARROW, "select-layout even-vertical", "select-layout even-horizontal"]
    options = {
        "prefix": f"C-{prefix}",
        "mouse": "on",
        "remain-on-exit": "failed",  # what the machine said last stays; a console that was left goes
        "remain-on-exit-format": "",  # the console has said itself why
        "pane-border-status": "top",
        "pane-border-format": " #{pane_title} ",
        "allow-rename": "off",
        "status-right": keys,
        "status-right-length": "70",
        "status-left-length": "62",
        "window-status-format": "",
        "window-status-current-format": "",
    }
    if not wants_colour():
        options |= {
            "status-style": "default,reverse", "pane-border-style": "default", "pane-active-border-style": "bold",
            "mode-style": "reverse", "message-style": "reverse", "message-command-style": "reverse",
        }
    columns, lines = shutil.get_terminal_size()
    commands = [
        ["start-server"],
        *(["set-option", "-g", option, value] for option, value in options.items()),
        ["bind-key", f"C-{prefix}", "send-prefix"],
        ["new-session", "-d", "-s", _SESSION, "-x", str(columns), "-y", str(lines), console("linux")],
        ["select-pane", "-t", _SESSION, "-T", "Linux"],
        ["split-window", "-t", _SESSION, console("ant")],
        ["select-pane", "-t", _SESSION, "-T", "AnT"],
        ["set-hook", "-g", "client-attached", shlex.join(arrange)],
        ["set-hook", "-g", "client-resized", shlex.join(arrange)],
    ]
    return [word for command in commands for word in (*command, ";")]


def _status(facts: status.Facts, prefix: str) -> dict[str, str]:
    """The options that change with the machine."""
    options = {"status-left": f" {status.line(facts).replace('#', '##')} "}
    if not facts["alive"]:
        options["status-right"] = f"Ctrl-{prefix} d: leave "
    if wants_colour() and (not facts["alive"] or facts["ant"] == "panicked"):
        options["status-style"] = "bg=red,fg=white"
    return options
