# SPDX-License-Identifier: GPL-2.0-only
"""A bench of several hosts from its plan to its report; spread.py measures, merge.py joins."""

from __future__ import annotations

from pathlib import Path

from .environment import describe
from .hosts import load
from .plan import BenchWish, digest, make
from .results_directory import ResultsDirectory
from .spread import Spread, check_here, environment_of
from .whole_run import PROFILE, run_name, say, under_way


def bench(wish: BenchWish, version: str, file: Path, name: str | None) -> int:
    hosts = load(file)
    check_here(hosts)
    works = make(wish)
    results = ResultsDirectory.create(name or f"{run_name(version, wish)}-hosts")
    about = describe(wish, version, PROFILE, {}, digest(works))
    results.write_environment({**about, "hosts": environment_of(hosts)})
    say(f"run {results.name}: seed {wish.seed}, on {', '.join(host.name for host in hosts)}")
    with under_way(results, f"what is done is whole and stays in {results.name}"):
        Spread(results, wish, version, hosts).run()
    return 0
