# SPDX-License-Identifier: GPL-2.0-only
"""A short session in AnT's shell on its console, each step checked; printed as it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

import pexpect
from pexpect import fdpexpect

from ..run.instance import Instance
from . import debugger
from .console import connected
from .session import capture

_PROMPT = "antsh$ "
_STEP_SECONDS = 20.0  # times the accelerator's slowness; detects a hang
_SAMPLE = "/root/hello.txt"
_WRITTEN = "/tmp/from-ant.txt"
_TEXT = "Hello Linux, this is AnT"

Verdict = Callable[[str], str | None]  # what is wrong with a step's output, or None


@dataclass(frozen=True)
class Step:
    command: str
    verdict: Verdict
    status: int = 0


def steps(sample: str, size: str) -> list[Step]:
    """What is typed, where Linux reads this from the sample file."""

    def is_number(text: str) -> str | None:
        return None if text.strip().isdecimal() and int(text) > 0 else "no process number"

    def has_size(text: str) -> str | None:
        return None if f"size: {size}\n" in text else f"Linux says size {size}"

    def is_sample(text: str) -> str | None:
        return None if text == sample else f"Linux reads {sample!r}"

    def is_empty(text: str) -> str | None:
        return None if not text else "output where none should be"

    def says_no_such_file(text: str) -> str | None:
        wanted = "cat: /nope: No such file or directory\n"
        return None if text == wanted else f"not {wanted!r}"

    return [
        Step("getpid", is_number),
        Step(f"stat {_SAMPLE}", has_size),
        Step(f"cat {_SAMPLE}", is_sample),
        Step("cat /nope", says_no_such_file, status=1),
        Step(f"write {_WRITTEN} {_TEXT}", is_empty),
    ]


def play(instance: Instance, stream: TextIO) -> bool:
    """True when every step went as it should."""
    instance.need_ant()
    sample = _linux(instance, f"cat {_SAMPLE}")
    size = _linux(instance, f"stat -c %s {_SAMPLE}").strip()
    stream.write(f"--- AnT's console (ttyS1), beside Linux {instance.state.kernel}\n")
    good = _in_shell(instance, steps(sample, size), stream)
    stream.write("--- Linux\n")
    read_back = _linux(instance, f"cat {_WRITTEN}")
    stream.write(f"# cat {_WRITTEN}\n{read_back}")
    if read_back != _TEXT + "\n":
        stream.write(f"antbed: WRONG: AnT wrote {_TEXT!r}\n")
        good = False
    stream.write("---\nantbed: " + ("every step was right\n" if good else "not every step was right\n"))
    stream.flush()
    return good


def _linux(instance: Instance, command: str) -> str:
    _, out, err = capture(instance, "linux", command, _STEP_SECONDS * instance.state.slowness)
    return (out + err).decode("utf-8", "replace")


def _in_shell(instance: Instance, typed: list[Step], stream: TextIO) -> bool:
    good = True
    seconds = _STEP_SECONDS * instance.state.slowness
    with connected(instance, "ant") as line:
        shell = fdpexpect.fdspawn(line, timeout=seconds, encoding="utf-8")

        def enter(command: str) -> str:
            """What the command printed, up to the next prompt."""
            shell.send(command + "\r")
            shell.expect_exact(command)
            shell.expect_exact("\n")
            shell.expect_exact(_PROMPT)
            return str(shell.before).replace("\r", "")

        try:
            shell.send("\r")
            shell.expect_exact(_PROMPT)
            for step in typed:
                output = enter(step.command)
                status = enter("echo $?").strip()
                stream.write(f"{_PROMPT}{step.command}\n{output}")
                stream.flush()
                wrong = step.verdict(output)
                if status != str(step.status):
                    wrong = f"status {status}, {step.status} expected"
                if wrong:
                    stream.write(f"antbed: WRONG: {wrong}\n")
                    good = False
        except pexpect.TIMEOUT:
            debugger.save_state(instance)
            raise instance.failure(f"AnT's shell on ttyS1 shows no prompt within {seconds:g} s") from None
        except pexpect.EOF:
            instance.check(gone=True)
            raise instance.failure("AnT's console was closed") from None
    return good
