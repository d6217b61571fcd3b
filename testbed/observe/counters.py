# SPDX-License-Identifier: GPL-2.0-only
"""What `ant-counters` prints on Linux, and what lies between two such looks: docs/seeing-calls.md has all names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..contract import constant
from ..errors import TestbedError
from .trace.timeline import duration

_CALL = re.compile(r"ant\.core(\d+)\.call\.(\w+)\.(errors|buckets)")
_CORE = re.compile(r"ant\.core(\d+)\.(\w+)")
PERCENTILES = (50, 95, 99)

Buckets = Counter[int]  # how many calls took 2^n up to below 2^(n+1) ticks


@dataclass
class Finished:
    """The finished calls of one system call on one core."""

    buckets: Buckets = field(default_factory=Counter)
    errors: int = 0


@dataclass
class Look:
    """All counters at one moment."""

    time: int  # time stamp counter
    tsc_khz: int
    ant: dict[str, int]  # AnT's, without the cores'
    cores: dict[int, dict[str, int]]
    calls: dict[int, dict[str, Finished]]  # by core and name of the system call
    linux: dict[str, int]


def parse(text: str) -> Look:
    """TestbedError for what ant-counters never prints."""
    ant: dict[str, int] = {}
    linux: dict[str, int] = {}
    cores: dict[int, dict[str, int]] = {}
    calls: dict[int, dict[str, Finished]] = {}
    try:
        for line in text.splitlines():
            name, value = line.split(" ")
            if match := _CALL.fullmatch(name):
                finished = calls.setdefault(int(match[1]), {}).setdefault(match[2], Finished())
                if match[3] == "errors":
                    finished.errors = int(value)
                else:
                    pairs = (pair.split(":") for pair in value.split(","))
                    finished.buckets = Counter({int(bucket): int(count) for bucket, count in pairs})
            elif match := _CORE.fullmatch(name):
                cores.setdefault(int(match[1]), {})[match[2]] = int(value)
            elif name.startswith("linux."):
                linux[name.removeprefix("linux.")] = int(value)
            else:
                ant[name.removeprefix("ant.")] = int(value)
        return Look(ant.pop("time"), ant["tsc_khz"], ant, cores, calls, linux)
    except (KeyError, ValueError):
        raise TestbedError("ant-counters on Linux printed what this version does not understand") from None


def since_start(look: Look) -> Look:
    """The look before all calls: when AnT began to count."""
    nothing = {core: dict.fromkeys(counters, 0) for core, counters in look.cores.items()}
    return Look(look.ant["started"], look.tsc_khz, look.ant, nothing, {}, dict.fromkeys(look.linux, 0))


def below(buckets: Buckets, percentile: int) -> int | None:
    """So many ticks at most that share of the calls took less than: the end of the bucket in which it lies.

    None: there is no call, or it lies in the last bucket, which has no end.
    """
    total = buckets.total()
    seen = 0
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        if total and seen * 100 >= total * percentile:
            return 1 << (bucket + 1) if bucket < constant("observe/counters.h", "ANTLINUX_BUCKETS") - 1 else None
    return None


@dataclass(frozen=True)
class CallRow:
    """Calls in the time between two looks."""

    name: str
    calls: int
    per_second: float
    errors: int
    below_us: dict[int, float | None]  # by percentile

    def facts(self) -> dict[str, Any]:
        return {
            "calls": self.calls,
            "per_second": round(self.per_second, 3),
            "errors": self.errors,
            "below_us": {f"p{percentile}": value for percentile, value in self.below_us.items()},
        }


@dataclass(frozen=True)
class Between:
    """Two looks and what happened between them."""

    seconds: float
    cores: list[CallRow]
    calls: list[CallRow]  # the most frequent first
    total: CallRow
    latest: Look
    linux: dict[str, int]  # the module's counters: how much they grew

    def facts(self) -> dict[str, Any]:
        return {
            "seconds": round(self.seconds, 6),
            "cores": {row.name: row.facts() for row in self.cores},
            "calls": {row.name: row.facts() for row in self.calls},
            "total": self.total.facts(),
            "ant": {
                "ica_size": self.latest.ant["ica_size"],
                "ica_free": self.latest.ant["ica_free"],
                "cores": {str(core): counters for core, counters in self.latest.cores.items()},
            },
            "linux": self.latest.linux,
        }


def between(before: Look, after: Look) -> Between:
    seconds = max((after.time - before.time) / (after.tsc_khz * 1000), 1e-9)

    def row(name: str, finished: Iterable[Finished]) -> CallRow:
        all_of_them = list(finished)
        buckets: Buckets = sum((each.buckets for each in all_of_them), Counter())
        ticks = {percentile: below(buckets, percentile) for percentile in PERCENTILES}
        return CallRow(
            name=name,
            calls=buckets.total(),
            per_second=buckets.total() / seconds,
            errors=sum(each.errors for each in all_of_them),
            below_us={p: None if n is None else n * 1000 / after.tsc_khz for p, n in ticks.items()},
        )

    grown = {
        core: {name: _grown(before.calls.get(core, {}).get(name), now) for name, now in calls.items()}
        for core, calls in after.calls.items()
    }
    names = sorted({name for calls in grown.values() for name in calls})
    by_name = [row(name, (calls[name] for calls in grown.values() if name in calls)) for name in names]
    return Between(
        seconds=seconds,
        cores=[row(str(core), grown.get(core, {}).values()) for core in sorted(after.cores)],
        calls=sorted((each for each in by_name if each.calls), key=lambda each: (-each.calls, each.name)),
        total=row("all", (each for calls in grown.values() for each in calls.values())),
        latest=after,
        linux={name: value - before.linux.get(name, 0) for name, value in after.linux.items()},
    )


def _grown(before: Finished | None, now: Finished) -> Finished:
    if before is None:
        return now
    return Finished(now.buckets - before.buckets, now.errors - before.errors)


_COLUMNS = 80
_HEAD = f"{'':<12}{'calls':>11}{'per second':>12}{'errors':>9}" + "".join(
    f"{f'{percentile}% below':>12}" for percentile in PERCENTILES
)


def table(facts: Between, title: str, height: int | None = None) -> list[str]:
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
    return [line[:_COLUMNS] for line in [*head, *cores, *calls, _row(facts.total)]]


def _row(row: CallRow) -> str:
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
        "corrupt rings": linux.get("corrupt", 0),
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
