# SPDX-License-Identifier: GPL-2.0-only
"""Measuring by the exact clock: the machine has its commands in its RAM disk and nobody speaks to it.

What arrives from the host (a command, a disk's answer) arrives by the host's time, that is at another instruction in
each run, and meets another phase of the timers. So a sealed machine boots from memory, Linux measures first, alone;
then AnT starts and its control shell works through its own script. The host only reads the consoles' logs: two runs
are the same instruction by instruction.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from ..describe.description import load
from ..describe.machine import Machine
from ..errors import TestbedError
from ..paths import BUILD
from ..run.accel import choose
from ..run.instance import Instance
from ..run.last_words import ant_not_started
from ..run.qemu import Boot, Sealed
from ..run.rundir import CONSOLE_LINUX, CONTROL_ANT, RunDirectory
from ..run.start import MachineWish
from ..talk import debugger
from ..talk.frames import FrameParser, Kind
from ..talk.lease import lease
from ..terminal import Progress
from . import cpio, measured
from .cells import ANT, LINUX
from .measured import Measured
from .plan import DROP_CACHES, BenchWish, Work, preparing

_SILENCE = 600.0  # seconds without a sign of the guest's: it hangs
_POLL = 0.2
_LINUX_SCRIPT = "etc/bench-linux"
_ANT_SCRIPT = "etc/bench-ant"
# AnT cannot sync, so Linux waits to do it: one line into the FIFO, the answer out of the other.
_ASK, _ANSWER = "/run/bench-drop", "/run/bench-dropped"
_INITTAB = """::sysinit:/etc/init.d/rcS
::respawn:/etc/init.d/service ant-parent
::once:/etc/bench-linux
"""
_BEGIN = re.compile(rb"^@bench (\d+)\r?$", re.MULTILINE)


def run(boot: MachineWish, wish: BenchWish, works: list[Work]) -> Iterator[tuple[Work, Measured]]:
    """Yields each work when it is done, Linux's first."""
    linux = [work for work in works if work.cell.system == LINUX]
    ant = [work for work in works if work.cell.system == ANT]
    with tempfile.TemporaryDirectory(prefix="antbed-bench-") as place:
        initrd = Path(place) / "initrd"
        initrd.write_bytes(_initrd(boot.kernel, wish, works, linux, ant))
        progress = Progress(sys.stderr)  # of what an earlier machine has left: standard output may be JSON
        with lease(boot.name, partial(_start, boot, initrd, bool(ant)), progress, alone=True) as (instance, _):
            with instance.qmp() as qmp:
                qmp.execute("cont")
            yield from zip(linux, _linux_output(instance, len(linux)))
            answers = _ant_output(instance)
            for work in ant:
                if work.uses_disks:
                    next(answers)  # of the cache's dropping
                answer = next(answers)
                if answer is None:
                    raise instance.failure(f"{work.key}: nothing was measured")
                yield work, answer


def _start(boot: MachineWish, initrd: Path, starts_ant: bool) -> Instance:
    kernel = BUILD / f"linux-{boot.kernel}" / "bzImage"
    if not kernel.is_file():
        raise TestbedError(f"no kernel {kernel}: make image KERNEL={boot.kernel} builds it")
    machine, run = _told(load(boot.profile), starts_ant), RunDirectory.named(boot.name)
    sealed = Sealed(kernel, initrd)
    start = Boot(machine, boot.kernel, choose("exact"), boot.share, run, sealed, connect=boot.connect)
    return Instance.start(start, boot.profile, "./antbed bench --accel exact")


def _told(machine: Machine, starts_ant: bool) -> Machine:
    """The machine whose AnT knows its script."""
    words = f"{machine.ant.command_line} " + (f"script=/{_ANT_SCRIPT}" if starts_ant else "autostart=0")
    return replace(machine, ant=replace(machine.ant, command_line=words.strip()))


def _initrd(kernel: str, wish: BenchWish, works: list[Work], linux: list[Work], ant: list[Work]) -> bytes:
    root = BUILD / f"rootfs-{kernel}"
    if not (root / "etc/inittab").is_file():
        raise TestbedError(f"no root file system {root}: make image KERNEL={kernel} builds it")
    own = (_LINUX_SCRIPT, _ANT_SCRIPT, "etc/inittab", "boot/vmlinuz", "dev/console")
    file, program = stat.S_IFREG | 0o644, stat.S_IFREG | 0o755
    return cpio.archive([
        *cpio.tree(root, without=own),
        cpio.Entry("dev/console", stat.S_IFCHR | 0o600, device=(5, 1)),
        cpio.Entry("etc/inittab", file, _INITTAB.encode()),
        cpio.Entry(_LINUX_SCRIPT, program, _linux_script(preparing(wish, works), linux).encode()),
        cpio.Entry(_ANT_SCRIPT, file, _ant_script(ant).encode()),
    ])


