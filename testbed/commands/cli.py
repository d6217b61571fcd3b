# SPDX-License-Identifier: GPL-2.0-only
"""What ./antbed's commands do; each error ends here, as one line and a status."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from types import FrameType

from ..run import backend, doctor
from . import completion, show
from ..describe import kernel
from ..observe import logs, status
from ..run.boot import plan, up
from ..talk.console import interact
from ..errors import STATUS_FAILED, STATUS_INTERRUPTED, MachineFailed, TestbedError
from ..run.instance import Instance
from .options import parser, wish
from ..paths import ROOT, shown
from ..progress import Progress
from ..run.rundir import all_runs
from ..talk.session import clear_dead, command_text, execute, machine_lock, need_machine, some_machine
from .usage import print_json
from ..run.virt import xml

_STATUS_NOT_RUNNING = 3  # as systemctl status has it
_DOWN_PATIENCE = 30.0


def _doctor(arguments: argparse.Namespace) -> int:
    return 0 if doctor.examine(arguments.json) else 1


def _up(arguments: argparse.Namespace) -> int:
    progress = Progress(sys.stdout)
    with machine_lock(arguments.name):
        instance = clear_dead(arguments.name, progress)
        if instance:
            state = instance.state
            progress.say(
                f"machine '{arguments.name}' runs already (profile {state['profile']}, Linux {state['kernel']},"
                f" accelerator {state['accelerator']}); ./antbed down ends it"
            )
            return 0
        up(wish(arguments), progress)
    progress.say(f"ready after {progress.total:.1f} s; try: ./antbed exec -- ls -l /host")
    return 0


def _xml(arguments: argparse.Namespace) -> int:
    arguments.backend = backend.LIBVIRT
    wanted = wish(arguments)
    sys.stdout.write(xml.text(plan(replace(wanted, kernel=kernel.resolve(wanted.kernel, Progress(sys.stderr))))))
    return 0


def _exec(arguments: argparse.Namespace) -> int:
    with some_machine(wish(arguments), Progress(sys.stderr)) as instance:
        return execute(instance, arguments.on, command_text(arguments.words), arguments.timeout)


def _status(arguments: argparse.Namespace) -> int:
    machines = status.all_facts() if arguments.all else [status.facts(arguments.name)]
    if arguments.json:
        print_json({"machines": machines} if arguments.all else machines[0])
    else:
        render = status.line if arguments.line else status.text
        print("\n".join(map(render, machines)) or "no machine is up")
    return 0 if any(machine["alive"] for machine in machines) else _STATUS_NOT_RUNNING


def _logs(arguments: argparse.Namespace) -> int:
    if arguments.kernel:
        logs.show_kernel_log(arguments.name, arguments.which, arguments.level, arguments.lines)
        return 0
    logs.show(arguments.name, arguments.which, arguments.follow)
    return 0


def _console(arguments: argparse.Namespace) -> int:
    try:
        interact(need_machine(arguments.name), arguments.which)
    except MachineFailed as failed:
        if not arguments.no_report:
            raise
        raise TestbedError(str(failed)) from failed
    return 0


def _run(arguments: argparse.Namespace) -> int:
    return show.run(wish(arguments), arguments.no_tmux)


def _down(arguments: argparse.Namespace) -> int:
    if not arguments.all:
        _end_machine(arguments.name)
        return 0
    failed = False
    for run in all_runs():
        try:
            _end_machine(run.name)
        except TestbedError as error:  # one that cannot be asked: the others are ended all the same
            failed = True
            print(f"antbed: machine '{run.name}': {error}", file=sys.stderr)
    return STATUS_FAILED if failed else 0


def _end_machine(name: str) -> None:
    instance = Instance.find(name)
    if instance:
        # Without the lock: who boots it right now, and perhaps hangs, notices and clears up after itself.
        instance.kill()
    with machine_lock(name, _DOWN_PATIENCE):
        if left := Instance.find(name):
            left.down()
    print(f"antbed: machine '{name}': {'ended' if instance else 'none is up'}")


def _completion(arguments: argparse.Namespace) -> int:
    sys.stdout.write(completion.bash(parser()))
    return 0


_COMMANDS = {
    "doctor": _doctor,
    "up": _up,
    "xml": _xml,
    "exec": _exec,
    "status": _status,
    "logs": _logs,
    "console": _console,
    "run": _run,
    "down": _down,
    "completion": _completion,
}


def _end(number: int, frame: FrameType | None) -> None:
    # As an exception, so that what was started is ended on the way out.
    raise SystemExit(128 + number)


def main() -> int:
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    arguments = parser().parse_args()
    try:
        act = getattr(arguments, "act", None) or _COMMANDS[arguments.command]
        return int(act(arguments))
    except MachineFailed as failed:
        print(f"{failed.report}\nantbed: {failed}", file=sys.stderr)
        return failed.status
    except TestbedError as error:
        for line in str(error).splitlines():
            print(f"antbed: {line}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        print("\nantbed: interrupted", file=sys.stderr)
        return STATUS_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone. What Python still holds for it has no reader either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        print(f"antbed: {_of_this_computer(error)}", file=sys.stderr)
        return STATUS_FAILED


def _of_this_computer(error: OSError) -> str:
    """A full disk, a file that may not be written, a program that is not there: what, and who of us met it."""
    what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(f"{ROOT}/")]
    return f"{what} (met by {shown(Path(ours[-1].filename))}, line {ours[-1].lineno})" if ours else what
