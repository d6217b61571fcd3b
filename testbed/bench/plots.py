# SPDX-License-Identifier: GPL-2.0-only
"""The figures: one function for each of the paper's that is measured, and for those beyond it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..contract import stops
from . import paper
from .cells import ANT, LINUX, SEQUENCES, SYSTEMS
from .claims import KB, noise_floor, overheads
from .style import (
    COLOURS, MARKS, PAPER, QUIET, SHADES, STEPS, Picture, canvas, curve, data_lengths, from_zero, legend, note,
    quantity, scale_of, whole_numbers,
)
from .summary import TOTAL, Line, Summary

_CALLS = ("1st call (creates the proxy)", "2nd call", "3rd call")


def draw_all(summary: Summary, directory: Path) -> list[Picture]:
    """Every figure that the run has samples for, on each of its clocks."""
    pictures = []
    for clock in summary.clocks():
        for function in (_fig6, _table6, _fig7, _fig8, _fig10, _disks, _memory, _steps):
            if picture := function(summary, clock, directory):
                pictures.append(picture)
    return pictures


def about(summary: Summary, clock: str) -> str:
    """What every figure has to say of its clock."""
    if clock == "exact":
        return "exact clock: instructions of both operating systems; no caches, no latency of interrupts"
    emulated = "; times are EMULATED, only their relations say something" if summary.emulated(clock) else ""
    return f"real clock, {summary.accelerator(clock)}: median, bars are 95 % intervals{emulated}"


def _fig6(summary: Summary, clock: str, directory: Path) -> Picture | None:
    found = overheads(summary, clock)
    if len(found) < len(SEQUENCES):
        return None
    name = f"fig6-{clock}"
    with canvas(directory, name, 1, 2, (9.5, 3.9), width_ratios=(2.4, 1)) as (figure, ((bars, dots),)):
        totals = [line for line in summary.where(clock=clock, experiment="fig6", step=TOTAL)]
        scale, unit = scale_of(totals)
        for offset, system in ((-0.2, ANT), (0.2, LINUX)):
            for x, case in enumerate(SEQUENCES):
                bottom = 0.0
                lines = [
                    line for line in summary.where(clock=clock, experiment="fig6", system=system, case=case)
                    if line.step != TOTAL
                ]
                for line in sorted(lines, key=lambda line: line.order):
                    value = line.median / scale
                    shade = SHADES[system][min(line.order, 2)]
                    bars.bar(x + offset, value, 0.38, bottom, color=shade, edgecolor="white", linewidth=0.5)
                    bottom += value
                total = [line for line in totals if (line.cell.system, line.cell.case) == (system, case)]
                curve(bars, [x + offset], total, scale, color=QUIET, fmt="none")
                top = max(bottom, total[0].statistics.ci_high / scale)
                bars.text(x + offset, top, f"{bottom:.3g}", ha="center", va="bottom", fontsize=7)
        handles = [bars.bar(0, 0, color=SHADES[ANT][n])[0] for n in range(3)]
        handles += [bars.bar(0, 0, color=SHADES[LINUX][0])[0]]
        labels = [f"{ANT}: {_CALLS[0]}", f"{ANT}: {_CALLS[1]}", f"{ANT}: {_CALLS[2]}", f"{LINUX} (same shades)"]
        bars.legend(handles, labels, fontsize=7.5, ncols=2, loc="upper left")
        bars.set_ylim(top=bars.get_ylim()[1] * 1.22)
        bars.set_xticks(range(len(SEQUENCES)), [case.replace("-", "-\n") for case in SEQUENCES], fontsize=8)
        bars.set_ylabel(quantity(unit))
        bars.set_title("Each call of a case, stacked")
        bars.grid(axis="x", visible=False)

        values = [found[case][0] for case in SEQUENCES]
        mean = sum(values) / len(values)
        low, high = paper.value("fig6-overhead-low"), paper.value("fig6-overhead-high")
        middle = (low + high) / 2
        dots.axhspan(low / middle, high / middle, color=PAPER, alpha=0.12, lw=0, label=f"paper: {low:g} to {high:g} ms")
        dots.plot(range(len(values)), [value / mean for value in values], "o", color=COLOURS[ANT], label="here")
        dots.set_xticks(range(len(SEQUENCES)), SEQUENCES, rotation=60, ha="right", fontsize=7.5)
        dots.set_ylim(0, max(1.6, 1.1 * max(values) / mean))
        dots.set_ylabel("overhead / its mean over the cases")
        dots.set_title("Overhead over Linux")
        legend(dots, fontsize=7.5, loc="lower left")
        note(figure, about(summary, clock))
    caption = "Fig. 6: pid and file calls. Left: what each call takes; right: what AnT adds to Linux's own time."
    return Picture(name, "fig6", clock, caption)


def _table6(summary: Summary, clock: str, directory: Path) -> Picture | None:
    states = ("not-continued", "delayed", "continued")
    found = [summary.one(clock=clock, experiment="table6", case=state) for state in states]
    lines = [line for line in found if line is not None]
    if len(lines) < len(states):
        return None
    name = f"table6-{clock}"
    base = lines[2].median
    with canvas(directory, name, 1, 1, (7.5, 2.3)) as (figure, ((axes,),)):
        for y, (state, line) in enumerate(zip(states, lines)):
            statistics = line.statistics
            axes.barh(-y, line.median / base, 0.5, color=COLOURS[ANT], label="here" if y == 0 else None)
            spread = ([(line.median - statistics.p5) / base], [(statistics.p95 - line.median) / base])
            axes.errorbar([line.median / base], [-y], xerr=spread, color=QUIET, fmt="none",
                          label="5th to 95th percentile" if y == 0 else None)
            printed = paper.value(f"null-{state}")
            axes.plot(printed / paper.value("null-continued"), -y, "D", color=PAPER, label="paper" if y == 0 else None)
            unit = "instructions" if line.unit == "instructions" else "µs"
            value = line.median if unit == "instructions" else line.median / 1000
            text = f"here {value:,.0f} {unit}\npaper {printed:g} µs" if unit == "instructions" else (
                f"here {value:,.1f} {unit}\npaper {printed:g} µs")
            axes.annotate(text, (1.02, -y), xycoords=("axes fraction", "data"), va="center", fontsize=8)
        axes.set_xscale("log")
        axes.set_xlim(0.5, 100)
        axes.set_xticks([1, 3, 10, 30, 100], ["1", "3", "10", "30", "100"])
        axes.minorticks_off()
        axes.set_yticks([0, -1, -2], ["not continued", "continued,\nafter 1 ms", "continued"])
        axes.set_xlabel(f"{quantity(lines[0].unit).split()[0]}, relative to the continued call's")
        axes.set_title("Null call: what creating a proxy costs, and what keeping it saves")
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        legend(axes, fontsize=7.5, loc="lower right")
        note(figure, about(summary, clock))
    return Picture(name, "table6", clock, "Table 6: the null call in its three states, relative to the continued one.")


def _fig7(summary: Summary, clock: str, directory: Path) -> Picture | None:
    caption = "Fig. 7: sequential access. Below: how much longer AnT-Linux takes."
    return _io(summary, clock, directory, "fig7", "sequential", caption)


def _fig8(summary: Summary, clock: str, directory: Path) -> Picture | None:
    caption = "Fig. 8: random access. Below: how much longer AnT-Linux takes."
    return _io(summary, clock, directory, "fig8", "random", caption)


def _io(summary: Summary, clock: str, directory: Path, figure_name: str, mode: str, caption: str) -> Picture | None:
    all_lines = list(summary.where(clock=clock, experiment=figure_name, step=TOTAL))
    if not all_lines:
        return None
    calls = all_lines[0].cell.calls
    scale, unit = scale_of(all_lines)
    name = f"{figure_name}-{clock}"
    floor = noise_floor(summary, clock, case="io", mode=mode, direction="read")
    with canvas(directory, name, 2, 2, (9, 5), sharey="row", height_ratios=(1.5, 1)) as (figure, axes):
        for column, direction in enumerate(("read", "write")):
            above, below = axes[0][column], axes[1][column]
            by_system = {
                system: {line.cell.length: line for line in all_lines
                         if line.cell.system == system and line.cell.direction == direction}
                for system in SYSTEMS
            }
            lengths = sorted(by_system[ANT].keys() & by_system[LINUX].keys())
            if not lengths:
                continue
            sizes = [length / KB for length in lengths]
            for system, mark in zip((LINUX, ANT), ("s", "o")):
                # Where the two lie on each other, both are seen: Linux's mark is a frame around AnT-Linux's.
                curve(above, sizes, [by_system[system][n] for n in lengths], scale, color=COLOURS[system],
                      marker=mark, label=system, fillstyle="none" if system == LINUX else "full",
                      markersize=9 if system == LINUX else 4)
            above.set_title(f"{mode} {direction}, {calls:,} calls")
            data_lengths(above, lengths)
            above.set_xlabel("")
            pairs = [(by_system[ANT][n], by_system[LINUX][n]) for n in lengths]
            shares = [100 * (ant.median / linux.median - 1) for ant, linux in pairs]
            below.axhline(0, color=QUIET, lw=0.8)
            if floor is not None:
                below.axhspan(-100 * floor, 100 * floor, color=COLOURS[LINUX], alpha=0.2, lw=0,
                              label="Linux against itself")
            errors = _share_errors(pairs, shares)
            below.errorbar(sizes, shares, yerr=errors, color=COLOURS[ANT], marker="o", label="here")
            printed = paper.value(f"{mode}-{direction}-overhead")
            below.plot(1, printed, "D", color=PAPER, label=f"paper: {printed:+g} %", zorder=5)
            data_lengths(below, lengths)
            legend(below, fontsize=7.5, ncols=3)
        from_zero(axes[0][0])
        legend(axes[0][0], loc="best")
        axes[0][0].set_ylabel(quantity(unit, f"{calls:,} calls"))
        axes[1][0].set_ylabel(f"{ANT} over\n{LINUX} (%)")
        low, high = axes[1][0].get_ylim()
        axes[1][0].set_ylim(min(low, -2), max(high, 2) + 0.35 * (max(high, 2) - min(low, -2)))
        note(figure, about(summary, clock))
    return Picture(name, figure_name, clock, caption)


def _share_errors(pairs: list[tuple[Line, Line]], shares: list[float]) -> tuple[list[float], list[float]]:
    """From the ends of both intervals: a little wider than the interval of the quotient."""
    low = [100 * (ant.statistics.ci_low / linux.statistics.ci_high - 1) for ant, linux in pairs]
    high = [100 * (ant.statistics.ci_high / linux.statistics.ci_low - 1) for ant, linux in pairs]
    return [s - one for s, one in zip(shares, low)], [one - s for s, one in zip(shares, high)]


def _many(summary: Summary, key: Callable[[Line], int], **values: object) -> dict[int, Line]:
    return {key(line): line for line in summary.where(step=TOTAL, **values)}


def _fig10(summary: Summary, clock: str, directory: Path) -> Picture | None:
    lines = list(summary.where(clock=clock, experiment="fig10", step=TOTAL))
    if not lines:
        return None
    name = f"fig10-{clock}"
    with canvas(directory, name, 1, 3, (10.5, 3.6)) as (figure, ((one, many, scattered),)):
        for axes, mode, letter in ((one, "sequential", "a"), (scattered, "random", "c")):
            here = [line for line in lines if line.cell.mode == mode]
            scale, unit = scale_of(here)
            found = {
                system: _many(summary, lambda line: line.cell.processes, clock=clock, experiment="fig10", system=system,
                              mode=mode, cores=1)
                for system in SYSTEMS
            }
            for offset, system in ((-0.2, ANT), (0.2, LINUX)):
                xs = sorted(found[system])
                heights = [found[system][x].median / scale for x in xs]
                axes.bar([x + offset for x in xs], heights, 0.38, color=COLOURS[system], label=system)
                curve(axes, [x + offset for x in xs], [found[system][x] for x in xs], scale, color=QUIET, fmt="none")
            if 5 in found[LINUX]:
                share = paper.value(f"many-{mode}")
                axes.plot(4.8, found[LINUX][5].median / scale * share / 100, "D", color=PAPER,
                          label=f"paper: {share:g} % of Linux")
            axes.set_title(f"({letter}) 1 core, {mode}")
            axes.set_xlabel("processes")
            axes.set_ylabel(quantity(unit, "all processes"))
            whole_numbers(axes, sorted(found[ANT] | found[LINUX]))
            axes.set_ylim(top=axes.get_ylim()[1] * 1.25)
            legend(axes, fontsize=7.5, loc="upper left")
        scale, unit = scale_of([line for line in lines if line.cell.mode == "sequential"])
        for cores in (1, 2, 3):
            found_on = _many(summary, lambda line: line.cell.processes, clock=clock, experiment="fig10", system=ANT,
                             mode="sequential", cores=cores)
            xs = sorted(found_on)
            if xs:
                curve(many, xs, [found_on[x] for x in xs], scale, color=STEPS[cores - 1], marker=MARKS[cores - 1],
                      label=f"{cores} core{'s' if cores > 1 else ''}")
        many.set_title(f"(b) N cores, sequential: {ANT}")
        many.set_xlabel("processes")
        many.set_ylabel(quantity(unit, "all processes"))
        whole_numbers(many, sorted({line.cell.processes for line in lines if line.cell.mode == "sequential"}))
        from_zero(many)
        legend(many, fontsize=7.5, loc="upper left")
        note(figure, about(summary, clock))
    return Picture(name, "fig10", clock, "Fig. 10: many processes at once, each reading its own file in 1 KB calls.")


def _disks(summary: Summary, clock: str, directory: Path) -> Picture | None:
    lines = list(summary.where(clock=clock, experiment="disks", step=TOTAL))
    if not lines:
        return None
    name = f"disks-{clock}"
    cores = sorted({line.cell.cores for line in lines})
    with canvas(directory, name, 1, len(cores), (3.3 * len(cores) + 0.6, 3.4), sharey=True) as (figure, (row,)):
        for axes, count in zip(row, cores):
            for disks in (1, 2, 3):
                found = _many(summary, lambda line: line.cell.processes, clock=clock, experiment="disks", cores=count,
                              disks=disks)
                xs = sorted(found)
                if xs:
                    # ns and requests -> ms; instructions -> millions
                    curve(axes, xs, [found[x] for x in xs], [found[x].cell.calls * x * 1e6 for x in xs],
                          color=STEPS[disks - 1], marker=MARKS[disks - 1],
                          label=f"{disks} disk{'s' if disks > 1 else ''}")
            axes.set_title(f"{count} core{'s' if count > 1 else ''}")
            axes.set_xlabel("processes")
            whole_numbers(axes, sorted({line.cell.processes for line in lines}))
        in_instructions = lines[0].unit == "instructions"
        row[0].set_ylabel(quantity("million instructions" if in_instructions else "ms", "a request"))
        from_zero(row[0])
        legend(row[0], fontsize=7.5, loc="lower left")
        note(figure, about(summary, clock))
    return Picture(name, "disks", clock, "Beyond the paper: random reads of 1 KB spread over one, two and three disks.")


def _memory(summary: Summary, clock: str, directory: Path) -> Picture | None:
    lines = {line.step: line for line in summary.where(clock=clock, experiment="memory")}
    if "free" not in lines:
        return None
    name = f"memory-{clock}"
    rows = [("free memory that it takes", lines["free"])]
    if "private" in lines:
        rows.append(("of it, pages of its own", lines["private"]))
    with canvas(directory, name, 1, 1, (7.5, 1.9)) as (figure, ((axes,),)):
        for y, (_, line) in enumerate(rows):
            value, statistics = line.median / KB, line.statistics
            spread = ([value - statistics.p5 / KB], [statistics.p95 / KB - value])
            axes.barh(-y, value, 0.5, color=COLOURS[ANT], label="here" if y == 0 else None)
            axes.errorbar([value], [-y], xerr=spread, color=QUIET, fmt="none",
                          label="5th to 95th percentile" if y == 0 else None)
        printed = paper.value("kept-proxy")
        axes.plot(printed, 0, "D", color=PAPER, label=f"paper: {printed:g} KB")
        axes.set_yticks([-y for y in range(len(rows))], [text for text, _ in rows])
        axes.set_xlabel("memory of one kept proxy (KB)")
        axes.set_xlim(0, 1.5 * max(printed, lines["free"].median / KB))
        axes.set_title("What keeping a proxy costs Linux in memory")
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        legend(axes, fontsize=7.5, loc="right")
    return Picture(name, "memory", clock, "Memory of a kept proxy; memory is no time, and is the same under emulation.")


def _label(step: str) -> str:
    """The stop that a step leads to; a run of an older version may have others."""
    stop = stops().get(step)
    return f"{stop.word}: {stop.sentence}" if stop else step


def _steps(summary: Summary, clock: str, directory: Path) -> Picture | None:
    lines = [line for line in summary.where(clock=clock, experiment="steps") if line.step != TOTAL]
    found = {(line.cell.case, line.step): line for line in lines}
    if not found:
        return None
    name = f"steps-{clock}"
    order = {step: line.order for (_, step), line in found.items()}
    ways = sorted(order, key=lambda step: order[step])
    in_instructions = next(iter(found.values())).unit == "instructions"
    scale, unit = (1, "instructions") if in_instructions else (1e3, "µs")
    titles = {"": "Continued call", "-first": "First call: creates the proxy"}
    with canvas(directory, name, 1, 2, (10, 0.42 * len(ways) + 1.3), sharey=True) as (figure, (row,)):
        for axes, (kind, title) in zip(row, titles.items()):
            # A first read would be of an open file, so its proxy is there already.
            cases = ("null", "getpid", "read") if not kind else ("null", "getpid")
            height = 0.8 / len(cases)
            for number, case in enumerate(cases):
                for y, way in enumerate(ways):
                    if line := found.get((case + kind, way)):
                        value, place = line.median / scale, -y + 0.4 - height * (number + 0.5)
                        label = case if y == 0 else None
                        axes.barh(place, value, height * 0.92, color=STEPS[number], label=label)
                        text = f" {value:,.0f}" if in_instructions else f" {value:,.2f}"
                        axes.text(value, place, text, va="center", fontsize=6.5)
            axes.set_xlabel(quantity(unit))
            axes.xaxis.set_major_formatter("{x:,.0f}" if in_instructions else "{x:g}")
            axes.set_xlim(right=axes.get_xlim()[1] * 1.08)  # space for the numbers
            axes.grid(axis="y", visible=False)
            axes.grid(axis="x", visible=True)
            axes.set_title(title)
            legend(axes, fontsize=8, loc="best")
        row[0].set_yticks([-y for y in range(len(ways))], [_label(way) for way in ways])
        note(figure, about(summary, clock))
    return Picture(name, "steps", clock, "Where the time of one call goes, from AnT's program and back.")
