# SPDX-License-Identifier: GPL-2.0-only
"""gdb on the running machine: both kernels' symbols, our commands, breakpoints; the view of a machine that hangs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from antbed_runner import ROOT, Antbed
from guest import calling, eventually, gate, meanwhile, open_gate
from machine_fixtures import save_state
from testbed.run.rundir import RunDirectory


def debug(machine: Antbed, *commands: str, view: str = "both") -> str:
    """What gdb prints when it runs these commands on the machine."""
    words = [word for command in commands for word in ("--command", command)]
    result = machine.call("debug", view, *words)
    assert result.status == 0, str(result)
    return result.text


@contextmanager
def blocked_call(machine: Antbed) -> Iterator[tuple[int, int]]:
    """A process of AnT's on core 2 opens a FIFO on Linux, where its proxy waits: both process numbers."""
    with gate(machine) as path, meanwhile(machine, f"on 2 cat {path}"):
        try:
            line = r" 2  (\d+) cat +open\(.*\)  begun: the proxy has begun \((\d+)\): sleeping, in Linux's open$"
            pattern = re.compile(line, re.M)
            found: list[re.Match[str]] = []

            def stands() -> bool:
                found.extend(pattern.finditer(debug(machine, "where-is-call")))
                return bool(found)

            assert eventually(stands), "the call did not get to its proxy"
            yield int(found[0][1]), int(found[0][2])
        finally:
            open_gate(machine, path)


def test_call_on_its_way_is_seen_from_both_sides(machine: Antbed) -> None:
    with blocked_call(machine) as (process, pid):
        text = debug(machine, "lca-table", "ant-ps", "ant-klog", "linux-ps")
        (block,) = re.findall(rf"^(0x[0-9a-f]+) +2 +{process} cat +in_flight +{pid}  open\(", text, re.M)
        assert "Linux has answered: yes" in text
        assert re.search(rf"^ *{process} .* blocked .* cat +Linux \(where-is-call\)$", text, re.M), text
        assert all(line in text for line in machine.call("logs", "ant", "--kernel").text.splitlines())
        assert re.search(rf"^ *{pid} +\d+  sleeping +ant-proxy$", text, re.M), text

        text = debug(machine, f"lca {block}")
        assert f"owner     process {process} on core 2, call " in text and "LCA " + block + ": open(" in text


def test_backtraces_of_a_call_have_both_kernels_functions(machine: Antbed) -> None:
    with blocked_call(machine) as (process, pid):
        ant = debug(machine, f"ant-bt {process}")
        for function in ("Scheduler::wait", "wait_for_linux", "calls::linux_call", "system_call", "trap_entry"):
            assert function in ant, ant
        # Into the program: it was waiting in main(), which called libant's open().
        assert re.search(r"\(.*\) at \S*ant/lib/linux_call\.cpp:\d+$", ant, re.M), ant
        assert re.search(r" main \(.*\) at \S*ant/apps/cat\.cpp:\d+$", ant, re.M), ant
        linux = debug(machine, f"linux-bt {pid}")
        for function in ("schedule", "fifo_open", "open"):
            assert function in linux, linux
        full = debug(machine, f"ant-bt {process} full")
        assert re.search(r"call_and_wait \(.*process=", full), "arguments are shown"


def test_all_cores_are_shown_each_in_its_architecture(machine: Antbed) -> None:
    text = debug(machine, "cores", "linux show architecture", "ant show architecture", "info threads")
    assert re.findall(r"^core (\d), (\w+)", text, re.M) == [("0", "Linux"), ("1", "AnT"), ("2", "AnT"), ("3", "AnT")]
    assert '"i386:x86-64")' in text and '"i386")' in text
    idle = text.partition("core 3, AnT, idle:")[2]
    assert "ant::Scheduler::run" in idle and "pkernel_start" in idle


def test_breakpoints_on_the_way_of_a_call(machine: Antbed) -> None:
    with calling(machine, "on 2 calltest"):
        text = debug(
            machine,
            "break ant::LinuxChannel::submit",
            "continue",
            "print process",
            "info args",
            "backtrace",
            "delete",
            "break ant_admit",
            "continue",
            "backtrace 3",
            "delete",
            "break ant_ret",
            "continue",
            "backtrace 3",
            "print/x client->lca->raddr",
        )
    submitted, _, rest = text.partition("ant_admit (")
    assert "ant::LinuxChannel::submit (" in submitted and "calls::linux_call" in submitted, text
    admitted, _, answered = rest.partition("ant_ret (")
    assert re.search(r"ant_exchange \(.*core=(core@entry=)?2\)", admitted), text
    assert "ant_obey" in answered and "ant_step" in answered
    assert re.search(r"^\$\d+ = 0x5[0-9a-f]{7}$", answered, re.M), "of the ICA"
    assert machine.state()["phase"] == "ready" and machine.ant("echo", "goes on") == "goes on\n"