def _linux_script(before: list[str], works: list[Work]) -> str:
    """Each work's output is kept until its end, so that printing costs no one; kernel messages stay away from it."""
    lines = ["#!/bin/sh", "exec </dev/null >/dev/console 2>&1", "dmesg -n 1"]
    lines += [f"{{ {command}\n}} || echo '@bench-failed preparing: {command.split()[0]}'" for command in before]
    for number, work in enumerate(works):
        if work.uses_disks:
            lines.append(DROP_CACHES)
        lines.append(f"{work.command} >/run/bench-out 2>/run/bench-err; status=$?")
        lines.append(f'echo "@bench {number}"; cat /run/bench-out /run/bench-err; echo "@bench-end $status"')
    lines += [f"mkfifo -m 666 {_ASK} {_ANSWER}", "start-ant"]
    lines.append(f"while read -r line <{_ASK}; do {DROP_CACHES}; echo dropped >{_ANSWER}; done")
    return "\n".join(lines) + "\n"


def _ant_script(works: list[Work]) -> str:
    lines = []
    for work in works:
        if work.uses_disks:
            lines.append(f"run write {_ASK} now && cat {_ANSWER}")
        lines.append(f"run {work.command}")
    return "\n".join(lines) + "\n"


def _linux_output(instance: Instance, count: int) -> Iterator[Measured]:
    """From Linux's console: what stands between `@bench N` and `@bench-end STATUS`."""
    log = instance.run.log(CONSOLE_LINUX)
    end = re.compile(rb"^@bench-end (\d+)\r?\n", re.MULTILINE)
    position = 0
    for number in range(count):
        text = b""
        for piece in _growing(instance, log, position):
            text += piece
            if failed := re.search(rb"^@bench-failed [^\r\n]*", text, re.MULTILINE):
                raise instance.failure(failed.group().decode("utf-8", "replace"))
            if found := end.search(text):
                break
        else:
            raise instance.failure("Linux's console has ended")
        begin = _BEGIN.search(text)
        if begin is None or int(begin[1]) != number or begin.start() > found.start():
            raise instance.failure(f"Linux's console shows no work {number}")
        output = text[begin.end() + 1 : found.start()].decode("utf-8", "replace")
        if found[1] != b"0":
            raise instance.failure(f"on linux: status {found[1].decode()}: {output.strip()[-300:]}")
        yield measured.parse(output)
        position += found.end()


def _ant_output(instance: Instance) -> Iterator[Measured | None]:
    """From AnT's control channel: the frames of one request after the other. None: nothing was measured."""
    parser = FrameParser()
    output, errors = bytearray(), bytearray()
    for piece in _growing(instance, instance.run.log(CONTROL_ANT), 0):
        for frame in parser.feed(piece):
            if frame.kind is Kind.OUT:
                output += frame.data
            elif frame.kind is Kind.ERR:
                errors += frame.data
            elif frame.kind is Kind.END:
                if frame.status or errors:
                    said = (errors or output).decode("utf-8", "replace").strip()
                    raise instance.failure(f"on ant: status {frame.status}: {said[-300:]}")
                text = output.decode("utf-8", "replace")
                yield measured.parse(text) if text.startswith("#") else None
                output.clear()
            else:
                raise instance.failure("AnT's control shell came to its script's end too early")


def _growing(instance: Instance, log: Path, position: int) -> Iterator[bytes]:
    """What is appended to a log, as it comes. A guest that is silent for too long, or has ended, is an error."""
    last_sign, last_size = time.monotonic(), 0
    with log.open("rb") as file:
        file.seek(position)
        while True:
            piece = file.read()
            if piece:
                yield piece
            size = sum(instance.run.log(name).stat().st_size for name in (CONSOLE_LINUX, CONTROL_ANT))
            if size != last_size:
                last_sign, last_size = time.monotonic(), size
            if log.stat().st_ino != os.fstat(file.fileno()).st_ino:
                raise instance.failure(f"{log} was begun anew: virtlogd.conf needs max_size = 0 (docs/libvirt.md)")
            if time.monotonic() - last_sign > _SILENCE:
                debugger.save_state(instance)
                raise instance.failure(f"silent for {_SILENCE:g} s")
            if refused := ant_not_started(instance.run):
                raise instance.failure(refused)
            instance.check()
            if not piece:
                time.sleep(_POLL)
