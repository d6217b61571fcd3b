# SPDX-License-Identifier: GPL-2.0-only
"""./antbed trace without a machine: records read, the events file, the timeline, the picture."""

from __future__ import annotations

import re
import xml.etree.ElementTree
from typing import Any

import pytest

from antbed_runner import ROOT
from testbed.contract import stops
from testbed.errors import TestbedError
from testbed.observe.trace import svg, timeline
from testbed.observe.trace.calls import WORK, Trace, parse
from testbed.observe.trace.events import events

# A call's way, in ticks after its begin.
WAY = {
    "request": 300, "vector": 400, "heard": 450, "parent": 1200, "handed": 1500, "begun": 2600, "done": 3600,
    "answer": 3900, "result": 4300,
}
RETURNED = 4700


def record(begin: int, way: dict[str, int] | None = None, **facts: object) -> str:
    """A line as ant-trace prints it, of a call that began at `begin`; a stop at -1 was left out."""
    way = {"call": -1, **WAY, **(way or {})}
    stamps = [(begin + ticks) % (1 << 32) if ticks >= 0 else 0 for ticks in way.values()]
    values: dict[str, object] = {
        "called": begin, "returned": begin + RETURNED, "core": 1, "process": 12, "lca": 0x50000000,
        "sequence": 1, "call": "read", "args": "3,1342177408,4096,0,0,0", "retval": 19, "cflag": 1, "proxy": 45,
        "stamps": ",".join(map(str, stamps)), "texts": "", "name": "cat", **facts,
    }
    return " ".join(f"{name}={value}" for name, value in values.items())


def trace_of(*records: str, lost: int = 0) -> Trace:
    return parse("\n".join([f"tsc_khz=1000000 records={len(records)} lost={lost}", *records]) + "\n")


def test_a_call_comes_by_all_stops_in_order() -> None:
    call = trace_of(record(5_000_000_000)).calls[0]
    assert list(call.times) == list(stops()) == ["call", *WORK] == ["call", *WAY, "return"]
    assert [step.stop for step in call.steps()] == list(WORK)
    assert [step.end - step.begin for step in call.steps()] == [300, 100, 50, 750, 300, 1100, 1000, 300, 400, 400]
    assert call.ticks == RETURNED
    assert not call.skewed and not call.long
    assert str(call) == "read(3, 0x50000080, 4096) = 19"
    assert call.continued and call.proxy == 45 and call.program == "cat"


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        ("0:/host/hello.txt", 'rename("/host/hello.txt", 0x50000091)'),
        ("0:/a\\040b\\054,1:/t\\.", 'rename("/a b,", "/t"...)'),
        ("1:\\042\\134\\012\\303\\257", 'rename(0x50000080, "\\"\\\\\\n\\u00ef")'),
        ("", "rename(0x50000080, 0x50000091)"),
    ],
)
def test_paths_are_shown_as_text(texts: str, shown: str) -> None:
    """A traced call's path was a bare pointer."""
    line = record(1000, call="rename", args="1342177408,1342177425,0,0,0,0", retval=0, texts=texts)
    assert str(trace_of(line).calls[0]) == f"{shown} = 0"


def test_the_commands_calls_come_before_those_that_loaded_it() -> None:
    """`trace -- /host/program` showed how the shell loads the program, and none of the program's own calls."""
    loading = [record(10_000 * n, name="antsh", sequence=n) for n in range(1, 6)]
    trace = trace_of(*loading, record(90_000, name="program", call="open"))
    assert [call.program for call in trace.calls] == ["program"] + 5 * ["antsh"]
    shown = timeline.lines(trace, "/host/program", 1)
    assert shown[1] == "(5 of them are the shell's, which loads programs; they come last)"
    assert any(line.startswith("1. open(") for line in shown)
    check(events(trace), calls=6, arrows=12)


@pytest.mark.parametrize("begin", [(1 << 32) - 1, (1 << 32) - 450, (1 << 32) - 4500, 7 * (1 << 32) - 2000])
def test_a_stamp_that_wraps_around_is_no_step_back(begin: int) -> None:
    call = trace_of(record(begin)).calls[0]
    assert call.times["call"] == begin
    assert call.times["result"] == begin + WAY["result"]
    assert not call.skewed and not call.long


