# SPDX-License-Identifier: GPL-2.0-only
"""Lines are drawn over, and coloured, on a terminal that can do so, and where nobody has said that they shall not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from antbed_runner import ROOT

LIMIT = 60  # seconds: detects a hang
PROGRESS = """
import sys
from testbed.bench.progressbar import ProgressBar
from testbed.terminal import Progress
progress = Progress(sys.stdout)
progress.tick("waiting")
progress.done("stage", "reached")
bar = ProgressBar(sys.stdout, 2.0)
bar.begin("measuring")
bar.advance(2.0)
bar.finish()
"""
TIDY = """
import importlib.util
spec = importlib.util.spec_from_file_location("tidy", "ci/tidy.py")
import sys
tidy = sys.modules["tidy"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tidy)
progress = tidy.Progress(2)
progress.show(1, 0, "one")
progress.show(2, 0, "two")
"""
STEP = "set -euo pipefail; . images/lib.sh; step 'a step' \"$LOGS/step.log\" true"
SPEAKERS = {
    "python": [sys.executable, "-c", PROGRESS],
    "tidy": [sys.executable, "-c", TIDY],
    "shell": ["bash", "-c", STEP],
}
PLAIN = [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": None}]
DRAWN = [{}, {"NO_COLOR": ""}]


def environment(build: Path, **changes: str | None) -> dict[str, str]:
    unset = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "V")}
    wanted: dict[str, str | None] = {**unset, "TERM": "xterm", "BUILD": str(build), "PYTHONPATH": str(ROOT), **changes}
    return {key: value for key, value in wanted.items() if value is not None}


def on_a_terminal(argv: list[str], variables: dict[str, str]) -> str:
    terminal = pexpect.spawn(argv[0], argv[1:], cwd=str(ROOT), env=variables, timeout=LIMIT, encoding="utf-8")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0, terminal.before
    return str(terminal.before).replace("\r\n", "\n")


@pytest.mark.parametrize("changes", DRAWN, ids=str)
@pytest.mark.parametrize("speaker", SPEAKERS)
def test_a_terminal_is_drawn_over(speaker: str, changes: dict[str, str | None], tmp_path: Path) -> None:
    assert "\r\x1b[K" in on_a_terminal(SPEAKERS[speaker], environment(tmp_path, **changes))


@pytest.mark.parametrize("changes", PLAIN, ids=str)
@pytest.mark.parametrize("speaker", SPEAKERS)
def test_who_wants_plain_lines_gets_them(speaker: str, changes: dict[str, str | None], tmp_path: Path) -> None:
    said = on_a_terminal(SPEAKERS[speaker], environment(tmp_path, **changes))
    assert said.endswith("\n") and not re.search(r"[\r\x1b]", said), said


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_what_is_no_terminal_gets_plain_lines(speaker: str, tmp_path: Path) -> None:
    done = subprocess.run(
        SPEAKERS[speaker], cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, timeout=LIMIT,
        check=True,
    )
    said = done.stdout + done.stderr
    assert said.endswith("\n") and not re.search(r"[\r\x1b]", said), said


def test_ant_has_no_colours() -> None:
    """Its shell moves the cursor to edit a line; nothing of AnT's writes a colour, so there is none to turn off."""
    escape = r"(?:\\x1b|\\033|\\e)\["
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "ant").rglob("*.cpp")]
    assert any(re.search(escape + "K", text) for text in texts), "the pattern finds no escape at all"
    assert not any(re.search(escape + r"[0-9;]*m", text) for text in texts)
