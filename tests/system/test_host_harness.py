# SPDX-License-Identifier: GPL-2.0-only
"""./antbed with guests that are played: what it passes through, and that a bad guest is called what it is."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from antbed_runner import Antbed, Result, command_lines
from testbed.run.qmp import Qmp

HERE = Path(__file__).resolve().parent
MACHINE = """
[machine]
memory = "2G"
cores = 2
[linux]
cores = [0]
[ant]
cores = [1]
base = "1G"
size = "512M"
ica = "256M"
depth = 16
[[disk]]
image = "IMAGE"
"""

Fake = Callable[..., Antbed]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Fake]:
    """Makes an Antbed whose QEMU is played by fake_qemu.py."""
    made: list[Antbed] = []

    def make(kind: str = "ok", build: Path = tmp_path / "build", name: str = "fake") -> Antbed:
        (tmp_path / "disk.img").touch()
        profile = tmp_path / "fake.toml"
        profile.write_text(MACHINE.replace("IMAGE", str(tmp_path / "disk.img")), encoding="utf-8")
        environment = {"FAKE_GUEST": kind, "ANTBED_QEMU": str(HERE / "fake_qemu.py"), "ANTBED_BUILD": str(build)}
        antbed = Antbed(name, tmp_path, environment=environment)
        antbed.boot_words = ["--profile", str(profile), "--kernel", "6.1", "--accel", "tcg"]
        made.append(antbed)
        return antbed

    yield make
    for antbed in made:
        antbed.down()
        assert not ours(tmp_path), "processes were left running"


def ours(place: Path) -> list[str]:
    """Processes that have to do with the place."""
    return [line for line in command_lines() if str(place) in line]


@pytest.fixture
def up(fake: Fake) -> Antbed:
    antbed = fake()
    antbed.up()
    return antbed


def test_output_and_status_pass_through_unchanged(up: Antbed) -> None:
    result = up.exec("ant", r"printf 'a\0b\r\n\377no newline'; printf 'x\n' >&2; exit 77")
    assert (result.status, result.out, result.err) == (77, b"a\0b\r\n\xffno newline", b"x\n")


def test_large_output_is_whole(up: Antbed) -> None:
    result = up.exec("linux", "seq 1 200000")
    assert result.text == "".join(f"{number}\n" for number in range(1, 200001))


def test_several_words_are_not_taken_apart(up: Antbed) -> None:
    words = ["two words", "it's", '"', "$HOME", ";", "", "a\\b"]
    result = up.exec("ant", "printf", "<%s>", *words)
    assert result.text == "".join(f"<{word}>" for word in words)


def test_one_word_is_a_command_line(up: Antbed) -> None:
    assert up.exec("ant", "echo a | tr a b").text == "b\n"


@pytest.mark.parametrize("command", ["a\nb", "a\3b"])
def test_what_is_no_line_is_refused(up: Antbed, command: str) -> None:
    assert up.exec("ant", command).status == 2


def test_unknown_kernel_is_refused(fake: Fake) -> None:
    antbed = fake()
    result = antbed.up("--kernel", "2.4.0", status=2)
    assert result.errors.startswith("antbed: KERNEL=2.4.0: known are ") and "auto" in result.errors
    assert len(result.errors.splitlines()) == 1


def test_kernel_that_is_chosen_is_shown_with_the_reason(fake: Fake) -> None:
    antbed = fake()
    result = antbed.up("--kernel", "auto")
    chosen = antbed.state()["kernel"]
    assert f"KERNEL=auto is Linux {chosen} (" in result.text and f"Linux {chosen}), accelerator" in result.text
    assert f", Linux {chosen}\n" in antbed.call("status").text
    assert f"--kernel {chosen}" in antbed.state()["again"]


def test_what_this_computer_refuses_is_one_line(fake: Fake, tmp_path: Path) -> None:
    """Here a file where a directory is to be; a full disk is the same."""
    place = tmp_path / "disk.img" / "build"
    said = fake(build=place).call("up", "--profile", "small", "--kernel", "6.1", "--accel", "tcg")
    assert said.status == 1 and len(said.errors.splitlines()) == 1, said
    line = r"antbed: .*/disk\.img/.*: Not a directory \(met by testbed/.*\.py, line \d+\)\n"
    assert re.fullmatch(line, said.errors), said


def test_second_up_says_that_it_runs(up: Antbed) -> None:
    before = up.state()["pid"]
    result = up.up()
    assert "runs already" in result.text and up.state()["pid"] == before


def test_timeout_ends_the_command(up: Antbed) -> None:
    result = up.exec("ant", "echo started; exec sleep 5003", timeout=3)
    assert (result.status, result.text) == (124, "started\n")
    assert "not done within 3 s" in result.errors and "was ended" in result.errors
    assert up.exec("ant", "pgrep -fx 'sleep 5003'").status == 1
    assert up.exec("ant", "echo next").text == "next\n"


def test_command_that_cannot_be_ended_is_said_so(fake: Fake) -> None:
    antbed = fake("stubborn")
    antbed.up()
    result = antbed.exec("ant", "sleep 25", timeout=1)
    assert result.status == 124 and "could not be ended" in result.errors


def test_killed_exec_leaves_the_channel_usable(up: Antbed) -> None:
    command = up.command("exec", "--", "head -c 100000 /dev/zero; sleep 5001")
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=up.environment) as process:
        assert process.stdout and process.stdout.read(100)  # it is in the middle of its output
        process.kill()
    assert up.exec("ant", "echo next").text == "next\n"


def test_terminated_exec_ends_the_command(up: Antbed) -> None:
    command = up.command("exec", "--", "echo started; sleep 5002")
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=up.environment) as process:
        assert process.stdout and process.stdout.readline() == b"started\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 128 + signal.SIGTERM
    assert up.exec("ant", "pgrep -fx 'sleep 5002'").status == 1


def test_exec_boots_and_stops_a_machine_by_itself(fake: Fake) -> None:
    antbed = fake()
    result = antbed.call("exec", *antbed.bootable("--", "echo alone; exit 5"))
    assert (result.status, result.text) == (5, "alone\n")
    assert "booting one for this command" in result.errors
    assert antbed.call("status").status == 3


def check_report(result: Result, words: str) -> None:
    """The one-line verdict, both consoles, the logs and the command to do it again."""
    assert words in result.errors.splitlines()[-1], str(result)
    for part in ("--- Linux's console", "--- AnT's console", "logs:  ", "accelerator: tcg", "again: ./antbed up"):
        assert part in result.errors


@pytest.mark.parametrize(
    "command, words",
    [
        ("panic-ant", "AnT panicked (QEMU's status 67)"),
        ("panic-linux", "Linux panicked: Kernel panic - not syncing: sysrq triggered crash"),
        ("die", "QEMU was killed by signal 9"),
    ],
)
def test_machine_that_ends_is_reported_as_what_it_is(up: Antbed, command: str, words: str) -> None:
    result = up.exec("ant", command)
    assert result.status == 125
    check_report(result, words)
    assert f"./antbed exec --on ant --name fake -- {command}" in result.errors
    status = up.call("status")
    assert status.status == 3 and words.partition(":")[0] in status.text
    assert "has ended before" in up.up().text  # and a new one starts


def test_a_panic_is_no_words_on_a_console(up: Antbed) -> None:
    """Which any program can write: `echo "Kernel panic - not syncing: Fatal exception" >/dev/console`."""
    for words in ("Kernel panic - not syncing: Fatal exception", "AnT panic on core 1 (m-kernel): no"):
        assert up.exec("linux", f"say {words}").status == 0
        assert up.exec("ant", "sleep 1; echo works").text == "works\n"
        assert up.state()["phase"] == "ready" and up.state()["ant"] == "running"
    assert "the machine was switched off" in up.exec("linux", "off").errors.splitlines()[-1]


def check_paused(antbed: Antbed, why: str) -> None:
    """One line soon, and each command works."""
    for words in (["ant", "sleep 1"], ["linux", "sleep 1"]):
        result = antbed.call("exec", "--on", words[0], "--", words[1], limit=60)
        said = f"{why}; ./antbed up --name fake lets it go on"
        assert (result.status, result.errors) == (125, f"antbed: machine 'fake' is paused: {said}\n")
    assert antbed.state()["phase"] == "paused" and antbed.state()["paused"] == said
    assert f"  {said}\n" in antbed.call("status").text
    assert antbed.call("status", "--line").text == "Linux 6.1 | tcg | AnT: running | paused\n"


def test_a_full_disk_of_the_host_pauses_the_machine_and_is_said(up: Antbed) -> None:
    """QEMU's way with ENOSPC: the guest stands still until somebody has made space, and no command waits 600 s."""
    up.call("exec", "--on", "linux", "--timeout", "60", "--", "fill-disk", limit=60)
    check_paused(up, "no space is left on this computer for what it writes to its disks (free some)")
    again = up.up()
    assert "was paused (no space is left" in again.text and "it goes on" in again.text
    assert up.exec("ant", "echo works").text == "works\n" and up.state()["phase"] == "ready"


