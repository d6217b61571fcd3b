#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs the fuzz targets of tests/fuzz for some seconds each, as many at once as there are processors.

    ci/fuzz.py [--seconds N] [--keep] [TARGET...]     make fuzz SECONDS=N

A line for each target when it has ended: inputs tried, coverage before and after, new inputs, the result. What the
runs find stays in build/fuzz: TARGET/ has the new inputs, and the next run begins with them; findings/ has each input
that broke something. --keep then makes tests/fuzz/corpus/TARGET, with which each run begins, what the
coverage of the runs so far needs, small inputs first.

A finding is status 1, with the input's file and the command that replays it.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from testbed.terminal import redraws  # noqa: E402

PROGRAMS = ROOT / "build/cmake-fuzz/tests/fuzz"
WORK = ROOT / "build/fuzz"
FINDINGS = WORK / "findings"
CORPUS = ROOT / "tests/fuzz/corpus"
SOURCES = ROOT / "tests/fuzz"

LONGEST_INPUT = 4096  # bytes
_HANG_SECONDS = 20  # one input takes less, also on a busy computer
_NOTE_SECONDS = 20.0  # between progress lines where there is no terminal
_SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1", "UBSAN_OPTIONS": "print_stacktrace=1"}

_DIGEST = re.compile("[0-9a-f]{40}")  # how libFuzzer names an input
_STATUS_LINE = re.compile(r"^#\d+\s+(INITED|DONE)\s+cov: (\d+)", re.MULTILINE)
_RUNS = re.compile(r"^stat::number_of_executed_units: (\d+)", re.MULTILINE)
_ADDED = re.compile(r"^stat::new_units_added: +(\d+)", re.MULTILINE)


@dataclass
class Outcome:
    target: str
    status: int
    runs: int = 0
    before: int = 0  # coverage
    after: int = 0
    added: int = 0
    output: str = ""
    findings: list[tuple[Path, str]] = field(default_factory=list)  # each with the command that replays it

    @property
    def failed(self) -> bool:
        return self.status != 0 or bool(self.findings)

    def line(self) -> str:
        verdict = "FINDING" if self.findings else f"FAILED, status {self.status}" if self.failed else "ok"
        growth = f"coverage {self.before} -> {self.after}"
        return f"{self.target:<16} {self.runs:>11,} inputs  {growth:<22} {self.added:>4} new  {verdict}"


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def targets() -> list[str]:
    """What tests/fuzz has: a target in C++ is a program that was built, one in Python is a script."""
    programs = [path.name.removeprefix("fuzz_") for path in PROGRAMS.glob("fuzz_*") if path.is_file()]
    return sorted([*programs, *(path.stem for path in SOURCES.glob("*.py"))])


def command_of(target: str) -> list[str]:
    """Runs the inputs that are given to it, or fuzzes: both kinds know the same options."""
    script = SOURCES / f"{target}.py"
    return ["/usr/bin/python3", str(script)] if script.is_file() else [str(PROGRAMS / f"fuzz_{target}")]


def run(target: str, seconds: int) -> Outcome:
    found, kept = WORK / target, CORPUS / target
    found.mkdir(parents=True, exist_ok=True)
    FINDINGS.mkdir(exist_ok=True)
    known = set(FINDINGS.iterdir())
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST_INPUT}", f"-timeout={_HANG_SECONDS}"]
    options += ["-print_final_stats=1", f"-artifact_prefix={FINDINGS}/{target}-"]
    corpora = [str(found), *([str(kept)] if kept.is_dir() else [])]
    done = subprocess.run(
        [*command_of(target), *options, *corpora],
        cwd=WORK,
        env={**os.environ, **_SANITIZERS},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=seconds * 10 + 600,
    )
    outcome = Outcome(target, done.returncode, output=done.stdout + done.stderr)
    for name, coverage in _STATUS_LINE.findall(outcome.output):
        outcome.before = int(coverage) if name == "INITED" else outcome.before
        outcome.after = int(coverage)
    outcome.runs = sum(map(int, _RUNS.findall(outcome.output)))
    outcome.added = sum(map(int, _ADDED.findall(outcome.output)))
    for path in sorted(set(FINDINGS.iterdir()) - known):
        if path.name.startswith(f"{target}-"):
            replay = [shown(Path(word)) if word.startswith(str(ROOT)) else word for word in command_of(target)]
            outcome.findings.append((path, shlex.join([*replay, shown(path)])))
    (WORK / f"{target}.log").write_text(outcome.output, encoding="utf-8")
    return outcome


def run_all(chosen: list[str], seconds: int) -> list[Outcome]:
    """Prints each outcome as it comes, and while there is none what is being waited for."""
    live, start, noted = redraws(sys.stdout), time.monotonic(), time.monotonic()
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        waiting = {pool.submit(run, target, seconds) for target in chosen}
        while waiting:
            try:
                done = next(as_completed(waiting, timeout=1))
            except TimeoutError:
                text = f"fuzz: {len(outcomes)} of {len(chosen)} targets done after {time.monotonic() - start:.0f} s"
                if live:
                    print(f"\r\x1b[K{text}", end="", flush=True)
                elif time.monotonic() - noted > _NOTE_SECONDS:
                    noted = time.monotonic()
                    print(text, flush=True)
                continue
            waiting.remove(done)
            outcomes.append(done.result())
            print(("\r\x1b[K" if live else "") + outcomes[-1].line(), flush=True)
    return outcomes


def keep(target: str) -> None:
    """Its corpus becomes what its coverage needs of all inputs, and those that have a name, given by hand."""
    kept, merged = CORPUS / target, WORK / f"{target}.merged"
    shutil.rmtree(merged, ignore_errors=True)
    merged.mkdir(parents=True)
    kept.mkdir(parents=True, exist_ok=True)
    for path in kept.iterdir():
        if not _DIGEST.fullmatch(path.name):
            shutil.copy(path, merged)
    sources = [str(kept), str(WORK / target)]
    # Only which edges were taken, not how often: one input stands for many.
    argv = [*command_of(target), "-merge=1", "-use_counters=0", f"-max_len={LONGEST_INPUT}", str(merged), *sources]
    subprocess.run(argv, cwd=WORK, capture_output=True, check=True, timeout=3600)
    shutil.rmtree(kept, ignore_errors=True)
    shutil.move(merged, kept)
    files = list(kept.iterdir())
    print(f"{shown(kept)}: {len(files)} inputs, {sum(file.stat().st_size for file in files):,} bytes")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, metavar="N")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("target", nargs="*")
    arguments = parser.parse_args()
    known = targets()
    chosen = arguments.target or known
    if unknown := [target for target in chosen if target not in known]:
        parser.error(f"no target named {', '.join(unknown)}; there are: {', '.join(known)}")
    if arguments.seconds < 1:
        parser.error("--seconds: at least 1")
    outcomes = run_all(chosen, arguments.seconds)
    for outcome in outcomes:
        if not outcome.failed:
            continue
        print(f"\n{outcome.target}: the end of {shown(WORK / outcome.target)}.log:")
        print("\n".join(f"  | {line}" for line in outcome.output.splitlines()[-30:]))
        for path, replay in outcome.findings:
            print(f"{outcome.target}: finding {shown(path)}; replay it:\n  {replay}")
    if arguments.keep:
        for target in chosen:
            keep(target)
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"fuzz: {len(outcomes)} targets, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
