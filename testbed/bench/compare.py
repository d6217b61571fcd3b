# SPDX-License-Identifier: GPL-2.0-only
"""`./antbed compare RUN RUN`: two runs side by side, in plain text."""

from __future__ import annotations

from . import raw, summary
from .claims import judge
from .report import amount
from .rundir import ResultsDirectory
from .summary import Line, Summary


def text(first: ResultsDirectory, second: ResultsDirectory) -> str:
    runs = (first, second)
    summaries = [summary.summarise(raw.read(run.raw)) for run in runs]
    return "\n".join([*_about(runs), "", *_verdicts(summaries), "", *_medians(summaries), ""])


def _about(runs: tuple[ResultsDirectory, ...]) -> list[str]:
    environments = [run.read_environment() for run in runs]
    rows = [("", *(run.name for run in runs))]
    for what in ("state", "kernel", "commit", "started", "qemu"):
        rows.append((what, *(str(environment.get(what, ""))[:40] for environment in environments)))
    rows.append(("host", *(environment["host"]["cpu"][:40] for environment in environments)))
    for clock in ("exact", "real"):
        kinds = [environment["accelerators"].get(clock, {}).get("kind", "-") for environment in environments]
        rows.append((f"{clock} clock", *kinds))
    return _table(rows)


def _verdicts(summaries: list[Summary]) -> list[str]:
    judged = [{(v.claim, v.clock): v.outcome.value for v in judge(found)} for found in summaries]
    keys = dict.fromkeys(key for one in judged for key in one)
    rows = [("claim", "clock", "first", "second")]
    rows += [(claim, clock or "-", *(one.get((claim, clock), "-") for one in judged)) for claim, clock in keys]
    return _table(rows)


def _medians(summaries: list[Summary]) -> list[str]:
    """Every median that either run has; `*` where the 95 % intervals do not touch."""
    by_key = [{(line.cell, line.step): line for line in found.lines} for found in summaries]
    rows = [("measured", "first", "second", "second / first", "")]
    for cell, step in dict.fromkeys(key for one in by_key for key in one):
        lines = [one.get((cell, step)) for one in by_key]
        amounts = [amount(line.median, line.unit) if line else "-" for line in lines]
        ratio, mark = "-", ""
        if lines[0] and lines[1] and lines[0].median:
            ratio = f"{lines[1].median / lines[0].median:.3f}"
            mark = "*" if _apart(lines[0], lines[1]) else ""
        rows.append((f"{cell.text()} {step}", *amounts, ratio, mark))
    return [*_table(rows), "", "* the 95 % intervals of the medians do not touch"]


def _apart(one: Line, other: Line) -> bool:
    first, second = one.statistics, other.statistics
    return first.ci_high < second.ci_low or second.ci_high < first.ci_low


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]