def test_a_long_call_keeps_its_length() -> None:
    longer = 3 * (1 << 32)
    call = trace_of(record(1000, returned=1000 + RETURNED + longer)).calls[0]
    assert call.long and call.ticks == RETURNED + longer
    done = next(step for step in call.steps() if step.stop == "done")
    assert done.end - done.begin == 1000 + longer


def test_clocks_that_differ_are_told_and_times_never_go_back() -> None:
    call = trace_of(record(10_000, {"heard": 200, "vector": 150})).calls[0]
    assert call.skewed
    assert sorted(call.times.values()) == list(call.times.values())
    early = trace_of(record(10_000, {"vector": 250})).calls[0]
    assert not early.skewed, "one interrupt brings requests that came after it began"
    assert early.times["vector"] == early.times["request"]


def test_stops_that_a_call_did_not_come_by_are_left_out() -> None:
    way = dict.fromkeys(("parent", "handed", "begun", "done"), -1)
    call = trace_of(record(10_000, way, proxy=0, retval=-6)).calls[0]
    assert [step.stop for step in call.steps()] == ["request", "vector", "heard", "answer", "result", "return"]
    assert sum(step.end - step.begin for step in call.steps()) == call.ticks
    check(events(trace_of(record(10_000, way, proxy=0, retval=-6))), calls=1, arrows=1)


def test_the_order_is_that_of_the_begin() -> None:
    trace = trace_of(record(9000, call="close"), record(1000, call="open"))
    assert [call.name for call in trace.calls] == ["open", "close"]


@pytest.mark.parametrize(
    "text",
    [
        "", "on\n", "tsc_khz=1000000 records=2 lost=0\n" + record(1), "tsc_khz=0 records=0 lost=0\n",
        "tsc_khz=1000000 records=1 lost=0\ncalled=1\n",
        "tsc_khz=1000000 records=1 lost=0\n" + record(1, core="one"),
    ],
)
def test_what_ant_trace_never_prints_is_refused(text: str) -> None:
    with pytest.raises(TestbedError, match="ant-trace"):
        parse(text)


def check(file: dict[str, Any], calls: int, arrows: int) -> None:
    """What the format's readers rely on."""
    found = file["traceEvents"]
    assert {event["ph"] for event in found} <= {"X", "M", "s", "f"}
    timed = [event for event in found if event["ph"] != "M"]
    assert [event["ts"] for event in timed] == sorted(event["ts"] for event in timed)
    assert all(event["ts"] >= 0 for event in found)
    named = {(event["pid"], event["tid"]) for event in found if event["name"] == "thread_name"}
    slices = [event for event in timed if event["ph"] == "X"]
    assert {(event["pid"], event["tid"]) for event in slices} <= named
    assert all(event["dur"] >= 0 for event in slices)
    assert file["otherData"]["calls"] == calls
    starts = {event["id"]: event for event in timed if event["ph"] == "s"}
    ends = {event["id"]: event for event in timed if event["ph"] == "f"}
    assert len(starts) == len(ends) == arrows and starts.keys() == ends.keys()
    for identity, start in starts.items():
        end = ends[identity]
        assert end["ts"] >= start["ts"] and end["pid"] != start["pid"] and end["bp"] == "e"
        for event in (start, end):  # an arrow is bound to the slice around it
            assert any(
                (piece["pid"], piece["tid"]) == (event["pid"], event["tid"])
                and piece["ts"] <= event["ts"] <= piece["ts"] + piece["dur"] + 1e-3
                for piece in slices
            )
    # On one track slices lie one behind the other, or one inside the other.
    for track in {(event["pid"], event["tid"]) for event in slices}:
        open_until: list[float] = []
        for event in slices:
            if (event["pid"], event["tid"]) != track:
                continue
            while open_until and open_until[-1] <= event["ts"] + 1e-3:
                open_until.pop()
            end_at = event["ts"] + event["dur"]
            assert not open_until or end_at <= open_until[-1] + 1e-3, (track, event)
            open_until.append(end_at)


