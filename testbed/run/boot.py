# SPDX-License-Identifier: GPL-2.0-only
"""Starts a machine and waits until both operating systems are ready."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ..describe import kernel
from . import last_words
from .accel import choose
from ..talk.control import Channel
from ..talk import snapshot
from ..describe.description import load
from ..errors import TestbedError
from .instance import Instance
from ..describe.machine import Machine
from ..paths import ROOT, shown
from ..progress import Progress
from .qemu import Boot
from .rundir import CONSOLE_LINUX, CONTROL_ANT, CONTROL_LINUX, RunDirectory

# Seconds that each stage may take under KVM; more under TCG (Accelerator.slowness). They detect hangs.
# ANTBED_STAGE_SECONDS replaces them all, as they are.
STAGE_SECONDS = {"kernel": 30, "linux": 60, "ant": 60}
# What builds the images of a description: where they lie, and the target of `make`.
_MAKE_TARGETS = {"build/disk-{kernel}.img": "image", "build/devices/": "devices"}


@dataclass(frozen=True)
class Wish:
    """What the user asked for on the command line."""

    name: str
    profile: str
    kernel: str  # a version, or auto
    accelerator: str
    share: Path
    build: bool
    trace: tuple[str, ...] = ()
    connect: str = ""  # libvirt's connection; none: QEMU is run directly

    def again(self) -> str:
        """The command that starts the same machine."""
        words = ["./antbed", "up", "--profile", self.profile, "--kernel", self.kernel]
        words += ["--accel", self.accelerator]
        if self.share != ROOT / "share":
            words += ["--share", str(self.share)]
        if self.name != "default":
            words += ["--name", self.name]
        if self.connect:
            words += ["--backend", "libvirt", "--connect", self.connect]
        for event in self.trace:
            words += ["--trace", event]
        return shlex.join(words)


def plan(wish: Wish) -> Boot:
    """What is started for a wish whose kernel is a version."""
    machine = load(wish.profile)
    if not wish.share.is_dir():
        raise TestbedError(f"--share {wish.share}: no such directory")
    run = RunDirectory.named(wish.name)
    accelerator = choose(wish.accelerator)
    return Boot(
        machine, wish.kernel, accelerator, wish.share.resolve(), run, trace=wish.trace, connect=wish.connect
    )


def up(wish: Wish, progress: Progress) -> Instance:
    """Boots the machine; the caller holds its lock. On any failure nothing is left running."""
    load(wish.profile)  # what is wrong with it is said first
    wish = replace(wish, kernel=kernel.resolve(wish.kernel, progress))
    boot = plan(wish)
    machine, accelerator, run = boot.machine, boot.accelerator, boot.run
    place = f", libvirt at {wish.connect}" if wish.connect else ""
    progress.say(
        f"machine '{wish.name}' (profile {machine.name}, Linux {wish.kernel}), accelerator {accelerator}{place}"
    )
    _images(machine, wish, progress)
    state = {
        "name": wish.name,
        "profile": wish.profile,
        "kernel": wish.kernel,
        "accelerator": accelerator.kind,
        "reason": accelerator.reason,
        "slowness": accelerator.slowness,
        "share": str(boot.share),
        "ant_cores": machine.ant.cores,
        "started": time.time(),
        "again": wish.again(),
        "phase": "booting",
    }
    instance = Instance.start(boot, state)
    try:
        _await_ready(instance, machine.starts_ant, accelerator.slowness, progress)
    except BaseException:
        instance.down()
        raise
    instance.state.update(phase="ready", stages=progress.stages)
    run.write_state(instance.state)
    return instance


def _images(machine: Machine, wish: Wish, progress: Progress) -> None:
    """Builds what is missing or out of date, and makes sure that the disks are there."""
    targets = {target for disk in machine.disks if (target := _maker(disk.image))} if wish.build else set()
    for target in sorted(targets):
        # A make that called us must not hand its flags and job slots on to this one.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
        argv = ["make", "--no-print-directory", "-C", str(ROOT), target, f"KERNEL={wish.kernel}"]
        done = subprocess.run(argv, env=environment, stdout=sys.stderr, check=False)
        if done.returncode:
            again = shlex.join(argv[:1] + argv[4:])
            raise TestbedError(f"building failed: {again} ended with status {done.returncode}")
    if targets:
        progress.done("build", "what runs in the machine is up to date")
    for disk in machine.disks:
        path = disk.path(wish.kernel)
        if not path.is_file():
            target = _maker(disk.image)
            how = f": make {target} KERNEL={wish.kernel} builds it" if target else ""
            raise TestbedError(f"no disk image {shown(path)}{how}")


def _maker(image: str) -> str | None:
    """The target of `make` that builds the image; None for one of the user's own."""
    return next((target for place, target in _MAKE_TARGETS.items() if image.startswith(place)), None)


def _await_ready(instance: Instance, starts_ant: bool, slowness: int, progress: Progress) -> None:
    run = instance.run
    with (
        Channel(run, CONTROL_LINUX, instance.check) as linux,
        Channel(run, CONTROL_ANT, instance.check) as ant,
    ):
        with instance.qmp() as qmp:
            qmp.execute("cont")
        stages: dict[str, Callable[[], bool]] = {
            "kernel": lambda: b"Linux version" in last_words.head_bytes(run.log(CONSOLE_LINUX)),
            "linux": lambda: linux.came_ready(0.1),
        }
        if starts_ant:
            stages["ant"] = lambda: ant.came_ready(0.1)
        texts = {
            "kernel": "firmware and GRUB have started Linux",
            "linux": "Linux answers on its control channel",
            "ant": "AnT answers on its control channel",
        }
        for stage, is_reached in stages.items():
            seconds = float(os.environ.get("ANTBED_STAGE_SECONDS", STAGE_SECONDS[stage] * slowness))
            deadline = time.monotonic() + seconds
            while not is_reached():
                progress.tick(f"waiting for: {texts[stage]}")
                if starts_ant and (refused := last_words.ant_not_started(run)):
                    raise instance.failure(refused)
                if time.monotonic() >= deadline:
                    snapshot.save(instance)
                    raise instance.failure(
                        f"hangs or never boots: not reached within {seconds:g} s (stage {stage}): {texts[stage]}"
                    )
                instance.check()
                time.sleep(0.02)
            progress.done(stage, texts[stage])
