# SPDX-License-Identifier: GPL-2.0-only
"""Boots a machine: starts it and waits until both operating systems answer."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import closing

from ..describe.description import load
from ..run import last_words
from ..run.instance import Instance
from ..run.rundir import CONSOLE_LINUX, CONTROL_ANT, CONTROL_LINUX
from ..run.start import MachineWish, start
from ..terminal import Progress
from . import debugger
from .control import Channel

# Seconds that each stage may take under KVM; more under TCG (Accelerator.slowness). They detect hangs.
# ANTBED_STAGE_SECONDS replaces them all, as they are.
STAGE_SECONDS = {"kernel": 30, "linux": 60, "ant": 60}


def up(wish: MachineWish, progress: Progress) -> Instance:
    """Boots the machine; the caller holds its lock. On any failure nothing is left running."""
    instance = start(wish, progress)
    try:
        _await_ready(instance, load(wish.profile).starts_ant, progress)
    except BaseException:
        instance.down()
        raise
    instance.is_ready(progress.stages)
    return instance


def _await_ready(instance: Instance, starts_ant: bool, progress: Progress) -> None:
    run = instance.run
    with (
        closing(Channel(run, CONTROL_LINUX, instance.check_runs)) as linux,
        closing(Channel(run, CONTROL_ANT, instance.check_runs)) as ant,
    ):
        with instance.qmp() as qmp:
            qmp.execute("cont")
        stages: dict[str, Callable[[], bool]] = {
            # A kernel that was told to be quiet is first heard of when it is ready.
            "kernel": lambda: b"Linux version" in last_words.head_bytes(run.log(CONSOLE_LINUX))
            or linux.came_ready(0.1),
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
            seconds = float(os.environ.get("ANTBED_STAGE_SECONDS", STAGE_SECONDS[stage] * instance.state.slowness))
            deadline = time.monotonic() + seconds
            while not is_reached():
                progress.tick(f"waiting for: {texts[stage]}")
                if starts_ant and (refused := last_words.ant_not_started(run)):
                    raise instance.failure(refused)
                if time.monotonic() >= deadline:
                    debugger.save_state(instance)
                    raise instance.failure(
                        f"hangs or never boots: not reached within {seconds:g} s (stage {stage}): {texts[stage]}"
                    )
                instance.check()
                time.sleep(0.02)
            progress.done(stage, texts[stage])
