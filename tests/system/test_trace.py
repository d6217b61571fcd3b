# SPDX-License-Identifier: GPL-2.0-only
"""./antbed trace and ./antbed top on the booted machine."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from antbed_runner import LIMIT, ROOT, Antbed, Result
from testbed.contract import constant
from testbed.run.rundir import RunDirectory

# What a call's way looks like in the file: slices by their begin, all stops in order.
WAY = [
    "{name}", "request", "waits for Linux", "heard", "handed {name}", "done {name}", "answer", "return", "return",
]


def traced(machine: Antbed, tmp_path: Path, *words: str) -> tuple[Result, dict[str, Any]]:
    """The command's trace, and the file; the recording is off again."""
    output = tmp_path / "calls.json"
    result = machine.call("trace", "--output", str(output), "--calls", "1000", *words)
    assert is_off(machine), result
    return result, json.loads(output.read_text(encoding="utf-8"))


def is_off(machine: Antbed) -> bool:
    files = "/sys/kernel/antlinux/tracing /sys/module/antlinux/parameters/stamps"
    return machine.linux(f"cat {files}").split() == ["0", "N"]


def by_call(file: dict[str, Any]) -> dict[int, list[dict[str, Any]]]:
    """The slices of each call, by their begin."""
    calls: dict[int, list[dict[str, Any]]] = {}
    for event in file["traceEvents"]:
        if event["ph"] == "X":
            calls.setdefault(event["args"]["number"], []).append(event)
    return calls


def counters(machine: Antbed) -> dict[str, str]:
    return dict(line.split(" ") for line in machine.linux("ant-counters").splitlines())


def facts(machine: Antbed) -> dict[str, Any]:
    result = machine.call("top", "--json")
    assert result.status == 0, result
    return dict(json.loads(result.text))


def test_each_call_of_cat_comes_by_all_stops(machine: Antbed, tmp_path: Path) -> None:
    result, file = traced(machine, tmp_path, "--", "cat", "/host/hello.txt")
    assert result.status == 0 and result.text == machine.ant("cat", "/host/hello.txt"), result
    calls = by_call(file)
    names = [slices[0]["name"] for _, slices in sorted(calls.items())]
    assert names == ["open", "read", "read", "close"]
    assert file["otherData"]["lost"] == 0
    for slices in calls.values():
        name = slices[0]["name"]
        way = [part.format(name=name) for part in WAY]
        # Two that begin at one moment, as a result and the return do, may stand either way.
        assert sorted(piece["name"] for piece in slices) == sorted(way)
        begins = [next(piece["ts"] for piece in slices if piece["name"] == part) for part in way]
        assert begins == sorted(begins), slices
        assert slices[0]["args"]["proxy"] == calls[1][0]["args"]["proxy"], "one proxy for all"
    arrows = [event for event in file["traceEvents"] if event["ph"] in "sf"]
    assert len(arrows) == 2 * 2 * len(calls)
    assert '\n1. open("/host/hello.txt") = 3\n' in result.errors, result
    assert "4. close(3) = 0" in result.errors
    assert all(len(line) <= 80 for line in result.errors.splitlines()[:-1])
    assert len(re.findall(r"^  done +proxy \d+ ", result.errors, re.M)) == len(calls)


def test_a_program_of_linuxs_is_shown_before_its_loading(machine: Antbed) -> None:
    """Its calls, with their paths, and not those of the shell that reads it from Linux."""
    machine.linux("rm -f '/tmp/other name'")
    machine.ant("write /tmp/traced text")
    program = ROOT / "build" / "ant" / "bin" / "mv"
    (machine.share / "traced").write_bytes(program.read_bytes())
    result = machine.call("trace", "--calls", "100", "--", "/host/traced /tmp/traced '/tmp/other name'")
    assert result.status == 0, result
    calls = re.findall(r"^\d+\. (\w+)(.*)$", result.errors, re.M)
    own = [name for name, _ in calls[: calls.index(("rename", '("/tmp/traced", "/tmp/other name") = 0')) + 1]]
    assert own == ["stat", "lstat", "lstat", "rename"], result
    loading = [f"{name}{rest}" for name, rest in calls[len(own) :]]
    assert any(call.startswith('open("/host/traced") = ') for call in loading), result
    assert f"({len(loading)} of them are the shell's" in result.errors


