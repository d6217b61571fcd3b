# SPDX-License-Identifier: GPL-2.0-only
"""./antbed top without a machine: counters read, what lies between two looks, percentiles, the table."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from testbed.contract import constant
from testbed.errors import TestbedError
from testbed.observe import counters
from testbed.observe.counters import below, between, parse, since_start

FIRST = """\
time 3000000000
ant.tsc_khz 1000000
ant.started 1000000000
ant.ica_size 268435456
ant.ica_free 268369920
ant.core1.calls 13
ant.core1.results 13
ant.core1.interrupts 13
ant.core1.spurious 0
ant.core1.refused 0
ant.core1.waits 0
ant.core1.call.read.errors 1
ant.core1.call.read.buckets 12:9,15:1
ant.core1.call.open.errors 0
ant.core1.call.open.buckets 13:3
ant.core2.calls 0
ant.core2.results 0
ant.core2.interrupts 0
ant.core2.spurious 0
ant.core2.refused 0
ant.core2.waits 0
linux.asleep 2
linux.died 0
linux.in_progress 1
linux.parent 1
linux.proxies 3
linux.proxy_memory 245760
linux.refused 0
linux.requests 13
linux.tracing 0
"""
SECOND = (
    FIRST.replace("time 3000000000", "time 5000000000")
    .replace("read.errors 1", "read.errors 3")
    .replace("12:9,15:1", "12:9,13:4,15:3")
    .replace("linux.requests 13", "linux.requests 119")
    + "ant.core2.call.null.errors 0\nant.core2.call.null.buckets 11:100\n"
)


def test_all_calls_since_the_start() -> None:
    look = parse(FIRST)
    facts = between(since_start(look), look)
    assert facts.seconds == 2.0
    assert [(row.name, row.calls, row.errors) for row in facts.calls] == [("read", 10, 1), ("open", 3, 0)]
    assert [(row.name, row.calls) for row in facts.cores] == [("1", 13), ("2", 0)]
    assert facts.total.calls == 13 and facts.total.per_second == 6.5
    assert facts.calls[0].below_us == {50: 8.192, 95: 65.536, 99: 65.536}
    assert facts.cores[1].below_us == {50: None, 95: None, 99: None}


def test_what_lies_between_two_looks() -> None:
    facts = between(parse(FIRST), parse(SECOND))
    assert [(row.name, row.calls, row.errors) for row in facts.calls] == [("null", 100, 0), ("read", 6, 2)]
    assert facts.total.calls == facts.linux["requests"] == 106
    assert facts.calls[0].per_second == 50.0
    assert facts.calls[1].below_us[50] == 16.384, "of the six new ones only"


@pytest.mark.parametrize(
    ("buckets", "percentile", "ticks"),
    [
        ({}, 50, None), ({0: 1}, 50, 2), ({4: 50, 5: 50}, 50, 32), ({4: 49, 5: 51}, 50, 64),
        ({4: 98, 9: 1, 11: 1}, 99, 1 << 10), ({4: 98, 9: 1, 11: 1}, 95, 32), ({3: 1, 39: 1}, 99, None),
    ],
)
def test_percentiles_are_the_ends_of_buckets(buckets: dict[int, int], percentile: int, ticks: int | None) -> None:
    assert constant("observe/counters.h", "ANTLINUX_BUCKETS") == 40
    assert below(Counter(buckets), percentile) == ticks


@pytest.mark.parametrize("text", ["", "time 1\n", "time 1\nant.tsc_khz x\n", FIRST + "a line\n", FIRST + "ant.a b c\n"])
def test_what_ant_counters_never_prints_is_refused(text: str) -> None:
    with pytest.raises(TestbedError, match="ant-counters"):
        parse(text)


def test_facts_are_json_with_documented_names() -> None:
    look = parse(FIRST)
    facts = json.loads(json.dumps(between(since_start(look), look).facts()))
    assert facts["calls"]["read"] == {
        "calls": 10, "per_second": 5.0, "errors": 1, "below_us": {"p50": 8.192, "p95": 65.536, "p99": 65.536},
    }
    assert facts["linux"]["proxies"] == 3 and facts["ant"]["ica_free"] == 268369920
    assert facts["ant"]["cores"]["1"]["results"] == 13


def test_table_of_a_terminal() -> None:
    look = parse(SECOND)
    shown = counters.table(between(since_start(look), look), "now", 24)
    assert len(shown) <= 23 and all(len(line) <= 80 for line in shown)
    text = "\n".join(shown)
    assert "proxies: 3 alive, 2 of them asleep, 240.0 KiB of Linux's memory" in text
    assert "ICA: 64.0 KiB in use of 256.0 MiB; now in progress: 1" in text
    assert "went wrong: nothing since the start" in text
    assert [line.split()[:2] for line in shown[-4:]] == [["null", "100"], ["read", "16"], ["open", "3"], ["all", "119"]]


def test_a_small_terminal_shows_the_most_frequent_calls_and_the_sum() -> None:
    calls = "".join(f"ant.core1.call.c{n}.errors 0\nant.core1.call.c{n}.buckets 5:{n}\n" for n in range(1, 31))
    look = parse(FIRST + calls)
    shown = counters.table(between(since_start(look), look), "now", 24)
    assert len(shown) == 23
    assert shown[-1].startswith("all ") and any(line.startswith("c30 ") for line in shown)


def test_what_went_wrong_is_said() -> None:
    look = parse(FIRST.replace("linux.parent 1", "linux.parent 0").replace("linux.died 0", "linux.died 4"))
    text = "\n".join(counters.table(between(since_start(look), look), "now"))
    assert "went wrong: 4 proxies died, there is no parent process now" in text