def test_a_step_in_each_kernel(machine: Antbed) -> None:
    with calling(machine, "calltest"):
        text = debug(machine, "break ant::LinuxChannel::submit", "continue", "next", "next", "delete",
                     "break ant_drain", "continue", "next", "frame")
    assert "ant_drain" in text


def test_linuxs_own_commands_are_there(machine: Antbed, kernel: str) -> None:
    if kernel == "3.0.8":
        pytest.skip("Linux 3.0.8 has no gdb scripts")
    text = debug(machine, "lx-version", "linux lx-ps", "ant linux lx-dmesg", "antbed", view="ant")
    assert machine.linux("uname", "-r").strip() in text
    assert re.search(r"\b1 +init$", text, re.M) and "ant-agent" in text
    assert "antlinux: AnT's memory is 0x40000000-" in text
    assert re.search(r"^lx-\.\.\. ", text, re.M)


def test_second_debugger_is_refused(machine: Antbed) -> None:
    inner = f"{' '.join(machine.command('debug'))} --command antbed"
    text = debug(machine, f"shell {inner} 2>&1; echo status $?")
    assert f"antbed: machine '{machine.name}' is being debugged by another ./antbed debug\nstatus 1\n" in text
    assert machine.ant("echo", "goes on") == "goes on\n"


def test_a_programs_name_is_enough(machine: Antbed) -> None:
    """With or without a directory, in front of which it lies on either system."""
    for name in ("hello", "/opt/ant/bin/hello", "share/hello", "/host/hello"):
        assert "build/ant/symbols/hello" in debug(machine, f"ant-program {name}", "ant info line main")
    text = debug(machine, "ant-program cat", "ant info line main")
    assert re.search(r'^Line \d+ of "\S*ant/apps/cat.cpp" starts at address 0x4\w+ <main\(', text, re.M), text


def test_a_crash_names_file_and_line(machine: Antbed) -> None:
    source = (ROOT / "ant" / "apps" / "crash.cpp").read_text(encoding="utf-8").splitlines()
    (line,) = (number for number, text in enumerate(source, 1) if "12345 / opaque_zero()" in text)
    result = machine.call("exec", "--", "crash divide")
    assert result.status == 136, str(result)
    assert re.search(rf"^antbed: crash: main at ant/apps/crash\.cpp:{line}$", result.errors, re.M), result.errors
    assert "antbed:" not in machine.call("exec", "--", "false").errors


def test_wrong_commands_are_told(machine: Antbed) -> None:
    for command, error in (
        ("lca 0x50fff000", "no LCA at 0x50fff000: its magic is"),
        ("lca", "usage: lca ADDRESS"),
        ("ant-bt 9999", "AnT has no process 9999"),
        ("ant-bt x", "usage: ant-bt PROCESS"),
        ("linux-bt 99999", "Linux has no process 99999"),
        ("ant-program no-such", "usage: ant-program NAME"),
    ):
        result = machine.call("debug", "--command", command)
        assert result.status == 1 and error in result.errors, f"{command}: {result}"


def test_command_that_hangs_leaves_the_view_of_both_systems(machine: Antbed) -> None:
    with gate(machine) as path:
        result = machine.exec("ant", f"on 3 cat {path}", timeout=3)
        open_gate(machine, path)
    assert result.status == 124 and "state.txt" in result.errors, str(result)
    state = (RunDirectory.named(machine.name).path / "state.txt").read_text(encoding="utf-8")
    assert "CPU#3" in state, "registers"
    assert re.search(r" 3  \d+ cat +open\(.*\)  begun: the proxy has begun \(\d+\)", state), state
    for part in ("LCA management table at 0x40002000", "core 0, Linux", "core 1, AnT", "wait_for_linux", "fifo_open"):
        assert part in state, f"{part}\n{state}"


@pytest.mark.parametrize(
    "gdb, said",
    [
        ("no-such-gdb", "gdb is not installed"),
        ("#!/bin/sh\nexec sleep 1000", "gdb was not done within 2 s"),
    ],
)
def test_machine_goes_on_without_gdb(machine: Antbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                     gdb: str, said: str) -> None:
    if gdb.startswith("#!"):
        (tmp_path / "gdb").write_text(gdb)
        (tmp_path / "gdb").chmod(0o755)
        gdb = str(tmp_path / "gdb")
    monkeypatch.setitem(machine.environment, "ANTBED_GDB", gdb)
    monkeypatch.setitem(machine.environment, "ANTBED_GDB_SECONDS", "2")
    result = machine.call("exec", "--timeout", "1", "--", "sleep 100")
    assert result.status == 124, str(result)
    state = (RunDirectory.named(machine.name).path / "state.txt").read_text(encoding="utf-8")
    assert said in state and "CPU#3" in state
    assert machine.ant("echo", "goes on") == "goes on\n"


def test_failed_test_leaves_the_view_of_both_systems(machine: Antbed, tmp_path: Path) -> None:
    path = save_state(machine, "a test[6.1]/with odd name", tmp_path)
    assert path is not None and "core 1, AnT" in path.read_text(encoding="utf-8")
