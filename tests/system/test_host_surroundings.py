# SPDX-License-Identifier: GPL-2.0-only
"""./antbed wherever it is started: places, clocks, standard streams, environments, signals that its caller ignores."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from antbed_runner import ROOT, Antbed
from test_host_harness import Fake, fake, up

__all__ = ["fake", "up"]  # fixtures


def test_long_paths_do_not_break_the_sockets(fake: Fake, tmp_path: Path) -> None:
    """A deep checkout, and another or an unusable XDG_RUNTIME_DIR than at the start: the machine is still reached."""
    antbed = fake(build=tmp_path / ("x" * 60) / ("y" * 60))
    antbed.up()
    assert antbed.exec("ant", "echo works").text == "works\n"
    for place in (str(tmp_path), "/nowhere"):  # by ssh, cron, su
        antbed.environment.update(XDG_RUNTIME_DIR=place, TMPDIR=place)
        assert antbed.exec("ant", "echo works").text == "works\n"


def test_a_clock_that_is_set_does_not_lose_the_machine(up: Antbed) -> None:
    """A live machine was taken for dead then, and `up` started a second one: what is kept of QEMU's process counts from
    the computer's start."""
    state = Path(up.environment["ANTBED_BUILD"]) / "run" / "fake" / "state.json"
    facts = json.loads(state.read_text(encoding="utf-8"))
    fields = Path(f"/proc/{facts['pid']}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    assert facts["start_ticks"] == int(fields[19])
    state.write_text(json.dumps({**facts, "started": facts["started"] + 3600}), encoding="utf-8")
    assert up.state()["alive"] and "runs already" in up.up().text
    assert 0 <= up.state()["uptime"] < 1200  # and when the clock was set back


def test_a_copy_of_the_checkout_has_no_machine(up: Antbed, tmp_path: Path) -> None:
    """`cp -a` of one whose machine is up; `./antbed down` in the copy ended the original's."""
    build = Path(up.environment["ANTBED_BUILD"])
    copy = tmp_path / "copy"
    shutil.copytree(build, copy, ignore=shutil.ignore_patterns("*.sock"))
    up.environment["ANTBED_BUILD"] = str(copy)
    assert up.call("status").status == 3
    up.call("down")
    up.environment["ANTBED_BUILD"] = str(build)
    assert up.state()["alive"]


def in_shell(antbed: Antbed, verb: str, *words: str, around: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command as a shell starts it, with what is written around it ({})."""
    line = around.replace("{}", shlex.join(antbed.command(verb, *words)))
    environment = {**antbed.environment, **settings}
    return subprocess.run(
        ["sh", "-c", line], env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def test_closed_standard_streams_do_no_harm(fake: Fake) -> None:
    """As cron or a daemon may start it: `./antbed up <&- >&- 2>&-`. No file takes their numbers."""
    antbed = fake()
    up = in_shell(antbed, "up", *antbed.boot_words, around="{} <&- >&- 2>&-")
    assert (up.returncode, up.stdout, up.stderr) == (0, "", "")
    assert in_shell(antbed, "exec", "--", "echo out; echo err >&2", around="{} >&-").stderr == "err\n"
    assert in_shell(antbed, "exec", "--", "echo out; echo err >&2", around="{} <&- 2>&-").stdout == "out\n"
    assert in_shell(antbed, "status", around="{} <&- >&-").returncode == 0
    assert in_shell(antbed, "down", around="{} >&-").returncode == 0
    assert antbed.call("status").status == 3


@pytest.mark.parametrize("words", [("--help",), ("status", "--name", "x"), ("status", "--name", "x", "--json")])
def test_output_to_a_full_disk_is_one_line_and_a_status(words: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [str(ROOT / "antbed"), *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
    assert done.returncode == 1
    assert re.fullmatch(r"antbed: No space left on device \(met by testbed/.*\.py, line \d+\)\n", done.stderr), done


def test_a_path_in_another_language_is_shown_whatever_the_terminals_encoding(fake: Fake, tmp_path: Path) -> None:
    share = tmp_path / "б"
    share.mkdir()
    antbed = fake()
    antbed.up("--share", str(share))
    said = in_shell(antbed, "status", around="{}", PYTHONIOENCODING="ascii")
    assert said.returncode == 0 and "/\\u0431\n" in said.stdout, said
    assert "/б\n" in antbed.call("status").text


def test_an_empty_environment_and_an_open_umask(fake: Fake, tmp_path: Path) -> None:
    """No HOME, TERM, PATH, no place for temporary files; and nobody else may write to the machine's sockets."""
    antbed = fake()
    own = {name: value for name, value in antbed.environment.items() if name.startswith(("ANTBED", "FAKE"))}
    antbed.environment = {**own, "TMPDIR": "/nowhere"}
    up = in_shell(antbed, "up", *antbed.boot_words, around="umask 000; {}")
    assert up.returncode == 0, up
    sockets = [path for path in tmp_path.rglob("*") if path.is_socket()]
    assert sockets and not [path for path in sockets if path.stat().st_mode & 0o022]
    assert antbed.exec("ant", "echo works").text == "works\n"


IGNORING = ("/usr/bin/python3", "-c", "import os, signal, sys\n"
            "signal.signal(signal.SIGINT, signal.SIG_IGN), signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
            "os.execvp(sys.argv[1], sys.argv[1:])")


def test_who_ignores_ctrl_c_goes_on_doing_so_and_says_what_ends_it(up: Antbed) -> None:
    """As a script's `nohup ./antbed ... &`: neither Ctrl-C nor the terminal's end is for it."""
    command = [*IGNORING, *up.command("logs", "linux", "--follow")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=up.environment) as follower:
        assert follower.stdout and follower.stderr and follower.stdout.readline()
        assert follower.stderr.readline() == b"antbed: Ctrl-C is ignored here; kill %d ends this\n" % follower.pid
        for number in (signal.SIGINT, signal.SIGHUP):
            follower.send_signal(number)
        with pytest.raises(subprocess.TimeoutExpired):
            follower.wait(1)
        follower.terminate()
        assert follower.wait(120) == 128 + signal.SIGTERM


def test_tests_interrupt_their_children_when_they_are_in_the_background_themselves() -> None:
    """`nohup make test &` in a script: Ctrl-C is ignored there, and children inherit that."""
    argv = [*IGNORING, "/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "host"]
    name = "test_interrupted_before_qemu_listens_nothing_is_left"
    argv.append(f"tests/system/test_host_harness.py::{name}")
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout.decode()
