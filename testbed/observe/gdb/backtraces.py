# SPDX-License-Identifier: GPL-2.0-only
"""The commands that show frames: of both systems' cores, and of processes that do not run."""

from __future__ import annotations

import gdb

from testbed.contract import region_base

from . import ant, linux
from .command import command, table
from .programs import load_program, program_file
from .systems import ANT, LINUX, core_of, looking_at, pretending, threads

_KERNEL_FRAMES = 40  # more are a loop


def _number_and_rest(argument: str, usage: str) -> tuple[int, str]:
    number, _, rest = argument.partition(" ")
    if not number.isdecimal():
        raise gdb.GdbError(f"usage: {usage}")
    return int(number), rest


def _frames_above(lowest: int) -> int:
    """How many of the frames are the kernel's: user memory is that of another address space."""
    count = 0
    frame: gdb.Frame | None = gdb.newest_frame()
    while frame is not None and int(frame.pc()) >= lowest and count < _KERNEL_FRAMES:
        count += 1
        try:
            frame = frame.older()
        except gdb.error:
            break
    return count


def _on_a_core(process: int) -> gdb.InferiorThread | None:
    """The core that executes this process of AnT's right now."""
    for thread in threads(ANT):
        current = ant.current(core_of(thread))
        if current is not None and ant.number(current["mkernel"]["number"]) == process:
            return thread
    return None


@command("ant-bt")
def _ant_bt(argument: str) -> None:
    """The backtrace of a process of AnT's, running or not: ant-bt PROCESS [full].

    First the frames in AnT's kernel, then those of its program, if the program was built here.
    """
    number, options = _number_and_rest(argument, "ant-bt PROCESS [full]")
    with looking_at(ANT):
        process = ant.process(number)
        program = program_file(ant.text(process["mkernel"]["name"]))
        if program is not None:
            load_program(program)
        if thread := _on_a_core(number):
            thread.switch()
            gdb.execute(f"backtrace {options}")
            return
        frame = gdb.lookup_type("ant::x86::SwitchFrame")
        context = int(process["core"]["context"])
        saved = gdb.Value(context).cast(frame.pointer()).dereference()
        registers = {name: int(saved[name]) for name in ("edi", "esi", "ebx", "ebp")}
        registers |= {"esp": context + frame.sizeof, "eip": int(saved["return_address"])}
        # The proxy of gdb's that pretends knows 64-bit names only.
        wide = {f"r{name[1:]}": value for name, value in registers.items()}
        wide["cr3"] = ant.number(process["mkernel"]["page_directory"])
        with pretending(threads(ANT)[0], wide):
            count = _KERNEL_FRAMES if program is not None else _frames_above(region_base())
            gdb.execute(f"backtrace {options} {count}")


@command("linux-bt")
def _linux_bt(argument: str) -> None:
    """The kernel's backtrace of a process of Linux's, running or not: linux-bt PID [full]."""
    number, options = _number_and_rest(argument, "linux-bt PID [full]")
    with looking_at(LINUX):
        task = linux.task(number)
        thread = threads(LINUX)[0]
        if linux.current().address == task.address:
            thread.switch()
            gdb.execute(f"backtrace {options}")
            return
        with pretending(thread, linux.sleeping_registers(task)):
            gdb.execute(f"backtrace {options} {max(1, _frames_above(1 << 63))}")


@command("linux-ps")
def _linux_ps(argument: str) -> None:
    """Linux's processes that are no kernel threads, one a line (lx-ps lists them all)."""
    with looking_at(LINUX):
        rows: list[tuple[object, ...]] = [("PID", "PARENT", "STATE", "NAME")]
        for each in linux.tasks():
            if int(each["mm"]):
                parent = int(each["real_parent"]["pid"])
                rows.append((int(each["pid"]), parent, linux.state_of(each), each["comm"].string()))
        table(rows)


@command("cores")
def _cores(argument: str) -> None:
    """Every core's backtrace, Linux's first: cores [FRAMES]."""
    for system in (LINUX, ANT):
        with looking_at(system):
            for thread in threads(system):
                thread.switch()
                print(f"core {core_of(thread)}, {system}{_whom(system, thread)}:")
                gdb.execute(f"backtrace {argument or _KERNEL_FRAMES}")


def _whom(system: str, thread: gdb.InferiorThread) -> str:
    """The process that the core executes, as far as can be told."""
    try:
        if system == LINUX:
            task = linux.current()
            return f", process {int(task['pid'])} {task['comm'].string()}"
        current = ant.current(core_of(thread))
        if current is None:
            return ", idle"
        return f", process {ant.number(current['mkernel']['number'])} {ant.text(current['mkernel']['name'])}"
    except (gdb.error, UnicodeDecodeError):
        return ""


@command("ant", completes=gdb.COMPLETE_COMMAND)
def _in_ant(argument: str) -> None:
    """Runs a command in AnT's view and comes back: ant COMMAND. Without one: goes there."""
    _in(ANT, argument)


@command("linux", completes=gdb.COMPLETE_COMMAND)
def _in_linux(argument: str) -> None:
    """Runs a command in Linux's view and comes back: linux COMMAND. Without one: goes there."""
    _in(LINUX, argument)


def _in(system: str, command_line: str) -> None:
    if not command_line:
        threads(system)[0].switch()
        gdb.execute("frame")
        return
    with looking_at(system):
        gdb.execute(command_line)