def test_whole_lines_other_cores_and_the_status(machine: Antbed, tmp_path: Path) -> None:
    result, file = traced(machine, tmp_path, "--", "on 2 getpid; getpid && false")
    assert result.status == 1, result
    calls = by_call(file)
    assert [slices[0]["name"] for _, slices in sorted(calls.items())] == ["getpid", "getpid"]
    cores = {event["args"]["name"] for event in file["traceEvents"] if event["name"] == "process_name"}
    assert cores == {"Linux, core 0", "AnT, core 1", "AnT, core 2"}


def test_a_picture_of_one_call(machine: Antbed, tmp_path: Path) -> None:
    picture = tmp_path / "call.svg"
    result = machine.call("trace", "--svg", str(picture), "--call", "2", "--", "cat /host/hello.txt")
    assert result.status == 0, result
    assert "read(3, " in picture.read_text(encoding="utf-8")
    result = machine.call("trace", "--svg", str(picture), "--call", "7", "--", "true")
    assert result.status == 1 and "--call 7: the command made 0 calls" in result.errors
    result = machine.call("trace", "--output", str(tmp_path / "nowhere" / "file"), "--", "true")
    assert result.status == 2 and "is no directory" in result.errors


def test_other_calls_are_not_recorded(machine: Antbed) -> None:
    assert is_off(machine)
    machine.ant("getpid")
    assert machine.linux("ant-trace dump").splitlines()[0].split()[1] == "records=0"
    # Linux records, but who is at work on AnT is not the traced command.
    machine.linux("ant-trace hold >/dev/null & echo $! >/tmp/holder; sleep 1")
    try:
        assert machine.linux("cat /sys/kernel/antlinux/tracing").strip() == "1"
        machine.ant("getpid")
        again = machine.exec("linux", "ant-trace hold")
        assert again.status == 1 and again.errors == "ant-trace: calls are recorded already: one trace at a time\n"
        refused = machine.call("trace", "--", "true")
        assert refused.status == 1 and "one trace at a time" in refused.errors
    finally:
        machine.linux("kill $(cat /tmp/holder); sleep 1")
    assert is_off(machine)
    assert machine.linux("ant-trace dump").splitlines()[0].split()[1] == "records=0"


def test_a_full_ring_says_what_it_lost(machine: Antbed, tmp_path: Path) -> None:
    result, file = traced(machine, tmp_path, "--", "bench -n 2500 null")
    assert result.status == 0, result
    held = constant("observe/trace.h", "ANTLINUX_TRACE_RECORDS")
    lost = file["otherData"]["lost"]
    assert file["otherData"]["calls"] == len(by_call(file)) == held
    assert held + lost >= 2 * 2500
    assert f"{lost} more calls were lost: the ring was full" in result.errors


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_trace_leaves_it_off(machine: Antbed, tmp_path: Path, end: signal.Signals) -> None:
    command = machine.command("trace", "--output", str(tmp_path / "calls.json"), "--", "getpid; sleep 300")
    busy = RunDirectory.named(machine.name).file("control-ant.busy")
    trace = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=machine.environment
    )
    try:
        assert trace.stdout is not None
        os.read(trace.stdout.fileno(), 1)  # getpid has printed: the command runs
        assert busy.exists()
        trace.send_signal(end)
        _, errors = trace.communicate(timeout=LIMIT)
    finally:
        trace.kill()
    assert trace.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}[end], errors
    limit = time.monotonic() + 60
    while not is_off(machine):
        assert time.monotonic() < limit, "the recording goes on"
        time.sleep(0.2)
    if end == signal.SIGINT:
        assert b"1. getpid() = " in errors, "what was recorded until then"
    assert machine.ant("echo", "well") == "well\n"
    assert "sleep" not in machine.ant("ps")