def test_events_of_one_call() -> None:
    file = events(trace_of(record(50_000)))
    check(file, calls=1, arrows=2)
    names = [event["name"] for event in file["traceEvents"] if event["ph"] == "X"]
    assert names[:2] == ["read", "request"]
    whole = next(event for event in file["traceEvents"] if event["name"] == "read")
    assert whole["ts"] == 0 and whole["dur"] == RETURNED / 1000
    tracks = {event["args"]["name"] for event in file["traceEvents"] if event["ph"] == "M"}
    assert tracks == {
        "Linux, core 0", "interrupts (Mint, lkm)", "ant-parent", "proxy", "AnT, core 1", "kernel (linux_driver)", "cat",
    }


def test_events_of_calls_that_overlap() -> None:
    """Two processes of one core and one of another, and one interrupt for two requests."""
    file = events(
        trace_of(
            record(50_000, {"vector": 900, "heard": 950}),
            record(
                50_350, {"vector": 550, "heard": 700, "parent": 1500, "handed": 1700, "begun": 2700},
                process=13, proxy=46,
            ),
            record(
                50_020, {"parent": 2500, "handed": 2600, "begun": 2700, "vector": 1200, "heard": 1300},
                process=14, core=2, proxy=47,
            ),
        )
    )
    check(file, calls=3, arrows=6)


def test_no_call_at_all() -> None:
    check(events(trace_of()), calls=0, arrows=0)
    assert timeline.lines(trace_of(lost=3), "true", 4) == [
        "true: no call to Linux", "3 more calls were lost: the ring was full",
    ]


def test_timeline_of_a_terminal() -> None:
    trace = trace_of(*(record(100_000 * n) for n in range(1, 8)), lost=2)
    shown = timeline.lines(trace, "cat /host/hello.txt", 2)
    assert all(len(line) <= 80 and line.isascii() for line in shown)
    assert shown[0] == "cat /host/hello.txt: 7 calls to Linux in 604.7 us"
    assert shown[1] == "2 more calls were lost: the ring was full"
    text = "\n".join(shown)
    assert "1. read(3, 0x50000080, 4096) = 19" in text and "2. read" in text and "3. read" not in text
    assert "(5 more calls are in the file" in text
    bars = [line for line in shown if line.count("|") == 2]
    assert len(bars) == 2 * len(WORK)
    columns = [match.start() for line in bars[: len(WORK)] if (match := re.search(r"[=#.>]", line.split("|")[1]))]
    assert columns == sorted(columns) and len(columns) == len(WORK), "each step is seen, in its order"
    summary = [line for line in shown if line.startswith("done")][0]
    assert summary.split() == ["done", "7", "21.3%", "1.000", "us", "1.000", "us"]


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "0.000 us"), (0.3, "0.300 us"), (12.346, "12.35 us"), (999.94, "999.9 us"), (1234, "1.234 ms"),
        (2.5e6, "2.500 s"),
    ],
)
def test_durations(micros: float, text: str) -> None:
    assert timeline.duration(micros) == text


def test_picture_of_a_call() -> None:
    trace = trace_of(record(50_000, call="open", name="c<t"))
    root = xml.etree.ElementTree.fromstring(svg.picture(trace, trace.calls[0]))
    space = "{http://www.w3.org/2000/svg}"
    bars = [bar for bar in root.iter(f"{space}rect") if bar.get("rx")]
    assert len(bars) == 6  # the steps in which somebody is at work
    left = [float(bar.get("x", "")) for bar in bars]
    assert left == sorted(left)
    arrows = [path for path in root.iter(f"{space}path") if path.get("marker-end")]
    assert len(arrows) == 4  # two IPIs, two wake-ups
    text = "\n".join(each.text or "" for each in root.iter(f"{space}text"))
    assert "AnT: c<t (12)" in text and "7  done: 1.000 us" in text


def test_the_page_and_its_picture_have_the_stops_that_there_are() -> None:
    picture = (ROOT / "docs" / "one-call.svg").read_text(encoding="utf-8")
    assert re.findall(r">\d+  ([^<]+): [\d.]+ us<", picture) == list(WORK)
    page = (ROOT / "docs" / "seeing-calls.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \| ([^|]+) \| `[a-z]+[/-]", page, re.M) == list(stops().values())
