# SPDX-License-Identifier: GPL-2.0-only
"""`./antbed compare RUN RUN`: two runs side by side, as facts and as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import raw, summary
from .claims import judge
from .report import bare
from .results_directory import ResultsDirectory
from .summary import Line, Summary


Facts = dict[str, Any]
_Row = tuple[str, ...]
_CLOCKS = ("exact", "real")


def facts(first: ResultsDirectory, second: ResultsDirectory) -> Facts:
    """What is compared; None where only the other run has it."""
    runs = (first, second)
    summaries = [summary.summarise(raw.read(run.raw)) for run in runs]
    return {
        "runs": [_about(run) for run in runs],
        "verdicts": list(_verdicts(summaries)),
        "medians": list(_medians(summaries)),
    }


def _about(run: ResultsDirectory) -> Facts:
    environment = run.read_environment()
    kinds = {clock: environment["accelerators"].get(clock, {}).get("kind") for clock in _CLOCKS}
    known = {what: environment.get(what, "") for what in ("state", "kernel", "commit", "started", "qemu")}
    return {"name": run.name, **known, "host": environment["host"]["cpu"], "accelerators": kinds}


def _verdicts(summaries: list[Summary]) -> Iterator[Facts]:
    judged = [{(v.claim, v.clock): v.outcome.value for v in judge(found)} for found in summaries]
    for claim, clock in dict.fromkeys(key for one in judged for key in one):
        first, second = (one.get((claim, clock)) for one in judged)
        yield {"claim": claim, "clock": clock or None, "first": first, "second": second}


def _medians(summaries: list[Summary]) -> Iterator[Facts]:
    """Every median that either run has."""
    by_key = [{(line.cell, line.step): line for line in found.lines} for found in summaries]
    for cell, step in dict.fromkeys(key for one in by_key for key in one):
        first, second = (one.get((cell, step)) for one in by_key)
        yield {
            "measured": f"{cell.text()} {step}",
            "first": first.median if first else None,
            "second": second.median if second else None,
            "unit": next(line.unit for line in (first, second) if line),
            "ratio": second.median / first.median if first and second and first.median else None,
            "apart": _apart(first, second) if first and second else None,
        }


def text(of: Facts) -> str:
    """The same for a person; `*` where the 95 % intervals do not touch."""
    runs = of["runs"]
    about: list[_Row] = [("", *(run["name"] for run in runs))]
    for what in ("state", "kernel", "commit", "started", "qemu", "host"):
        about.append((what, *(str(run[what])[:40] for run in runs)))
    about += [(f"{clock} clock", *(run["accelerators"][clock] or "-" for run in runs)) for clock in _CLOCKS]
    verdicts: list[_Row] = [("claim", "clock", "first", "second")]
    verdicts += [tuple(one[key] or "-" for key in verdicts[0]) for one in of["verdicts"]]
    medians: list[_Row] = [("measured", "first", "second", "second / first", "")]
    for one in of["medians"]:
        amounts = ["-" if one[run] is None else bare(one[run], one["unit"]) for run in ("first", "second")]
        ratio = "-" if one["ratio"] is None else f"{one['ratio']:.3f}"
        medians.append((one["measured"], *amounts, ratio, "*" if one["ratio"] is not None and one["apart"] else ""))
    tables = [*_table(about), "", *_table(verdicts), "", *_table(medians)]
    return "\n".join([*tables, "", "* the 95 % intervals of the medians do not touch", ""])


def _apart(one: Line, other: Line) -> bool:
    first, second = one.statistics, other.statistics
    return first.ci_high < second.ci_low or second.ci_high < first.ci_low


def _table(rows: list[_Row]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]
