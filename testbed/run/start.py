# SPDX-License-Identifier: GPL-2.0-only
"""Starts what the user asked for: its images built, QEMU running, its guest still halted."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from ..describe import kernel
from ..describe.description import load
from ..describe.machine import Machine
from ..errors import TestbedError
from ..paths import ROOT, shown
from ..terminal import Progress
from .accel import choose
from .instance import Instance
from .qemu import Boot
from .ready import ReadyMachine
from .rundir import RunDirectory

# What builds the images of a description: where they lie, and the target of `make`.
_MAKE_TARGETS = {"build/disk-{kernel}.img": "image", "build/devices/": "devices", "build/failpoints/": "failpoints"}


@dataclass(frozen=True)
class MachineWish:
    """What the user asked for on the command line."""

    name: str
    profile: str
    kernel: str  # a version, or auto
    accelerator: str
    share: Path
    build: bool
    image: Path | None = None  # a ready machine's directory; none: what is built here
    trace: tuple[str, ...] = ()
    connect: str = ""  # libvirt's connection; none: QEMU is run directly

    def again(self) -> str:
        """The command that starts the same machine."""
        words = ["./antbed", "up", "--profile", self.profile, "--kernel", self.kernel]
        words += ["--accel", self.accelerator]
        if self.image:
            words += ["--image", str(self.image.resolve())]
        if self.share != ROOT / "share":
            words += ["--share", str(self.share)]
        if self.name != "default":
            words += ["--name", self.name]
        if self.connect:
            words += ["--backend", "libvirt", "--connect", self.connect]
        for event in self.trace:
            words += ["--trace", event]
        return shlex.join(words)


def version(wish: MachineWish, progress: Progress) -> str:
    """The version of Linux that is meant."""
    if wish.image:
        return ReadyMachine.read(wish.image).has_kernel(wish.kernel)
    return kernel.resolve(wish.kernel, progress)


def resolved(wish: MachineWish, progress: Progress) -> MachineWish:
    """The wish with a version for its kernel. What is wrong with the description is said first."""
    load(wish.profile)
    return replace(wish, kernel=version(wish, progress))


def plan(wish: MachineWish) -> Boot:
    """What is started for a wish whose kernel is a version."""
    machine = load(wish.profile)
    if wish.image:
        machine = ReadyMachine.read(wish.image).disks_of(machine)
    if len(machine.linux.cores) > 1 and wish.kernel in kernel.BROADCASTING:
        raise TestbedError(
            f"linux.cores: Linux {wish.kernel} on several cores sends interrupts to all cores of the machine,"
            " AnT's too: give it core 0 alone, or take Linux 6"
        )
    if not wish.share.is_dir():
        raise TestbedError(f"--share {wish.share}: no such directory")
    run = RunDirectory.named(wish.name)
    accelerator = choose(wish.accelerator)
    return Boot(
        machine, wish.kernel, accelerator, wish.share.resolve(), run, trace=wish.trace, connect=wish.connect
    )


def start(wish: MachineWish, progress: Progress) -> Instance:
    """QEMU with its guest halted, after what runs in it was built."""
    wish = resolved(wish, progress)
    boot = plan(wish)
    place = f", libvirt at {wish.connect}" if wish.connect else ""
    progress.say(
        f"machine '{wish.name}' (profile {boot.machine.name}, Linux {wish.kernel}),"
        f" accelerator {boot.accelerator}{place}"
    )
    _images(boot.machine, wish, progress)
    return Instance.start(boot, wish.profile, wish.again(), str(wish.image.resolve()) if wish.image else "")


def _images(machine: Machine, wish: MachineWish, progress: Progress) -> None:
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
            if wish.image:
                how = f": the ready machine has no disk of profile {machine.name}; a source tree builds it"
            raise TestbedError(f"no disk image {shown(path)}{how}")


def _maker(image: str) -> str | None:
    """The target of `make` that builds the image; None for one of the user's own."""
    return next((target for place, target in _MAKE_TARGETS.items() if image.startswith(place)), None)