def test_a_machine_that_was_stopped_from_outside_is_said_so_and_ends(up: Antbed) -> None:
    """QMP's stop, virsh suspend."""
    with closing(Qmp(Path(up.environment["ANTBED_BUILD"]) / "run" / "fake" / "qmp.sock")) as qmp:
        qmp.execute("stop")
    check_paused(up, "it was stopped from outside")
    assert up.down().text == "antbed: machine 'fake': ended\n"


def test_ant_that_is_not_started_is_reported_at_once(fake: Fake) -> None:
    result = fake("not-started").up(status=125)
    check_report(result, "AnT: not started: kexec cannot start core 1: no such core")


def test_a_linux_that_prints_nothing_is_ready_when_it_answers(fake: Fake) -> None:
    """As with `quiet` on its command line, where it was said to hang or never to boot."""
    antbed = fake("quiet")
    antbed.environment["ANTBED_STAGE_SECONDS"] = "20"
    antbed.up()
    assert antbed.exec("linux", "echo works").text == "works\n"


@pytest.mark.parametrize("kind, stage", [("silent", "stage kernel"), ("no-ant", "stage ant")])
def test_guest_that_hangs_is_reported_with_the_stage(fake: Fake, kind: str, stage: str) -> None:
    antbed = fake(kind)
    antbed.environment["ANTBED_STAGE_SECONDS"] = "2"
    result = antbed.up(status=125)
    check_report(result, stage)
    assert "hangs or never boots: not reached within 2 s" in result.errors
    assert "state: " in result.errors  # the registers were saved
    assert ("AnT: stuck here" in result.errors) == (kind == "no-ant")
    assert antbed.call("status").status == 3