def test_top_shows_the_calls_just_made(machine: Antbed) -> None:
    before = facts(machine)
    for _ in range(3):
        machine.ant("getpid")
    machine.ant_fails("cat", "/nowhere")
    machine.ant("on 2 getpid")
    after = facts(machine)

    def grown(name: str, what: str) -> int:
        return int(after["calls"][name][what] - before["calls"].get(name, {}).get(what, 0))

    assert grown("getpid", "calls") == 4 and grown("getpid", "errors") == 0
    assert grown("open", "calls") == 1 and grown("open", "errors") == 1
    assert after["cores"]["2"]["calls"] - before["cores"]["2"]["calls"] >= 1
    below = after["calls"]["getpid"]["below_us"]
    assert 0 < below["p50"] <= below["p95"] <= below["p99"]
    once = machine.call("top", "--once")
    assert once.status == 0, once
    shown = re.search(r"^getpid +(\d+) ", once.text, re.M)
    assert shown and int(shown[1]) == after["calls"]["getpid"]["calls"]


def test_counters_of_both_systems_agree(machine: Antbed) -> None:
    machine.ant("bench -n 20 null")
    values = counters(machine)
    of_ant = {name: value for name, value in values.items() if name.startswith("ant.core")}
    calls = sum(int(value) for name, value in of_ant.items() if re.fullmatch(r"ant\.core\d\.calls", name))
    results = sum(int(value) for name, value in of_ant.items() if re.fullmatch(r"ant\.core\d\.results", name))
    finished = sum(
        int(pair.split(":")[1])
        for name, value in of_ant.items() if name.endswith(".buckets")
        for pair in value.split(",")
    )
    in_progress = int(values["linux.in_progress"])
    assert calls == int(values["linux.requests"])
    assert results == int(values["linux.results"]) == finished == calls - in_progress
    proxies, asleep = int(values["linux.proxies"]), int(values["linux.asleep"])
    assert proxies - asleep == in_progress
    assert (int(values["linux.proxy_memory"]) > 0) == (proxies > 0)
    assert 0 < int(values["ant.ica_free"]) <= int(values["ant.ica_size"])
    assert facts(machine)["linux"].keys() == {
        name.removeprefix("linux.") for name in values if name.startswith("linux.")
    }


def test_a_kept_proxy_is_seen(machine: Antbed) -> None:
    machine.linux("rm -f /tmp/top-gate; mkfifo /tmp/top-gate")
    before = facts(machine)["linux"]
    waiting = subprocess.Popen(
        machine.command("exec", "--", "cat /tmp/top-gate"), stdin=subprocess.DEVNULL, env=machine.environment
    )
    try:
        limit = time.monotonic() + 60
        while (now := facts(machine)["linux"])["in_progress"] != before["in_progress"] + 1:
            assert time.monotonic() < limit, now
        assert now["proxies"] == before["proxies"] + 1 and now["asleep"] == before["asleep"]
        assert now["proxy_memory"] > before["proxy_memory"]
    finally:
        machine.linux("timeout 10 sh -c ': >/tmp/top-gate'")
        assert waiting.wait(LIMIT) == 0


def test_top_goes_on_for_as_long_as_it_is_told(machine: Antbed) -> None:
    lines = machine.call("top", "--seconds", "2", "--json").text.splitlines()
    assert len(lines) >= 1 and all(json.loads(line)["seconds"] > 0 for line in lines)
    text = machine.call("top", "--seconds", "1").text
    assert text.count("proxies: ") >= 1 and "\x1b" not in text
    assert machine.call("top", "--seconds", "1", "--once").status == 2


def test_top_on_a_terminal(machine: Antbed) -> None:
    terminal, other_end = pty.openpty()
    top = subprocess.Popen(
        machine.command("top", "--seconds", "3"), stdin=subprocess.DEVNULL, stdout=other_end, stderr=subprocess.PIPE,
        env=machine.environment,
    )
    os.close(other_end)
    shown = b""
    try:
        while piece := os.read(terminal, 65536):
            shown += piece
    except OSError:  # its end: nobody has the other side any more
        pass
    assert top.wait(LIMIT) == 0
    os.close(terminal)
    screens = shown.decode().split("\x1b[H\x1b[2J")[1:]
    assert len(screens) >= 1
    for screen in screens:
        lines = screen.rstrip("\r\n").splitlines()
        assert len(lines) <= 24 and all(len(line) <= 80 for line in lines)
        assert lines[-1].startswith("all ")
