# SPDX-License-Identifier: GPL-2.0-only
"""./antbed's options and what its --help says."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ..run import backend
from . import completion
from ..describe import kernel
from ..observe import logs
from ..run.accel import CHOICES
from .evaluation import add_parsers as add_bench_parsers
from ..run.boot import STAGE_SECONDS, Wish
from ..talk.console import CONSOLES
from .debug import add_parser as add_debug_parser
from ..describe.description import profiles
from ..paths import ROOT
from ..run.rundir import DEFAULT_NAME
from ..talk.session import EXEC_SECONDS
from .top import add_parser as add_top_parser
from .trace import add_parser as add_trace_parser
from .usage import DIRECTORIES, MACHINES, PROFILES, command, completes, epilog, json_option


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="antbed",
        description="Boots and drives the machine that Linux and AnT share.",
        **epilog(
            ("./antbed up", "./antbed exec -- ls -l /host", "./antbed exec --on linux -- uname -r", "./antbed down"),
            "Each command has its own help, with examples: ./antbed up --help.",
        ),
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    named = _named()
    bootable = _bootable(named)

    doctor = command(commands, "doctor", "is this computer fit: packages, accelerator, disk space", "./antbed doctor")
    json_option(doctor, "fit (is all well), checks (each with check, well, text)")
    limits = ", ".join(f"{stage} {seconds} s" for stage, seconds in STAGE_SECONDS.items())
    command(
        commands, "up", "boot in the background, return when both systems are ready",
        "./antbed up",
        "./antbed up --kernel 6.1 --accel exact --name second",
        "./antbed up --backend libvirt --connect qemu:///session",
        more=f"Time limits of the stages under KVM: {limits}; times 4 under TCG, times 10 in exact mode.",
        parents=[bootable],
    )
    command(
        commands, "xml", "print the machine as libvirt's domain XML", "./antbed xml --profile paper >antbed.xml",
        more="Needs no libvirt.", parents=[bootable],
    )
    run = command(
        commands, "exec", "run a command on AnT or Linux",
        "./antbed exec -- cat /host/hello.txt",
        "./antbed exec --on linux -- 'ls /tmp | wc -l'",
        parents=[bootable],
    )
    run.add_argument("--on", choices=("ant", "linux"), default="ant", help="default: %(default)s")
    run.add_argument(
        "--timeout", type=float, default=EXEC_SECONDS, metavar="S", help="seconds (default: %(default)g)"
    )
    run.add_argument("words", nargs="+", metavar="WORD", help="after --; one word is a whole command line")
    status = command(
        commands, "status", "what is running; status 3 when nothing is",
        "./antbed status", "./antbed status --all --json", parents=[named],
    )
    status.add_argument("--all", action="store_true", help="every machine")
    form = status.add_mutually_exclusive_group()
    json_option(form, "docs/command-line.md has its keys; --all: machines, a list of such")
    form.add_argument("--line", action="store_true", help="one short line for a prompt or a status line")
    log = command(
        commands, "logs", "what a console has shown so far",
        "./antbed logs linux --follow", "./antbed logs ant --kernel --level warning", parents=[named],
    )
    log.add_argument("which", nargs="?", choices=logs.LOGS, default="linux", help="default: %(default)s")
    log.add_argument("-f", "--follow", action="store_true", help="go on until the machine ends")
    log.add_argument("--kernel", action="store_true", help="with ant: the log of its kernel, as Linux reads it")
    log.add_argument("-l", "--level", choices=logs.LEVELS, help="--kernel: lines of this level and more urgent ones")
    log.add_argument("-n", "--lines", type=int, metavar="N", help="--kernel: only the last N")
    console = command(
        commands, "console", "a console on this terminal; Ctrl-] leaves", "./antbed console linux", parents=[named]
    )
    console.add_argument("which", nargs="?", choices=tuple(CONSOLES), default="ant", help="default: %(default)s")
    console.add_argument("--no-report", action="store_true", help="the machine's end is one line, without its logs")
    show = command(
        commands, "run", "both consoles; without a terminal, a short script",
        "./antbed run", "./antbed run --no-tmux", parents=[bootable],
    )
    show.add_argument("--no-tmux", action="store_true", help="one console, AnT's, on this terminal as it is")
    add_debug_parser(commands, named)
    add_trace_parser(commands, bootable, wish)
    add_top_parser(commands, named)
    down = command(commands, "down", "end the machine", "./antbed down", "./antbed down --all", parents=[named])
    down.add_argument("--all", action="store_true", help="every machine")
    add_bench_parsers(commands)  # these know themselves what to do
    complete = command(
        commands, "completion", "print a script that completes ./antbed's commands in a shell",
        "source <(./antbed completion bash)",
        "./antbed completion bash >~/.local/share/bash-completion/completions/antbed",
        more="The first is for the shell that is open; the second for all to come, with Debian's package"
        " bash-completion.",
    )
    complete.add_argument("shell", choices=completion.SHELLS)
    return top


def wish(arguments: argparse.Namespace) -> Wish:
    """The machine that the options of `bootable` describe."""
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


def _named() -> argparse.ArgumentParser:
    named = argparse.ArgumentParser(add_help=False)
    name = named.add_argument(
        "--name",
        default=os.environ.get("ANTBED_NAME", DEFAULT_NAME),
        help="which machine, when several run side by side (default: %(default)s)",
    )
    completes(name, MACHINES)
    return named


def _bootable(named: argparse.ArgumentParser) -> argparse.ArgumentParser:
    bootable = argparse.ArgumentParser(add_help=False, parents=[named])
    known = ", ".join(profiles())
    profile = bootable.add_argument(
        "--profile", default="small", help=f"{known}, or a .toml file (default: %(default)s)"
    )
    completes(profile, PROFILES)
    kernel.add_option(bootable)
    bootable.add_argument("--accel", choices=CHOICES, default="auto", help="default: %(default)s")
    share = bootable.add_argument(
        "--share", type=Path, default=ROOT / "share", help="directory that both see as /host (default: share)"
    )
    completes(share, DIRECTORIES)
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
    return bootable