def test_qemu_that_does_not_start_is_reported(fake: Fake) -> None:
    result = fake("refused").up(status=125)
    assert "QEMU did not start: fake-qemu: could not open 'disk.img'" in result.errors


def test_interrupted_before_qemu_listens_nothing_is_left(fake: Fake, tmp_path: Path) -> None:
    antbed = fake("deaf")
    command = antbed.command("up", *antbed.bootable())
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=antbed.environment) as up:
        limit = time.monotonic() + 120
        while not any("fake_qemu.py" in line for line in ours(tmp_path)) and time.monotonic() < limit:
            time.sleep(0.05)
        up.send_signal(signal.SIGINT)
        assert up.communicate(timeout=120)[1] == b"\nantbed: interrupted\n"
        assert up.returncode == 130
    assert not ours(tmp_path)
    assert antbed.call("status").status == 3


def test_down_leaves_nothing_but_logs(up: Antbed, tmp_path: Path) -> None:
    assert ours(tmp_path)
    assert up.down().status == 0
    assert not ours(tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_socket()]
    assert up.call("logs", "linux").text.startswith("[    0.000000] Linux version")
    assert up.down().status == 0  # twice does no harm


def test_down_all_goes_on_after_a_machine_that_cannot_be_asked(up: Antbed) -> None:
    """Its libvirt is gone; it sorts before the other."""
    run = Path(up.environment["ANTBED_BUILD"]) / "run"
    (run / "a").mkdir()
    libvirt = {"backend": "libvirt", "uuid": "0", "connect": "qemu+unix:///session?socket=/none"}
    state = {**up.state(), "name": "a", "directory": str(run / "a"), **libvirt}
    (run / "a" / "state.json").write_text(json.dumps(state), encoding="utf-8")
    said = up.call("down", "--all")
    assert said.status == 1 and "antbed: machine 'a': " in said.errors, said
    assert "machine 'fake': ended" in said.text
    (run / "a" / "state.json").unlink()
    assert up.call("status").status == 3


