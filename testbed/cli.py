# SPDX-License-Identifier: GPL-2.0-only
"""./antbed's command line."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import FrameType

from . import backend, doctor, kernel, logs, show
from .accel import CHOICES
from .bench.commands import add_parsers as add_bench_parsers
from .boot import STAGE_SECONDS, Wish, plan, up
from .console import CONSOLES, interact
from .debug.commands import add_parser as add_debug_parser
from .description import profiles
from .errors import STATUS_INTERRUPTED, MachineFailed, TestbedError
from .instance import Instance
from .paths import ROOT
from .progress import Progress
from .rundir import DEFAULT_NAME, all_runs
from .session import EXEC_SECONDS, clear_dead, command_text, execute, machine_lock, need_machine, some_machine
from .virt import xml

_STATUS_NOT_RUNNING = 3  # as systemctl status has it
_DOWN_PATIENCE = 30.0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="antbed", description="Boots and drives the machine that Linux and AnT share.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    named = argparse.ArgumentParser(add_help=False)
    named.add_argument(
        "--name",
        default=os.environ.get("ANTBED_NAME", DEFAULT_NAME),
        help="which machine, when several run side by side (default: %(default)s)",
    )
    bootable = argparse.ArgumentParser(add_help=False, parents=[named])
    known = ", ".join(profiles())
    bootable.add_argument("--profile", default="small", help=f"{known}, or a .toml file (default: %(default)s)")
    bootable.add_argument(
        "--kernel", default=kernel.default(), help="Linux version: 3.0.8, 6.1 or auto (default: %(default)s)"
    )
    bootable.add_argument("--accel", choices=CHOICES, default="auto", help="default: %(default)s")
    bootable.add_argument(
        "--share", type=Path, default=ROOT / "share", help="directory that both see as /host (default: share)"
    )
    bootable.add_argument(
        "--trace", action="append", default=[], metavar="EVENT", help="QEMU writes these trace events to trace.log"
    )
    bootable.add_argument(
        "--backend", choices=backend.CHOICES, default=backend.default(),
        help="who runs QEMU: this project itself, or libvirt (default: %(default)s)",
    )
    bootable.add_argument(
        "--connect", metavar="URI", help="libvirt's connection (default: $LIBVIRT_DEFAULT_URI, or qemu:///session)"
    )
    bootable.add_argument("--no-build", action="store_true", help="take what is built, without asking make")

    commands.add_parser("doctor", help="is this computer fit: packages, accelerator, disk space")
    limits = ", ".join(f"{stage} {seconds} s" for stage, seconds in STAGE_SECONDS.items())
    commands.add_parser(
        "up",
        parents=[bootable],
        help="boot in the background, return when both systems are ready",
        epilog=f"Time limits of the stages under KVM: {limits}; times 4 under TCG, times 10 in exact mode."
        " Example: ./antbed up --backend libvirt --connect qemu:///session",
    )
    commands.add_parser(
        "xml",
        parents=[bootable],
        help="print the machine as libvirt's domain XML",
        epilog="Needs no libvirt. Example: ./antbed xml --profile paper >antbed.xml",
    )
    run = commands.add_parser("exec", parents=[bootable], help="run a command on AnT or Linux")
    run.add_argument("--on", choices=("ant", "linux"), default="ant", help="default: %(default)s")
    run.add_argument(
        "--timeout", type=float, default=EXEC_SECONDS, metavar="S", help="seconds (default: %(default)g)"
    )
    run.add_argument("words", nargs="+", metavar="WORD", help="after --; one word is a whole command line")
    status = commands.add_parser("status", parents=[named], help="what is running; status 3 when nothing is")
    status.add_argument("--json", action="store_true", help="the whole state")
    log = commands.add_parser("logs", parents=[named], help="what a console has shown so far")
    log.add_argument("which", nargs="?", choices=logs.LOGS, default="linux", help="default: %(default)s")
    log.add_argument("-f", "--follow", action="store_true", help="go on until the machine ends")
    log.add_argument("--kernel", action="store_true", help="with ant: the log of its kernel, as Linux reads it")
    log.add_argument("-l", "--level", choices=logs.LEVELS, help="--kernel: lines of this level and more urgent ones")
    log.add_argument("-n", "--lines", type=int, metavar="N", help="--kernel: only the last N")
    console = commands.add_parser("console", parents=[named], help="a console on this terminal; Ctrl-] leaves")
    console.add_argument("which", nargs="?", choices=tuple(CONSOLES), default="ant", help="default: %(default)s")
    commands.add_parser("run", parents=[bootable], help="both consoles; without a terminal, a short script")
    add_debug_parser(commands, named)
    down = commands.add_parser("down", parents=[named], help="end the machine")
    down.add_argument("--all", action="store_true", help="every machine")
    add_bench_parsers(commands)  # these know themselves what to do
    return top


def _wish(arguments: argparse.Namespace) -> Wish:
    return Wish(
        name=arguments.name,
        profile=arguments.profile,
        kernel=arguments.kernel,
        accelerator=arguments.accel,
        share=arguments.share,
        build=not arguments.no_build,
        trace=tuple(arguments.trace),
        connect=backend.connection(arguments.backend, arguments.connect),
    )


def _doctor(arguments: argparse.Namespace) -> int:
    return 0 if doctor.examine() else 1


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
        up(_wish(arguments), progress)
    progress.say(f"ready after {progress.total:.1f} s; try: ./antbed exec -- ls -l /host")
    return 0


def _xml(arguments: argparse.Namespace) -> int:
    arguments.backend = backend.LIBVIRT
    wish = _wish(arguments)
    sys.stdout.write(xml.text(plan(replace(wish, kernel=kernel.resolve(wish.kernel, Progress(sys.stderr))))))
    return 0


def _exec(arguments: argparse.Namespace) -> int:
    with some_machine(_wish(arguments), Progress(sys.stderr)) as instance:
        return execute(instance, arguments.on, command_text(arguments.words), arguments.timeout)


def _status(arguments: argparse.Namespace) -> int:
    instance = Instance.find(arguments.name)
    if arguments.json:
        alive = instance is not None and instance.alive()
        print(json.dumps({**(instance.state if instance else {}), "alive": alive}, indent=2))
        return 0 if alive else _STATUS_NOT_RUNNING
    if instance is None:
        print(f"machine '{arguments.name}': none")
        return _STATUS_NOT_RUNNING
    if not instance.alive():
        print(f"machine '{arguments.name}': ended: {instance.how_it_ended()}")
        return _STATUS_NOT_RUNNING
    state = instance.state
    print(f"machine '{arguments.name}': {state['phase']}, up {time.time() - state['started']:.0f} s")
    print(f"  profile {state['profile']}, Linux {state['kernel']}")
    print(f"  accelerator {state['accelerator']}: {state['reason']}")
    print(f"  /host is {state['share']}")
    print(f"  QEMU's process {state['pid']}, logs in {instance.run.path}")
    if "domain" in state:
        print(f"  libvirt's domain {state['domain']} at {state['connect']}")
    return 0


def _logs(arguments: argparse.Namespace) -> int:
    if arguments.kernel:
        logs.show_kernel_log(arguments.name, arguments.which, arguments.level, arguments.lines)
        return 0
    logs.show(arguments.name, arguments.which, arguments.follow)
    return 0


def _console(arguments: argparse.Namespace) -> int:
    interact(need_machine(arguments.name), arguments.which)
    return 0


def _run(arguments: argparse.Namespace) -> int:
    return show.run(_wish(arguments))


def _down(arguments: argparse.Namespace) -> int:
    names = [run.name for run in all_runs()] if arguments.all else [arguments.name]
    for name in names:
        instance = Instance.find(name)
        if instance:
            # Without the lock: who boots it right now, and perhaps hangs, notices and clears up after itself.
            instance.kill()
        with machine_lock(name, _DOWN_PATIENCE):
            if left := Instance.find(name):
                left.down()
        print(f"antbed: machine '{name}': {'ended' if instance else 'none is up'}")
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
