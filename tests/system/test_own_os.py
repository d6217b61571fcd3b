# SPDX-License-Identifier: GPL-2.0-only
"""An operating system that is not AnT in AnT's place: Wren, and what `make os` and `start-ant` refuse."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from antbed_runner import ROOT, Antbed
from guest import without_proxies
from test_docs import run_page, set_aside

WREN = ROOT / "examples" / "wren"


def test_page_shows_wren_at_work(own_machine: Antbed, kernel: str) -> None:
    with set_aside(ROOT / "share" / "wren.bzImage"):
        run_page("your-own-os.md", own_machine, kernel, least=3)


def test_wren_is_small() -> None:
    lines = sum(bool(line.strip()) for path in WREN.iterdir() for line in path.read_text("utf-8").splitlines())
    assert lines < 500


def test_wren_uses_linux_and_ends_its_proxy(own_machine: Antbed, kernel: str) -> None:
    with set_aside(ROOT / "share" / "wren.bzImage"):
        assert make_os(kernel, "build/examples/wren").returncode == 0
        shutil.copy(ROOT / "share" / "wren.bzImage", own_machine.share)
        own_machine.up("--profile", "own-os")
        assert own_machine.exec("linux", "start-ant /host/none.bzImage").status == 1
        refused = own_machine.exec("linux", "start-ant /etc/passwd")
        assert refused.status == 1 and "not a bzImage" in refused.errors
        started = own_machine.exec("linux", "start-ant /host/wren.bzImage file=/root/numbers.txt")
        assert started.status == 0, str(started)
        own_machine.linux("until [ -s /tmp/from-wren ]; do sleep 0.1; done", timeout=120)
        assert own_machine.linux("cat /tmp/from-wren") == "tweet tweet\n", "all of the text, not its first word"
        without_proxies(own_machine)
    said = own_machine.call("logs", "ant").text.replace("\r", "")
    assert "\n".join(str(number) for number in range(1, 20001)) in said
    ticks = re.search(r"the shortest of 1000 null calls took (\d+) ticks", said)
    assert ticks and int(ticks.group(1)) > 0 and "Wren: done" in said
    again = own_machine.exec("linux", "start-ant /host/wren.bzImage")
    assert again.status == 1 and "runs already" in again.errors


def make_os(kernel: str, elf: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KERNEL": kernel, "ANTBED_NO_INSTALL": "1"}
    argv = ["make", "--no-print-directory", "os", f"ELF={elf}"]
    return subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1800, check=False)


def test_make_os_refuses_what_cannot_start(kernel: str, tmp_path: Path) -> None:
    assert "which ELF file?" in make_os(kernel, "").stderr
    assert "is missing" in make_os(kernel, str(tmp_path / "none")).stderr
    assert "not a 32-bit ELF file" in make_os(kernel, "/bin/true").stderr
    program = "build/ant/examples/hello"  # an AnT program: linked elsewhere
    assert "its first segment is for physical address 0x00400000" in make_os(kernel, program).stderr
