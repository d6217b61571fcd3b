# SPDX-License-Identifier: GPL-2.0-only
"""./antbed exec where the answer has to wait, or where nobody is there to give one. Guests are played."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from antbed_runner import Antbed
from test_host_harness import Fake, fake, up
from testbed.run.rundir import RunDirectory

__all__ = ["fake", "up"]  # fixtures


def test_exec_says_what_it_waits_for(up: Antbed) -> None:
    """Another command on the same system, by its words, or gdb: it was silent until its time was over."""
    first = up.command("exec", "--", "echo started; sleep 5004")
    with subprocess.Popen(first, stdout=subprocess.PIPE, env=up.environment) as process:
        assert process.stdout and process.stdout.readline() == b"started\n"
        late = up.exec("ant", "echo late", timeout=4)
        assert late.status == 1
        running = "another command is running on ant: echo started; sleep 5004\n"
        assert late.errors == f"antbed: waiting: {running}antbed: {running}"
        process.send_signal(signal.SIGTERM)
        process.wait(120)
    run = RunDirectory("fake", Path(up.state()["logs"]))
    with run.locked("debug", 0.0, ""):  # as ./antbed debug does
        run.socket("gdb").touch()
        said = up.exec("ant", "sleep 4; echo on").errors
    in_gdb = "machine 'fake' is in gdb (./antbed debug), and while gdb has stopped it nothing runs"
    assert said == f"antbed: waiting: {in_gdb}\n"
    assert up.exec("ant", "sleep 3; echo on").errors == ""


def test_a_command_that_was_left_running_is_named(fake: Fake) -> None:
    antbed = fake("stubborn")
    antbed.up()
    with subprocess.Popen(antbed.command("exec", "--", "echo started; sleep 40"), stdout=subprocess.PIPE,
                          env=antbed.environment) as process:
        assert process.stdout and process.stdout.readline() == b"started\n"
        process.kill()
    said = antbed.exec("ant", "echo next")
    assert said.status == 1
    earlier = "an earlier command still runs and does not end (waited 20 s): echo started; sleep 40"
    assert said.errors == f"antbed: control-ant: {earlier}\n"


def test_nothing_in_ants_place_answers_at_once(fake: Fake) -> None:
    """`up` of the profile own-os told to run a command on AnT, which was silent for ten minutes."""
    antbed = fake("own-os")
    profile = Path(antbed.boot_words[1])
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("depth", 'command_line = "autostart=0"\ndepth'), encoding="utf-8")

    def refused() -> str:
        result = antbed.call("exec", "--timeout", "100000", "--", "ls")
        assert result.status == 125
        return result.errors

    said = antbed.up().text
    start = "./antbed exec --on linux --name fake -- start-ant IMAGE"
    assert said.splitlines()[-1].endswith(f"AnT's cores are free; a system for them: {start}")
    assert refused() == f"antbed: machine 'fake': AnT is not started; {start} starts a system in its place\n"
    played = antbed.call("run", *antbed.bootable())
    assert played.status == 125 and "AnT is not started" in played.errors
    antbed.exec("linux", "wren")
    assert "what runs in AnT's place has no control channel (docs/your-own-os.md)" in refused()
    assert antbed.state()["ant"] == "not started"
