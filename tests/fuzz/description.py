#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""A machine's description (TOML) of any text: it is a machine, or each thing wrong with it is named by line.

    tests/fuzz/description.py [-OPTION=VALUE ...] [DIRECTORY...]    fuzzes; the first directory gets new inputs
    tests/fuzz/description.py FILE...                               replays inputs

Behaves as a target of libFuzzer does, as far as ci/fuzz.py asks for it: -max_total_time, -max_len, -artifact_prefix,
-timeout, -merge; -seed makes a run repeatable, input by input. Coverage is the lines of testbed/describe that ran.
"""

from __future__ import annotations

import hashlib
import random
import re
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from testbed.describe import description  # noqa: E402
from testbed.describe.source import DescriptionError  # noqa: E402
from testbed.paths import MACHINES, shown  # noqa: E402

_WATCHED = str(ROOT / "testbed/describe")
_VALUES = (
    "0 -1 4 99 1e9 9223372036854775808 0x40000000 0o17 nan -inf true [] [[]] [0,0] [1,2,3] {} {a=1} '' "
    '"1G" "4M" "0M"'
    ' "99999999999999999999G" "1234:11e8" ["1234:11e8"] ["x"] "{kernel}" "\\u0000" "\\n" "²" 1979-05-27 """\na""" "usb"'
    ' "ahci" "ant.x=y z" "autostart=0"'
).split()
_KEYS = (
    "machine linux ant device disk memory cores base size ica depth pci model id image bus serial command_line x"
).split()
_WORDS = ["[", "]", "[[", "]]", "=", ".", '"', "'", "#", "\n", "\r", "\0", "\u2028", "²", "\\", ","]


class Hang(BaseException):
    """An input took too long; no handler of the code under test takes this for an error."""


class Target:
    """The code under test, and which of its lines have run so far."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "machine.toml"
        self.lines: set[tuple[str, int]] = set()

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(_WATCHED):
            return None
        if event == "line":
            self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self._trace

    def run(self, data: bytes) -> bool:
        """Whether it reached new lines. What is a finding comes out as an exception."""
        before = len(self.lines)
        self._path.write_bytes(data)
        sys.settrace(self._trace)
        try:
            self._read()
        finally:
            sys.settrace(None)
        return len(self.lines) > before

    def _read(self) -> None:
        try:
            machine = description.load(str(self._path))
        except DescriptionError as error:
            assert error.problems, "refused without a reason"
            for problem in error.problems:
                assert re.match(rf"{re.escape(shown(self._path))}:(\d+:)? ", problem), f"without its place: {problem!r}"
            return
        words = machine.linux_words([])
        line = " ".join(words)
        assert line.isprintable() and len(line.encode()) < 2000, f"no command line: {line!r}"
        assert words[-len(machine.ant_words()) :] == [f"ant.{word}" for word in machine.ant_words()]


def mutated(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """One that is a little different."""
    text = data.decode("utf-8", "surrogateescape")
    for _ in range(chance.randint(1, 4)):
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        place = chance.randint(0, len(text))
        match chance.randrange(8):
            case 0:  # another value
                lines[at] = f"{lines[at].partition('=')[0]}= {chance.choice(_VALUES)}"
                text = "\n".join(lines)
            case 1:  # another key or table
                key = chance.choice(_KEYS)
                lines[at] = chance.choice([f"[{key}]", f"[[{key}]]", f"{key} = {chance.choice(_VALUES)}"])
                text = "\n".join(lines)
            case 2:  # a line twice, or elsewhere
                lines.insert(chance.randint(0, len(lines)), lines[at] if chance.random() < 0.5 else lines.pop(at))
                text = "\n".join(lines)
            case 3:
                del lines[at]
                text = "\n".join(lines)
            case 4:
                text = text[:place] + chance.choice(_WORDS) + text[place:]
            case 5:
                text = text[:place] + text[place + chance.randint(1, 8) :]
            case 6:
                text = text[:place] + other.decode("utf-8", "surrogateescape")[chance.randint(0, len(other)) :]
            case _:
                byte = chance.randrange(256)  # also one that is no UTF-8
                text = text[:place] + bytes([byte]).decode("utf-8", "surrogateescape") + text[place:]
    return text.encode("utf-8", "surrogateescape")


def inputs_of(paths: list[Path]) -> list[bytes]:
    files = sorted(file for path in paths for file in path.rglob("*") if file.is_file())
    return [file.read_bytes() for file in files]


def save(prefix: str, data: bytes) -> str:
    path = f"{prefix}{hashlib.sha1(data).hexdigest()}"
    Path(path).write_bytes(data)
    return path


def run_limited(target: Target, data: bytes, options: dict[str, str]) -> bool:
    """As Target.run(); an input that is a finding is kept."""
    signal.alarm(int(options.get("timeout", "20")))
    try:
        return target.run(data)
    except (Exception, Hang):
        print(f"finding: {save(options.get('artifact_prefix', './') + 'crash-', data)}", file=sys.stderr)
        raise
    finally:
        signal.alarm(0)


def fuzz(target: Target, directories: list[Path], options: dict[str, str]) -> None:
    chance = random.Random(int(options.get("seed", "1")))
    longest = int(options.get("max_len", "4096"))
    known = [data for data in inputs_of([*directories, MACHINES]) if len(data) <= longest]
    for data in known:
        run_limited(target, data, options)
    print(f"#{len(known)}\tINITED cov: {len(target.lines)}")
    runs, added = len(known), 0
    end = time.monotonic() + int(options.get("max_total_time", "60"))
    while time.monotonic() < end:
        data = mutated(chance.choice(known), chance.choice(known), chance)[:longest]
        runs += 1
        if run_limited(target, data, options):
            known.append(data)
            added += 1
            if directories:
                save(f"{directories[0]}/", data)
    print(f"#{runs}\tDONE   cov: {len(target.lines)}")
    print(f"stat::number_of_executed_units: {runs}\nstat::new_units_added: {added}")


def merge(target: Target, into: Path, directories: list[Path]) -> None:
    """What the inputs in `into` do not reach is reached by others there, small ones first."""
    for data in inputs_of([into]):
        target.run(data)
    for data in sorted(inputs_of(directories), key=lambda one: (len(one), one)):
        if target.run(data):
            save(f"{into}/", data)


def on_alarm(number: int, frame: FrameType | None) -> None:
    raise Hang


def main(arguments: list[str]) -> None:
    options = dict(word[1:].split("=", 1) for word in arguments if word.startswith("-"))
    paths = [Path(word) for word in arguments if not word.startswith("-")]
    signal.signal(signal.SIGALRM, on_alarm)
    with tempfile.TemporaryDirectory() as directory:
        target = Target(Path(directory))
        if options.get("merge"):
            merge(target, paths[0], paths[1:])
        elif paths and all(path.is_file() for path in paths):
            for path in paths:
                run_limited(target, path.read_bytes(), options)
        else:
            fuzz(target, paths, options)


if __name__ == "__main__":
    main(sys.argv[1:])
