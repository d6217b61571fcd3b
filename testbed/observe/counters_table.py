# SPDX-License-Identifier: GPL-2.0-only
"""What lies between two looks, for a terminal of 80 columns."""

from __future__ import annotations

from .trace.timeline import duration
from .counters import PERCENTILES, Between, Row

COLUMNS = 80
_HEAD = f"{'':<12}{'calls':>11}{'per second':>12}{'errors':>9}" + "".join(
    f"{f'{percentile}% below':>12}" for percentile in PERCENTILES
)


def lines(facts: Between, title: str, height: int | None = None) -> list[str]:
    """All of it, or as much as fits: of the system calls the most frequent ones."""
    linux = facts.latest.linux
    ant = facts.latest.ant
    used = ant["ica_size"] - ant["ica_free"]
    asleep = linux.get("asleep", 0)
    proxies = linux.get("proxies", 0)
    head = [
        title,
        f"proxies: {proxies} alive, {asleep} of them asleep, {_bytes(linux.get('proxy_memory', 0))} of Linux's memory",
        f"ICA: {_bytes(used)} in use of {_bytes(ant['ica_size'])}; now in progress: {linux.get('in_progress', 0)}"
        + ("; calls are being recorded" if linux.get("tracing") else ""),
        f"went wrong: {_troubles(facts)}",
        "",
    ]
    cores = [_HEAD.replace(" " * 5, "core ", 1), *(_row(row) for row in facts.cores), ""]
    calls = [_HEAD.replace(" " * 5, "call ", 1), *(_row(row) for row in facts.calls)]
    if height is not None:
        room = height - len(head) - len(cores) - 2  # the total, and the cursor's line
        calls = calls[: max(1, room)]
    return [line[:COLUMNS] for line in [*head, *cores, *calls, _row(facts.total)]]


def _row(row: Row) -> str:
    # In the shape of bucket ends: the true figure is at most half of it away.
    below = "".join(
        f"{'-' if not row.calls else 'longer' if micros is None else duration(micros):>12}"
        for micros in row.below_us.values()
    )
    return f"{row.name:<12}{row.calls:>11}{row.per_second:>12.1f}{row.errors:>9}{below}"


def _troubles(facts: Between) -> str:
    """The counters of what should not happen, those that are not 0."""
    linux = facts.latest.linux
    found = {
        "refused by Linux": linux.get("refused", 0),
        "proxies died": linux.get("died", 0),
        "rings gone mad": linux.get("mad", 0),
        "refused by AnT": sum(core.get("refused", 0) for core in facts.latest.cores.values()),
    }
    troubles = [f"{count} {name}" for name, count in found.items() if count]
    if not linux.get("parent", 0):
        troubles.append("there is no parent process now")
    return ", ".join(troubles) or "nothing since the start"


def _bytes(count: int) -> str:
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"
