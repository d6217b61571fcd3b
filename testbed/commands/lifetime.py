# SPDX-License-Identifier: GPL-2.0-only
"""./antbed doctor, up, xml, status and down: a machine from its start to its end."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ..describe.description import load
from ..errors import STATUS_FAILED, MachinePaused, TestbedError
from ..observe import status
from ..run import doctor
from ..run.instance import Instance
from ..run.rundir import DEFAULT_NAME, all_runs
from ..run.start import plan, resolved
from ..run.state import LIBVIRT
from ..run.virt import xml
from ..talk.boot import STAGE_SECONDS, up
from ..talk.lease import END_PATIENCE, clear_dead, machine_lock
from ..terminal import Progress
from .usage import bootable, command, json_option, named, print_json, wish

_STATUS_NOT_RUNNING = 3  # as systemctl status has it


def add_doctor(commands: Any) -> None:
    made = command(
        commands, _doctor, "doctor", "is this computer fit: packages, accelerator, disk space", "./antbed doctor"
    )
    json_option(made, "fit (is all well), checks (each with check, well, text)")


def _doctor(arguments: argparse.Namespace) -> int:
    """Prints each check's result as it comes, or all as one document."""
    checks: list[dict[str, Any]] = []
    for name, well, text in doctor.examine():
        checks.append({"check": name, "well": well, "text": text})
        if not arguments.json:
            print(f"{'ok  ' if well else 'BAD '} {name:<12} {text}", flush=True)
    fit = all(one["well"] for one in checks)
    if arguments.json:
        print_json({"fit": fit, "checks": checks})
    return 0 if fit else 1


def add_up(commands: Any) -> None:
    limits = ", ".join(f"{stage} {seconds} s" for stage, seconds in STAGE_SECONDS.items())
    command(
        commands, _up, "up", "boot in the background, return when both systems are ready",
        "./antbed up",
        "./antbed up --kernel 6.1 --accel exact --name second",
        "./antbed up --backend libvirt --connect qemu:///session",
        more=f"Time limits of the stages under KVM: {limits}; times 4 under TCG, times 10 in exact mode.",
        parents=[bootable()],
    )


def _up(arguments: argparse.Namespace) -> int:
    progress = Progress(sys.stdout)
    with machine_lock(arguments.name):
        if instance := clear_dead(arguments.name, progress):
            state = instance.state
            if why := instance.why_paused():
                if again := instance.resume():
                    raise MachinePaused(f"machine '{arguments.name}' is paused again at once: {again}")
                progress.say(f"machine '{arguments.name}' was paused ({why}); it goes on")
                return 0
            progress.say(
                f"machine '{arguments.name}' runs already (profile {state.profile}, Linux {state.kernel},"
                f" accelerator {state.accelerator}); ./antbed down ends it"
            )
            return 0
        up(wish(arguments), progress)
    progress.say(f"ready after {progress.total:.1f} s; {_next(arguments)}")
    return 0


def _next(arguments: argparse.Namespace) -> str:
    """What to do with a machine that is up."""
    name = "" if arguments.name == DEFAULT_NAME else f" --name {arguments.name}"
    if load(arguments.profile).starts_ant:
        return f"try: ./antbed exec{name} -- ls -l /host"
    return f"AnT's cores are free; a system for them: ./antbed exec --on linux{name} -- start-ant IMAGE"


def add_xml(commands: Any) -> None:
    command(
        commands, _xml, "xml", "print the machine as libvirt's domain XML",
        "./antbed xml --profile paper >antbed.xml",
        more="Needs no libvirt. A comment in it says what virsh create needs.", parents=[bootable()],
    )


def _xml(arguments: argparse.Namespace) -> int:
    arguments.backend = LIBVIRT
    sys.stdout.write(xml.for_virsh(plan(resolved(wish(arguments), Progress(sys.stderr)))))
    return 0


def add_status(commands: Any) -> None:
    made = command(
        commands, _status, "status", "what is running; status 3 when nothing is",
        "./antbed status", "./antbed status --all --json", parents=[named()],
    )
    made.add_argument("--all", action="store_true", help="every machine")
    form = made.add_mutually_exclusive_group()
    json_option(form, "docs/command-line.md has its keys; --all: machines, a list of such")
    form.add_argument("--line", action="store_true", help="one short line for a prompt or a status line")


def _status(arguments: argparse.Namespace) -> int:
    machines = status.all_facts() if arguments.all else [status.facts(arguments.name)]
    if arguments.json:
        print_json({"machines": machines} if arguments.all else machines[0])
    else:
        render = status.line if arguments.line else status.text
        print("\n".join(map(render, machines)) or "no machine is up")
    return 0 if any(machine["alive"] for machine in machines) else _STATUS_NOT_RUNNING


def add_down(commands: Any) -> None:
    made = command(
        commands, _down, "down", "end the machine", "./antbed down", "./antbed down --all", parents=[named()]
    )
    made.add_argument("--all", action="store_true", help="every machine")


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
    with machine_lock(name, END_PATIENCE):
        if left := Instance.find(name):
            left.down()
    print(f"antbed: machine '{name}': {'ended' if instance else 'none is up'}")
