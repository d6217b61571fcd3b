# SPDX-License-Identifier: GPL-2.0-only
"""A bench of several hosts from its options to its report; spread.py measures, merge.py joins."""

from __future__ import annotations

import argparse
import random
import time

from ..errors import UsageError
from .cells import EXACT, REAL
from ..commands.evaluation import PROFILE, break_off, make_report, run_name
from .environment import COMPLETE, describe
from .hosts import load
from .plan import Wish, digest, experiments, make, only
from .progressbar import duration
from .results_directory import ResultsDirectory
from .spread import Spread, check_here, environment_of

_CLOCKS = {"both": (EXACT, REAL), "exact": (EXACT,)}


def bench(arguments: argparse.Namespace, version: str) -> int:
    if arguments.connect or arguments.accel not in ("both", "exact"):
        raise UsageError("--hosts: connection and accelerator of each host stand in its file; --accel exact goes")
    hosts = load(arguments.hosts)
    check_here(hosts)
    chosen = only(arguments.only) if arguments.only else experiments(arguments.fig, arguments.table)
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(1, 1_000_000)
    wish = Wish(_CLOCKS[arguments.accel], chosen, arguments.quick, seed)
    works = make(wish)
    results = ResultsDirectory.create(arguments.name or f"{run_name(version, wish)}-hosts")
    about = describe(wish, version, PROFILE, {}, digest(works))
    results.write_environment({**about, "hosts": environment_of(hosts)})
    print(f"antbed: run {results.name}: seed {seed}, on {', '.join(host.name for host in hosts)}", flush=True)
    begun = time.monotonic()
    with results.locked():
        try:
            Spread(results, wish, version, hosts).run()
        except BaseException as error:
            break_off(results, error, f"what is done is whole and stays in {results.name}")
            raise
        environment = results.read_environment()
        environment.update(state=COMPLETE, why="", ended=time.strftime("%Y-%m-%d %H:%M:%S %z"))
        environment["measured_seconds"] = round(time.monotonic() - begun)
        results.write_environment(environment)
    print(f"antbed: measured in {duration(time.monotonic() - begun)}", flush=True)
    make_report(results)
    return 0