def test_down_ends_a_machine_that_does_not_listen(up: Antbed) -> None:
    os.kill(up.state()["pid"], signal.SIGSTOP)
    assert up.down().status == 0
    assert up.call("status").status == 3


def test_down_ends_a_machine_that_is_being_booted(fake: Fake) -> None:
    antbed = fake("silent")
    command = antbed.command("up", *antbed.bootable())
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=antbed.environment) as up:
        state = Path(antbed.environment["ANTBED_BUILD"]) / "run" / "fake" / "state.json"
        limit = time.monotonic() + 120
        while not state.exists() and time.monotonic() < limit:
            time.sleep(0.05)
        assert antbed.down().status == 0
        assert "the machine was switched off" in up.communicate(timeout=120)[1].decode()
        assert up.returncode == 125
    assert antbed.call("status").status == 3


def test_machines_run_side_by_side(up: Antbed, fake: Fake) -> None:
    other = fake(name="other")
    other.up()
    assert up.state()["pid"] != other.state()["pid"]
    other.down()
    assert up.exec("ant", "echo still here").text == "still here\n"


def test_two_ups_at_once_make_one_machine(fake: Fake) -> None:
    antbed = fake()
    command = antbed.command("up", *antbed.bootable())
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=antbed.environment)
        for _ in range(2)
    ]
    outputs = sorted(process.communicate(timeout=120)[0].decode() for process in both)
    said = [output for output in outputs if "runs already" in output or "starting or ending" in output]
    assert len(said) == 1, outputs


def test_stale_state_is_cleared(up: Antbed) -> None:
    """As after the computer was switched off: the state names a process that is somebody else's now."""
    state = Path(up.environment["ANTBED_BUILD"]) / "run" / "fake" / "state.json"
    text = state.read_text(encoding="utf-8")
    pid = up.state()["pid"]
    up.down()
    for note in ("qemu.exit", "ended"):
        (state.parent / note).unlink()
    state.write_text(text.replace(f'"pid": {pid}', f'"pid": {os.getpid()}'), encoding="utf-8")
    result = up.up()
    assert "vanished without an exit status" in result.text


def test_console_passes_keys_and_leaves(up: Antbed) -> None:
    with subprocess.Popen(
        up.command("console", "ant"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=up.environment
    ) as process:
        assert process.stdin and process.stdout and process.stdout.read(5) == b"ant# ", "a prompt ends with its space"
        process.stdin.write(b"\x1d")
        process.stdin.flush()
        assert process.wait(120) == 0


def test_follow_ends_with_the_machine(up: Antbed) -> None:
    with subprocess.Popen(up.command("logs", "linux", "-f"), stdout=subprocess.PIPE, env=up.environment) as process:
        assert process.stdout and process.stdout.readline().startswith(b"[    0.000000]")
        time.sleep(0.3)
        assert process.poll() is None
        up.down()
        assert process.wait(120) == 0
