# SPDX-License-Identifier: GPL-2.0-only
"""./antbed bench, report, compare and bench-check: their options, and what they do."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import time
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..describe import kernel
from ..run.accel import Accelerator, choose
from ..run.backend import LIBVIRT, connection
from ..run.boot import Wish as BootWish
from ..errors import TestbedError
from ..paths import BUILD, ROOT, shown
from ..progress import Progress
from .usage import FILES, RUNS, command, completes, json_option, print_json
from ..bench.cells import EXACT, REAL
from ..bench.environment import COMPLETE, INCOMPLETE, commit, describe
from ..bench.plan import EVERYTHING, Wish, Work, digest, experiments, make, only
from ..bench.progressbar import ProgressBar, duration
from ..bench.results_directory import ResultsDirectory

PROFILE = "bench"
_SPACE = 500 << 20  # bytes free on disk; a full run writes some 50 MB
# Debian's package of each module that only these commands need.
_MODULES = {"numpy": "python3-numpy", "matplotlib": "python3-matplotlib", "jinja2": "python3-jinja2"}


def add_parsers(commands: Any) -> None:
    bench = command(
        commands, "bench", "the paper's evaluation on this machine: results/RUN/report.html",
        "./antbed bench --quick", "./antbed bench --fig 6 --accel exact",
    )
    bench.add_argument("--fig", metavar="N", help="only this figure of the paper: 6, 7, 8 or 10")
    bench.add_argument("--table", metavar="N", help="only this table of the paper: 6")
    bench.add_argument("--quick", action="store_true", help="fewer points and shorter runs: under 5 minutes")
    kernel.add_option(bench)
    bench.add_argument(
        "--accel", choices=("both", "exact", "auto", "kvm", "tcg"), default="both",
        help="both: the exact clock, then the real one as fast as it goes (default); else only this one",
    )
    bench.add_argument("--seed", type=int, help="of the order of the runs (default: a new one, printed)")
    resume = bench.add_argument("--resume", metavar="RUN", help="go on with an incomplete run; takes no other option")
    completes(resume, RUNS)
    bench.add_argument("--only", metavar="NAME,...", help=f"only these of {', '.join(EVERYTHING)}")
    bench.add_argument("--as", dest="name", metavar="RUN", help="the run's name (default: what and when)")
    bench.add_argument("--connect", metavar="URI", default="", help="the machine is started by libvirt, there")
    hosts = bench.add_argument(
        "--hosts", metavar="FILE", type=Path,
        help="spread the experiments over the libvirt hosts of this file (docs/libvirt.md)",
    )
    completes(hosts, FILES)
    bench.set_defaults(act=_bench)

    report = command(
        commands, "report", "make a run's report again from its raw files", "./antbed report results/my-run"
    )
    run = report.add_argument("run", metavar="RUN", help="a name in results/, or a directory")
    completes(run, RUNS)
    json_option(report, "run, state, page, verdicts (each with claim, says, clock, outcome, why, table)")
    report.set_defaults(act=_report)

    compare = command(commands, "compare", "two runs side by side", "./antbed compare before after")
    runs = compare.add_argument("runs", metavar="RUN", nargs=2, help="a name in results/, or a directory")
    completes(runs, RUNS)
    json_option(compare, "runs, verdicts and medians; in the latter two `first` and `second` are the runs'")
    compare.set_defaults(act=_compare)

    check = command(
        commands, "bench-check", "has a call's path grown since bench/baseline.json was made?",
        "./antbed bench-check --kernel 6.1",
    )
    kernel.add_option(check)
    check.add_argument("--twice", action="store_true", help="measure twice: are the samples the same, byte for byte?")
    check.add_argument("--update", action="store_true", help="make the file from what is measured now")
    json_option(check, "well, kernel, made_with, paths (name and instructions), and what has changed")
    check.set_defaults(act=_check)


def need_modules() -> None:
    missing = [package for module, package in _MODULES.items() if find_spec(module) is None]
    if missing:
        raise TestbedError(f"missing Debian packages: apt-get install --no-install-recommends {' '.join(missing)}")


def _bench(arguments: argparse.Namespace) -> int:
    need_modules()
    if arguments.resume:
        return _resume(ResultsDirectory.find(arguments.resume))
    version = kernel.resolve(arguments.kernel, Progress(sys.stdout))
    if arguments.hosts:
        from ..bench.together import bench

        return bench(arguments, version)
    connect = connection(LIBVIRT, arguments.connect) if arguments.connect else ""
    accelerators = _accelerators(arguments.accel)
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(1, 1_000_000)
    wish = Wish(tuple(accelerators), _experiments(arguments), arguments.quick, seed)
    works = make(wish)
    name = arguments.name or run_name(version, wish)
    results = ResultsDirectory.create(name)
    about = describe(wish, version, PROFILE, accelerators, digest(works))
    results.write_environment({**about, "connect": connect})
    _print(f"run {name}: seed {seed}, {len(works)} measurements; {_texts(accelerators)}")
    return measure(results, wish, works, version, accelerators, connect)


def _experiments(arguments: argparse.Namespace) -> tuple[str, ...]:
    return only(arguments.only) if arguments.only else experiments(arguments.fig, arguments.table)


def _accelerators(wanted: str) -> dict[str, Accelerator]:
    if wanted == "both":
        return {EXACT: choose("exact"), REAL: choose("auto")}
    return {EXACT if wanted == "exact" else REAL: choose(wanted)}


def run_name(version: str, wish: Wish) -> str:
    what = "" if wish.experiments == EVERYTHING else "-" + "-".join(wish.experiments)
    return time.strftime("%Y%m%d-%H%M%S") + f"-linux{version}{what}" + ("-quick" if wish.quick else "")


def _resume(results: ResultsDirectory) -> int:
    environment = results.read_environment()
    if "hosts" in environment:
        raise TestbedError(f"run {results.name} was spread over hosts: what it has is whole; start another for more")
    if environment["state"] == COMPLETE:
        _print(f"run {results.name} is complete; ./antbed report {results.name} makes its report again")
        return 0
    if environment["commit"] != (here := commit()):
        raise TestbedError(
            f"run {results.name} was begun by commit {environment['commit'][:12] or 'unknown'}, here is"
            f" {here[:12] or 'none'}: figures of one run are of one version; check that one out, or start a new run"
        )
    asked = environment["wish"]
    wish = Wish(tuple(asked["clocks"]), tuple(asked["experiments"]), asked["quick"], asked["seed"])
    works = make(wish)
    if digest(works) != environment["plan"]:
        raise TestbedError(f"run {results.name} was planned by another version of the testbed; start a new one")
    accelerators = {clock: choose(one["kind"]) for clock, one in environment["accelerators"].items()}
    return measure(results, wish, works, environment["kernel"], accelerators, environment.get("connect", ""))


def measure(
    results: ResultsDirectory, wish: Wish, works: list[Work], version: str, accelerators: dict[str, Accelerator],
    connect: str = "",
) -> int:
    """Measures what is not measured yet and makes the report, also of a run that broke off."""
    from ..bench import interactive, scripted
    from ..bench.runner import Runner

    machine_name = f"bench-{os.getpid()}"

    def boot(clock: str) -> BootWish:
        return BootWish(
            machine_name, PROFILE, version, accelerators[clock].kind, ROOT / "share", False,
            connect=connect,
        )

    with results.locked():
        done = results.done()
        if done:
            _print(f"{len(done)} of {len(works)} measurements are done already")
        left = _seconds_left(works, done)
        progress = ProgressBar(sys.stdout, left)
        begun = time.monotonic()
        try:
            _need_space(results)
            Runner(results, wish, version, accelerators, progress, done).run(
                works,
                lambda batch: scripted.run(boot(EXACT), wish, batch),
                lambda: interactive.machine(boot(REAL)),
            )
        except BaseException as error:
            progress.finish()
            break_off(results, error, f"go on: ./antbed bench --resume {results.name}")
            raise
        progress.finish()
        environment = results.read_environment()
        environment.update(state=COMPLETE, why="", ended=time.strftime("%Y-%m-%d %H:%M:%S %z"))
        environment["measured_seconds"] = round(sum(results.done().values()))
        results.write_environment(environment)
    _print(f"measured in {duration(time.monotonic() - begun)}")
    make_report(results)
    return 0


def _seconds_left(works: list[Work], done: dict[str, float]) -> float:
    """By the guesses. An exact experiment of which one work is missing is measured as a whole."""
    open_batches = {(work.cell.clock, work.batch) for work in works if work.key not in done}
    return sum(
        work.seconds for work in works
        if (work.cell.clock, work.batch) in open_batches and (work.cell.clock == EXACT or work.key not in done)
    )


def _need_space(results: ResultsDirectory) -> None:
    """Before the start, not after 40 minutes."""
    for place, whose in ((results.path, "the results"), (BUILD, "QEMU's temporary files")):
        free = shutil.disk_usage(place).free
        if free < _SPACE:
            raise TestbedError(f"{free >> 20} MiB free in {place} for {whose}; {_SPACE >> 20} are needed")


def break_off(results: ResultsDirectory, error: BaseException, then: str) -> None:
    """Says what is there and how to go on. The report shows what is there."""
    by_signal = isinstance(error, KeyboardInterrupt | SystemExit)
    why = "interrupted" if by_signal else str(error) or type(error).__name__
    environment = results.read_environment()
    environment.update(state=INCOMPLETE, why=why)
    results.write_environment(environment)
    if results.done():
        make_report(results)
    _print(f"run {results.name} is incomplete ({why.splitlines()[0]}); {then}")


def make_report(results: ResultsDirectory) -> None:
    from ..bench.report import write

    _print(f"report: {shown(write(results).page)}")


def _report(arguments: argparse.Namespace) -> int:
    need_modules()
    results = ResultsDirectory.find(arguments.run)
    if not arguments.json:
        make_report(results)
        return 0
    from ..bench.report import write

    written = write(results)
    print_json(
        {
            "run": results.name,
            "state": results.read_environment()["state"],
            "page": str(written.page),
            "verdicts": [
                {**asdict(one), "outcome": one.outcome.value, "clock": one.clock or None} for one in written.verdicts
            ],
        }
    )
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    need_modules()
    from ..bench.compare import facts, text

    first, second = (ResultsDirectory.find(name) for name in arguments.runs)
    found = facts(first, second)
    if arguments.json:
        print_json(found)
    else:
        sys.stdout.write(text(found))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    need_modules()
    from ..bench.baseline import check, text

    stream = sys.stderr if arguments.json else sys.stdout
    version = kernel.resolve(arguments.kernel, Progress(stream))
    found = check(version, ROOT / "bench" / "baseline.json", arguments.update, arguments.twice, stream)
    if arguments.json:
        print_json(found)
    else:
        sys.stdout.write(text(found))
    return 0 if found["well"] else 1


def _print(text: str) -> None:
    print(f"antbed: {text}", flush=True)


def _texts(accelerators: dict[str, Accelerator]) -> str:
    return "; ".join(f"{clock} clock by {accelerator}" for clock, accelerator in accelerators.items())
