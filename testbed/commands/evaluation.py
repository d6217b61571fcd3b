# SPDX-License-Identifier: GPL-2.0-only
"""./antbed bench, report, compare and bench-check: their options, and what they do.

Most of bench/ needs packages that no other command does. So it is imported when it is called for, and they are there.
"""

from __future__ import annotations

import argparse
import random
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..bench.cells import EXACT, REAL
from ..bench.plan import EVERYTHING, BenchWish, experiments, only
from ..bench.results_directory import ResultsDirectory
from ..describe import kernel
from ..errors import TestbedError, UsageError
from ..paths import ROOT
from ..run.accel import Accelerator, choose
from ..run.virt.connection import meant
from ..terminal import Progress
from .usage import FILES, RUNS, command, completes, json_option, kernel_option, print_json

# Debian's package of each module that only these commands need.
_MODULES = {"numpy": "python3-numpy", "matplotlib": "python3-matplotlib", "jinja2": "python3-jinja2"}
_CLOCKS_OF_HOSTS = {"both": (EXACT, REAL), "exact": (EXACT,)}


def add_bench(commands: Any) -> None:
    made = command(
        commands, _bench, "bench", "the paper's evaluation on this machine: results/RUN/report.html",
        "./antbed bench --quick", "./antbed bench --fig 6 --accel exact",
    )
    made.add_argument("--fig", metavar="N", help="only this figure of the paper: 6, 7, 8 or 10")
    made.add_argument("--table", metavar="N", help="only this table of the paper: 6")
    made.add_argument("--quick", action="store_true", help="fewer points and shorter runs: under 5 minutes")
    kernel_option(made)
    made.add_argument(
        "--accel", choices=("both", "exact", "auto", "kvm", "tcg"), default="both",
        help="both: the exact clock, then the real one as fast as it goes (default); else only this one",
    )
    made.add_argument("--seed", type=int, help="of the order of the runs (default: a new one, printed)")
    resume = made.add_argument("--resume", metavar="RUN", help="go on with an incomplete run; takes no other option")
    completes(resume, RUNS)
    made.add_argument("--only", metavar="NAME,...", help=f"only these of {', '.join(EVERYTHING)}")
    made.add_argument("--as", dest="name", metavar="RUN", help="the run's name (default: what and when)")
    made.add_argument("--connect", metavar="URI", default="", help="the machine is started by libvirt, there")
    hosts = made.add_argument(
        "--hosts", metavar="FILE", type=Path,
        help="spread the experiments over the libvirt hosts of this file (docs/libvirt.md)",
    )
    completes(hosts, FILES)


def _bench(arguments: argparse.Namespace) -> int:
    need_modules()
    from ..bench import spread, whole_run

    if arguments.resume:
        return whole_run.resume(ResultsDirectory.find(arguments.resume))
    version = kernel.resolve(arguments.kernel, Progress(sys.stdout))
    chosen = only(arguments.only) if arguments.only else experiments(arguments.fig, arguments.table)
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(1, 1_000_000)
    if arguments.hosts:
        if arguments.connect or arguments.accel not in _CLOCKS_OF_HOSTS:
            raise UsageError("--hosts: connection and accelerator of each host stand in its file; --accel exact goes")
        wish = BenchWish(_CLOCKS_OF_HOSTS[arguments.accel], chosen, arguments.quick, seed)
        return spread.bench(wish, version, arguments.hosts, arguments.name)
    connect = meant(arguments.connect) if arguments.connect else ""
    accelerators = _accelerators(arguments.accel)
    wish = BenchWish(tuple(accelerators), chosen, arguments.quick, seed)
    return whole_run.bench(wish, version, accelerators, arguments.name, connect)


def _accelerators(wanted: str) -> dict[str, Accelerator]:
    if wanted == "both":
        return {EXACT: choose("exact"), REAL: choose("auto")}
    return {EXACT if wanted == "exact" else REAL: choose(wanted)}


def add_report(commands: Any) -> None:
    made = command(
        commands, _report, "report", "make a run's report again from its raw files", "./antbed report results/my-run"
    )
    run = made.add_argument("run", metavar="RUN", help="a name in results/, or a directory")
    completes(run, RUNS)
    json_option(made, "run, state, page, verdicts (each with claim, says, clock, outcome, why, table)")


def _report(arguments: argparse.Namespace) -> int:
    need_modules()
    from ..bench import whole_run

    results = ResultsDirectory.find(arguments.run)
    if arguments.json:
        print_json(whole_run.report_facts(results))
    else:
        whole_run.make_report(results)
    return 0


def add_compare(commands: Any) -> None:
    made = command(commands, _compare, "compare", "two runs side by side", "./antbed compare before after")
    runs = made.add_argument("runs", metavar="RUN", nargs=2, help="a name in results/, or a directory")
    completes(runs, RUNS)
    json_option(made, "runs, verdicts and medians; in the latter two `first` and `second` are the runs'")


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


def add_bench_check(commands: Any) -> None:
    made = command(
        commands, _bench_check, "bench-check", "has a call's path grown since bench/baseline.json was made?",
        "./antbed bench-check --kernel 6.1",
    )
    kernel_option(made)
    made.add_argument("--twice", action="store_true", help="measure twice: are the samples the same, byte for byte?")
    made.add_argument("--update", action="store_true", help="make the file from what is measured now")
    json_option(made, "well, kernel, made_with, paths (name and instructions), and what has changed")


def _bench_check(arguments: argparse.Namespace) -> int:
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


def need_modules() -> None:
    missing = [package for module, package in _MODULES.items() if find_spec(module) is None]
    if missing:
        raise TestbedError(f"missing Debian packages: apt-get install --no-install-recommends {' '.join(missing)}")
