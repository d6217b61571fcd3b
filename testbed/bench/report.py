# SPDX-License-Identifier: GPL-2.0-only
"""From raw files to summary.csv, figures, report.md and report.html; nothing is measured here."""

from __future__ import annotations

import base64
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from ..files import write_whole
from . import development, paper, raw, summary
from .cells import ANT, EXACT, LINUX, REAL
from .claims import judge, noise_floor
from .environment import COMPLETE, busy
from .plots import about, draw_all
from .progressbar import duration
from .results_directory import ResultsDirectory
from .style import Picture
from .summary import TOTAL, Line, Summary
from .verdicts import Outcome, Verdict

_TEMPLATES = Path(__file__).resolve().parent / "templates"

# Experiment, title, claims that it is to show, what the paper's part of it says.
_SECTIONS = (
    (
        "fig6", "Fig. 6: pid and file calls", ("C1", "C2"),
        "Each call of the paper's Table 5, the same file, no real input or output.",
    ),
    (
        "table6", "Table 6: the null call", ("C3",),
        "The whole way of a call that does nothing: each with a new proxy, with a kept one, and with a kept one after"
        " 1 ms.",
    ),
    (
        "fig7", "Fig. 7: sequential access", ("C4",),
        "From after the open to before the close, disk cache dropped before each run.",
    ),
    (
        "fig8", "Fig. 8: random access", ("C5",),
        "As Fig. 7, with an lseek to a random place before each call.",
    ),
    (
        "fig10", "Fig. 10: many processes at once", ("C6",),
        "Each process reads its own file; timed from before the first is created to after the last has ended."
        " (The paper's Fig. 9 is a drawing of this.)",
    ),
    (
        "disks", "Beyond the paper: several disks", ("C10",),
        "The authors expected a gain from requests to different disks and did not measure it.",
    ),
    (
        "memory", "Memory of a kept proxy", ("C7",),
        "How much less free memory Linux has while proxies are kept, for each one.",
    ),
    (
        "steps", "Beyond the paper: where the time of one call goes", (),
        "Time stamps at each stop of the way, on both systems; off and without cost otherwise.",
    ),
)


@dataclass
class Section:
    title: str
    text: str
    pictures: list[Picture] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Written:
    page: Path
    verdicts: list[Verdict]
    short: str


def write(results: ResultsDirectory) -> Written:
    """Everything that is made from the raw files, made anew."""
    found = summary.summarise(raw.read(results.raw))
    summary.write(found, results.summary)
    for old in results.figures.glob("*.[sp][vn]g"):
        old.unlink()
    pictures = draw_all(found, results.figures)
    effort = development.measure()
    verdicts = sorted(judge(found) + development.judge(effort), key=lambda verdict: int(verdict.claim[1:]))
    environment = results.read_environment()
    content: dict[str, Any] = {
        "name": results.name,
        "environment": environment,
        "complete": environment["state"] == COMPLETE,
        "emulated": [clock for clock in found.clocks() if found.emulated(clock)],
        "clocks": {clock: about(found, clock) for clock in found.clocks()},
        "busy": busy(environment) if REAL in found.clocks() else None,
        "exact": EXACT in found.clocks(),
        "verdicts": [verdict for verdict in verdicts if verdict.outcome is not Outcome.NOT_MEASURED],
        "short": in_short(verdicts),
        "sections": _sections(found, pictures, verdicts),
        "effort": effort.table,
        "effort_verdicts": [verdict for verdict in verdicts if verdict.claim in ("C8", "C9")],
        "control": _control(found),
        "printed": paper.printed(),
        "samples": sum(line.statistics.n for line in found.lines),
    }
    jinja = _jinja(results)
    write_whole(results.path / "report.md", jinja.get_template("report.md.j2").render(content))
    page = results.path / "report.html"
    write_whole(page, jinja.get_template("report.html.j2").render(content))
    return Written(page, verdicts, in_short(verdicts))


