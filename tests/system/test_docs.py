# SPDX-License-Identifier: GPL-2.0-only
"""A page that shows commands is right: they are run as they stand, and print what the page says."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from antbed_runner import ROOT, Antbed

_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(page: Path) -> list[tuple[str, str | None]]:
    """Each block of commands with what must come out of it: the `text` block behind it, if there is one."""
    found: list[tuple[str, str | None]] = []
    for kind, content in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "sh":
            found.append((content, None))
        else:
            found[-1] = (found[-1][0], content)
    return found


@contextmanager
def set_aside(*paths: Path) -> Iterator[None]:
    """What a reader of the page may have made himself stays his own."""
    aside = {path: path.read_bytes() for path in paths if path.exists()}
    try:
        yield
    finally:
        for path in paths:
            path.unlink(missing_ok=True)
            if path in aside:
                path.write_bytes(aside[path])


def run_page(name: str, machine: Antbed, kernel: str, least: int, texts: bool = True) -> None:
    """Runs a page's commands one after the other on that machine; `least`: so many blocks it has; `texts`: some of them
    with what they print."""
    commands = steps(ROOT / "docs" / name)
    assert len(commands) >= least and any(text is not None for _, text in commands) == texts
    run_steps(commands, machine, kernel)


def run_steps(commands: list[tuple[str, str | None]], machine: Antbed, kernel: str) -> None:
    environment = {**os.environ, "KERNEL": kernel, "ANTBED_NAME": machine.name, "ANTBED_NO_INSTALL": "1"}
    for script, expected in commands:
        done = subprocess.run(
            ["bash", "-ec", script],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=1800,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}"
        if expected is not None:
            assert done.stdout == expected, script


def test_writing_an_ant_program(own_machine: Antbed, kernel: str) -> None:
    program = ROOT / "share" / "firstline"
    source = ROOT / "examples" / "firstline.cpp"
    with set_aside(program, source):
        run_page("writing-an-ant-program.md", own_machine, kernel, least=5)


def test_writing_an_ant_driver(own_machine: Antbed, kernel: str) -> None:
    """The page's driver, built and started by the page's commands: without the part about interrupts, then with it."""
    page = ROOT / "docs" / "writing-an-ant-driver.md"
    code = re.compile(r"^```cpp\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    driver, interrupts, *_ = code.findall(page.read_text(encoding="utf-8"))
    source = ROOT / "examples" / "mydriver.cpp"
    *first, last = steps(page)
    with set_aside(source, ROOT / "share" / "mydriver"):
        source.write_text(driver, encoding="utf-8")
        run_steps([("./antbed up --no-build", None), *first], own_machine, kernel)
        body, end = driver.rsplit("}", 1)
        driver = f"#include <ant/lib/server.h>\n{body.replace('    return 0;', interrupts + '    return 0;')}}}{end}"
        source.write_text(driver, encoding="utf-8")
        run_steps([last], own_machine, kernel)


def test_command_line(machine: Antbed, kernel: str) -> None:
    """The page's commands on the machine that all share; their JSON has the keys that the page names."""
    run_page("command-line.md", machine, kernel, least=2, texts=False)
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| `status` \| (.*?) \|$", page, re.MULTILINE)
    named = set(re.findall(r"`([a-z_]+)`", row)) - {"paused", "ended", "domain", "connect", "uuid"}  # of others
    facts = machine.state()
    assert named <= set(facts), named - set(facts)
    assert facts["ant"] == "running"
    assert machine.call("status", "--line").text == f"Linux {kernel} | {facts['accelerator']} | AnT: running\n"


def test_adding_a_machine_profile(own_machine: Antbed, kernel: str) -> None:
    with set_aside(ROOT / "testbed" / "describe" / "machines" / "tiny.toml", ROOT / "build" / "wrong.toml"):
        run_page("adding-a-machine-profile.md", own_machine, kernel, least=5)


def alike(line: str) -> str:
    """A line of a listing without what differs from one machine to the next: numbers, and how wide a column is."""
    return re.sub(r"\d+", "N", re.sub(r"0x[0-9a-f]+", "N", " ".join(line.split())))


def test_debugging(machine: Antbed, kernel: str) -> None:
    """The page's commands and what they print, on the machine that all share; every command of its table is there."""
    page = ROOT / "docs" / "debugging.md"
    text = page.read_text(encoding="utf-8")
    environment = {**os.environ, "KERNEL": kernel, "ANTBED_NAME": machine.name, "ANTBED_NO_INSTALL": "1"}
    script = "\n".join(commands for commands, _ in steps(page))
    script = script.replace("./antbed up\n", f"./antbed up --no-build --kernel {kernel}\n")
    machine.linux("rm -f /tmp/gate")
    done = subprocess.run(
        ["bash", "-ec", script], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=600, check=False,
    )
    assert done.returncode == 0, done.stdout
    line = r"cat +open\(0x[0-9a-f]+\)  begun: the proxy has begun \(\d+\): sleeping, in Linux's open"
    assert re.search(line, done.stdout), done.stdout
    shown = text.partition("sleeps in Linux's `open`:")[2].partition("Without `--command`")[0]
    listing = re.findall(r"^    (.*)", shown, re.MULTILINE)
    printed = {alike(line) for line in done.stdout.splitlines()}
    missing = [line for line in listing if line.strip() != "..." and alike(line) not in printed]
    assert len(listing) > 5 and not missing, f"{missing}\n{done.stdout}"
    ours = machine.call("debug", "--command", "antbed").text
    table = text.partition("## Commands")[2]
    for command in re.findall(r"`((?:where|lca|ant|linux|cores|state)[a-z-]*)", table):
        assert re.search(rf"^{command} ", ours, re.M), command


def test_seeing_calls(machine: Antbed, kernel: str) -> None:
    """The page's commands; and it names every counter that there is."""
    page = ROOT / "docs" / "seeing-calls.md"
    environment = {**os.environ, "KERNEL": kernel, "ANTBED_NAME": machine.name, "ANTBED_NO_INSTALL": "1"}
    script = "\n".join(commands for commands, _ in steps(page))
    script = script.replace("./antbed up\n", f"./antbed up --no-build --kernel {kernel}\n")
    assert "--name held" in script
    script = f"trap './antbed down --name held' EXIT\n{script}"
    with set_aside(ROOT / "build" / "calls.json", ROOT / "build" / "call.svg"):
        done = subprocess.run(
            ["bash", "-ec", script], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=600, check=False,
        )
        assert done.returncode == 0, done.stdout
        assert (ROOT / "build" / "call.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert "Hello from" in done.stdout and "trace events for ui.perfetto.dev: build/calls.json" in done.stdout
    table = page.read_text(encoding="utf-8").partition("### The counters")[2]
    names = re.findall(r"`((?:time|ant|linux)[A-Za-z_.]*)`", table)
    for line in machine.linux("ant-counters").splitlines():
        name = re.sub(r"core\d+", "coreN", line.split(" ")[0])
        assert re.sub(r"call\.\w+\.", "call.NAME.", name) in names, line
