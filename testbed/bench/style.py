# SPDX-License-Identifier: GPL-2.0-only
"""How all figures look: a system has one colour throughout, and the colours differ for the colour-blind too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")  # files only, no window
from matplotlib import pyplot  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from .cells import ANT, LINUX  # noqa: E402
from .summary import Line  # noqa: E402

# From the palette of Okabe and Ito; shades go from the first call of a sequence to the last.
COLOURS = {ANT: "#0072B2", LINUX: "#E69F00"}
SHADES = {ANT: ("#0072B2", "#56A5D8", "#B5D8EF"), LINUX: ("#E69F00", "#F2C45A", "#FAE3AE")}
# One system under different conditions: 1, 2, 3 cores or disks.
STEPS = ("#9CCBE6", "#0072B2", "#00324F")
MARKS = ("o", "s", "^")
PAPER = "#000000"
QUIET = "#888888"
WARNING = "#A8410A"

_SETTINGS = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#DDDDDD",
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "errorbar.capsize": 2.5,
    "figure.constrained_layout.use": True,
    "svg.hashsalt": "antbed",  # the same figure, the same bytes
}


@dataclass(frozen=True)
class Picture:
    """A figure that was drawn: NAME.svg and NAME.png."""

    name: str
    experiment: str
    clock: str
    caption: str


@contextmanager
def canvas(
    directory: Path, name: str, rows: int, columns: int, size: tuple[float, float], **how: object
) -> Iterator[tuple[Figure, Any]]:
    """Gives the figure and its axes, then writes both files."""
    with pyplot.rc_context(_SETTINGS):
        figure, axes = pyplot.subplots(rows, columns, figsize=size, squeeze=False, **how)
        try:
            yield figure, axes
            figure.savefig(directory / f"{name}.svg", metadata={"Date": None})
            figure.savefig(directory / f"{name}.png", dpi=150, metadata={"Software": None})
        finally:
            pyplot.close(figure)


def scale_of(lines: list[Line]) -> tuple[float, str]:
    """What to divide by, and the unit to write: chosen so that the largest number is easy to read."""
    if not lines or lines[0].unit == "instructions":
        largest = max((line.median for line in lines), default=0)
        return (1e6, "million instructions") if largest >= 2e6 else (1e3, "1,000 instructions")
    largest = max(line.median for line in lines)
    if largest >= 2e9:
        return 1e9, "s"
    return (1e6, "ms") if largest >= 2e6 else (1e3, "µs")


def curve(axes: Axes, xs: Sequence[float], lines: list[Line], scale: float | list[float], **look: object) -> None:
    """Medians with their 95 % intervals; a scale for all points, or one for each."""
    scales = scale if isinstance(scale, list) else [scale] * len(lines)
    medians = [line.median / one for line, one in zip(lines, scales)]
    low = [(line.median - line.statistics.ci_low) / one for line, one in zip(lines, scales)]
    high = [(line.statistics.ci_high - line.median) / one for line, one in zip(lines, scales)]
    axes.errorbar(xs, medians, yerr=(low, high), **look)


def data_lengths(axes: Axes, lengths: list[int]) -> None:
    """An axis of data lengths: 1 KB, 2 KB ..., evenly spaced."""
    axes.set_xscale("log", base=2)
    axes.set_xticks([length >> 10 for length in lengths], [str(length >> 10) for length in lengths])
    axes.minorticks_off()
    axes.set_xlabel("data length of one call (KB)")


def legend(axes: Axes, **how: object) -> None:
    """Says what is what; of a run that is incomplete there may be nothing here yet."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(**how)


def from_zero(axes: Axes) -> None:
    axes.set_ylim(bottom=0)


def whole_numbers(axes: Axes, numbers: list[int]) -> None:
    """An axis that has only these numbers, also when there is but one curve's end to show."""
    axes.set_xticks(numbers)
    if numbers:  # of a run that is incomplete there may be none yet
        axes.set_xlim(min(numbers) - 0.5, max(numbers) + 0.5)


def quantity(unit: str, what: str = "") -> str:
    """An axis's title: "time of 1,000 calls (ms)", "path (1,000 instructions)"."""
    return f"{'path' if 'instructions' in unit else 'time'}{what and ' of ' + what} ({unit})"


def note(figure: Figure, text: str) -> None:
    """One line below: the clock; in a warning's colour when times are emulated."""
    colour = WARNING if "EMULATED" in text else QUIET
    figure.supxlabel(text, fontsize=7.5, color=colour, x=0.995, ha="right")