def in_short(verdicts: list[Verdict]) -> str:
    """The verdicts counted, and what was not measured named, each in one sentence."""
    counts = Counter(verdict.outcome for verdict in verdicts)
    measured = [f"{counts[one]} {one.value}" for one in Outcome if counts[one] and one is not Outcome.NOT_MEASURED]
    clocks: dict[str, list[str]] = {}
    for verdict in verdicts:
        if verdict.outcome is Outcome.NOT_MEASURED:
            clocks.setdefault(verdict.claim, []).append(verdict.clock)
    missing = [f"{claim} ({', '.join(of)})" if any(of) else claim for claim, of in clocks.items()]
    sentences = [f"Verdicts: {'; '.join(measured) or 'none'}."]
    return " ".join([*sentences, *([f"Not measured in this run: {', '.join(missing)}."] if missing else [])])


def _sections(found: Summary, pictures: list[Picture], verdicts: list[Verdict]) -> list[Section]:
    sections = []
    for experiment, title, claims, text in _SECTIONS:
        own = [picture for picture in pictures if picture.experiment == experiment]
        lines = list(found.where(experiment=experiment))
        judged = [
            verdict for verdict in verdicts
            if verdict.claim in claims and verdict.outcome is not Outcome.NOT_MEASURED
        ]
        if lines:
            sections.append(Section(title, text, own, judged, lines))
    return sections


def _control(found: Summary) -> list[tuple[str, str]]:
    """The null control: Linux against itself, and two time stamps with nothing between."""
    texts = []
    for clock in found.clocks():
        for what, cell in (
            ("open-read-close", {"case": "open-read-close"}),
            ("sequential read, 1 KB", {"case": "io", "mode": "sequential", "direction": "read"}),
            ("random read, 1 KB", {"case": "io", "mode": "random", "direction": "read"}),
        ):
            floor = noise_floor(found, clock, **cell)
            if floor is not None:
                texts.append((f"{clock} clock, {what}", f"{floor:.2%}"))
        for system in (ANT, LINUX):
            line = found.one(clock=clock, experiment="control", system=system, case="noop", step="noop")
            if line:
                texts.append((f"{clock} clock, two time stamps on {system}", amount(line.median, line.unit)))
    return texts


def amount(value: float, unit: str) -> str:
    """A number as a person writes it: 8,880 instructions, 6.31 us, 1.32 s, 176 KB."""
    return f"{bare(value, unit)} instructions" if unit == "instructions" else bare(value, unit)


def bare(value: float, unit: str) -> str:
    """The same where it is said already that instructions are meant."""
    if unit == "ns":
        for size, name in ((1e9, "s"), (1e6, "ms"), (1e3, "us")):
            if abs(value) >= size:
                return f"{value / size:,.4g} {name}"
        return f"{value:.0f} ns"
    if unit == "bytes":
        return f"{value / 1024:,.0f} KB"
    if unit == "instructions":
        return f"{value:,.0f}"
    return f"{value:,.4g} {unit}".replace(" x", "")


def _jinja(results: ResultsDirectory) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=jinja2.select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    made.filters.update(amount=amount, bare=bare, duration=duration, cell=_cell_text, emulated=_clock_text)
    made.globals["svg"] = lambda name: _embedded(results.figures / f"{name}.svg")
    made.globals["total"] = TOTAL
    made.globals["host_cpus"] = os.cpu_count()
    return made


def _embedded(path: Path) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def _cell_text(line: Line) -> str:
    """What a line of a section's table is about, without what the section says."""
    cell = line.cell
    parts = [cell.case if not cell.mode else cell.mode, cell.direction]
    if cell.length:
        parts.append(f"{cell.length >> 10} KB")
    if cell.experiment in ("fig10", "disks"):
        parts += [f"{cell.processes} processes on {cell.cores} cores", f"{cell.disks} disks"]
    if cell.calls:
        parts.append(f"{cell.calls:,} calls")
    return " ".join(part for part in parts if part)


def _clock_text(verdict: Verdict, emulated: list[str]) -> str:
    if not verdict.clock:
        return "-"
    return f"{verdict.clock} (emulated times)" if verdict.clock in emulated else verdict.clock
