# SPDX-License-Identifier: GPL-2.0-only
"""A machine that libvirt runs: the same commands, virsh beside them, and the same word for each way to fail."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

import kernels
import libvirt_daemon
import machine_fixtures
import test_docs
from antbed_runner import Antbed, command_lines
from profiles import PANIC, PANIC_WORD, variant
from testbed.run.rundir import RunDirectory

pytestmark = pytest.mark.own_machine
Factory = pytest.TempPathFactory
CONSOLE_SECONDS = 120  # detects a hang
KERNEL = next((kernel for kernel in kernels.KERNELS if kernels.why_missing(kernel) is None), kernels.KERNELS[0])


def virsh(uri: str, *words: str) -> str:
    done = subprocess.run(["virsh", "-q", "-c", uri, *words], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"virsh {words}: {done.stderr}"
    return done.stdout


def domains(uri: str) -> list[str]:
    """Running or not."""
    return virsh(uri, "list", "--all", "--name").split()


@pytest.fixture(scope="module")
def uri() -> Iterator[str]:
    """A libvirt with nothing in it, and with nothing left in it afterwards."""
    if reason := libvirt_daemon.why_missing():
        pytest.skip(reason)
    with libvirt_daemon.daemon() as connection:
        yield connection
        left = domains(connection)
        for name in left:
            subprocess.run(["virsh", "-q", "-c", connection, "destroy", name], capture_output=True, check=False)
        assert not left, "domains were left behind"


def on_libvirt(name: str, uri: str, share: Path) -> Antbed:
    antbed = Antbed(f"{name}-{os.getpid()}", share, KERNEL)
    antbed.boot_words += ["--backend", "libvirt", "--connect", uri]
    return antbed


def remove(antbed: Antbed, request: pytest.FixtureRequest) -> None:
    antbed.down()
    if not request.session.testsfailed:
        shutil.rmtree(RunDirectory.named(antbed.name).path, ignore_errors=True)


@pytest.fixture(scope="module")
def virtual(uri: str, tmp_path_factory: Factory, request: pytest.FixtureRequest) -> Iterator[Antbed]:
    """A machine of libvirt's that this file's tests share. The other tests' machine makes room."""
    for other in machine_fixtures.shared():
        other.down()
    share = tmp_path_factory.mktemp("share")
    shutil.copy(kernels.ROOT / "share" / "hello.txt", share)
    antbed = on_libvirt("virt", uri, share)
    antbed.up()
    yield antbed
    remove(antbed, request)


@pytest.fixture
def second(virtual: Antbed, uri: str, request: pytest.FixtureRequest) -> Iterator[Antbed]:
    """A machine beside the first one, not yet booted."""
    antbed = on_libvirt("second", uri, virtual.share)
    yield antbed
    remove(antbed, request)


@pytest.fixture
def meant(virtual: Antbed, uri: str) -> dict[str, str]:
    """What makes commands without options mean the machine that is up."""
    return {"ANTBED_NAME": virtual.name, "KERNEL": KERNEL, "LIBVIRT_DEFAULT_URI": uri}


def test_commands_run_on_both_systems(virtual: Antbed) -> None:
    assert virtual.ant("cat", "/host/hello.txt") == (virtual.share / "hello.txt").read_text(encoding="utf-8")
    assert virtual.linux("nproc") == "1\n"
    assert [line.split()[0] for line in virtual.ant("cores").splitlines()] == ["1", "2", "3"]
    assert virtual.ant("devices").split()[1] == "1234:11e8"
    result = virtual.call("exec", "--on", "linux", "--", "echo said; exit 77")
    assert (result.status, result.out) == (77, b"said\n")


def test_libvirt_and_status_show_it(virtual: Antbed, uri: str) -> None:
    name = f"antbed-{virtual.name}"
    assert virsh(uri, "domstate", name).strip() == "running"
    status = virtual.call("status")
    assert status.status == 0 and f"libvirt's domain {name} at {uri}" in status.text
    assert f"--backend libvirt --connect '{uri}'" in virtual.state()["again"]


def test_devices_are_where_the_direct_back_end_has_them(virtual: Antbed) -> None:
    """All on the root bus; the serial ports with their own interrupt lines."""
    buses = {path[5:7] for path in virtual.linux("ls /sys/bus/pci/devices").split()}
    assert buses == {"00"}
    assert "0: uart:16550A port:000003F8 irq:4" in virtual.linux("cat", "/proc/tty/driver/serial")


def test_virsh_console_works_and_excludes_others(virtual: Antbed, uri: str) -> None:
    name = f"antbed-{virtual.name}"
    for device, prompt, text in (("serial1", "antsh$ ", "one two"), ("serial0", "# ", "three four")):
        argv = ["-c", uri, "console", name, "--devname", device]
        terminal = pexpect.spawn("virsh", argv, timeout=CONSOLE_SECONDS, encoding="utf-8")
        try:
            terminal.expect_exact("Escape character")
            terminal.send("\r")
            terminal.expect_exact(prompt)
            terminal.send(f"echo {text}\r")
            terminal.expect(rf"\n{text}\r")
            which = "ant" if device == "serial1" else "linux"
            refused = virtual.call("console", which)
            assert refused.status == 1 and "Active console session exists" in refused.errors, str(refused)
        finally:
            terminal.send("\x1d")
            terminal.expect(pexpect.EOF)
            terminal.close()


def test_our_console_works(virtual: Antbed) -> None:
    argv = virtual.command("console", "ant")
    terminal = pexpect.spawn(argv[0], argv[1:], timeout=CONSOLE_SECONDS, encoding="utf-8")
    try:
        terminal.expect_exact("Ctrl-] leaves it")
        terminal.send("\r")
        terminal.expect_exact("antsh$ ")
        terminal.send("echo five six\r")
        terminal.expect("\nfive six\r")
        terminal.send("\x1d")
        terminal.expect(pexpect.EOF)
    finally:
        terminal.close()
    assert terminal.exitstatus == 0, terminal.before
    assert "five six" in virtual.log("ant")


def test_killed_exec_leaves_the_channel_usable(virtual: Antbed) -> None:
    for system in ("ant", "linux"):
        argv = virtual.command("exec", "--on", system, "--", "echo started; sleep 5000")
        with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
            assert process.stdout and process.stdout.readline() == b"started\n"
            process.kill()
        assert virtual.on(system, "echo next") == "next\n"


def test_the_page_shows_what_works(virtual: Antbed, uri: str, meant: dict[str, str]) -> None:
    script = "\n".join(commands for commands, _ in test_docs.steps(kernels.ROOT / "docs" / "libvirt.md"))
    assert script.count("\n") == 5
    done = subprocess.run(
        ["bash", "-ec", script], cwd=kernels.ROOT, env={**os.environ, **meant}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=300, check=False,
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    hello = (virtual.share / "hello.txt").read_text(encoding="utf-8")
    for part in ("runs already", f"libvirt's domain antbed-{virtual.name} at {uri}", hello, "running"):
        assert part in done.stdout


def test_panic_of_ant_beside_another_machine(virtual: Antbed, second: Antbed, tmp_path_factory: Factory) -> None:
    profile = variant(tmp_path_factory, "panic", ant_command_line=PANIC_WORD)
    result = second.up("--profile", profile, status=125)
    assert "AnT panicked: AnT panic on core " in result.errors.splitlines()[-1], str(result)
    for part in (PANIC, "--- Linux's console", "--- AnT's console", "again: ./antbed up", "logs:"):
        assert part in result.errors
    assert second.call("status").status == 3
    assert virtual.ant("echo", "unharmed") == "unharmed\n"


def test_hang_is_told_from_a_panic(second: Antbed, uri: str, tmp_path_factory: Factory) -> None:
    empty = tmp_path_factory.mktemp("disk") / "empty.img"
    with empty.open("wb") as image:
        image.truncate(1 << 20)
    profile = variant(tmp_path_factory, "empty", image=str(empty))
    second.environment["ANTBED_STAGE_SECONDS"] = "3"
    result = second.up("--profile", profile, status=125)
    assert "hangs or never boots: not reached within 3 s (stage kernel)" in result.errors.splitlines()[-1]
    assert "CPU#3" in (RunDirectory.named(second.name).file("state.txt")).read_text(encoding="utf-8")
    assert f"antbed-{second.name}" not in domains(uri)


def test_interrupted_and_killed_starts_leave_nothing(second: Antbed, uri: str, tmp_path_factory: Factory) -> None:
    """Ctrl-C ends the machine that is booting. After a kill -9 of antbed, down does it."""
    empty = tmp_path_factory.mktemp("disk") / "empty.img"
    with empty.open("wb") as image:
        image.truncate(1 << 20)
    profile = variant(tmp_path_factory, "silent", image=str(empty))
    name = f"antbed-{second.name}"
    for number in (signal.SIGINT, signal.SIGKILL):
        argv = second.command("up", *second.bootable("--profile", profile))
        with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True) as up:
            limit = time.monotonic() + 120
            while name not in virsh(uri, "list", "--name").split():
                assert up.poll() is None and time.monotonic() < limit
                time.sleep(0.1)
            up.send_signal(number)
            up.communicate(timeout=120)
        if number == signal.SIGKILL:
            assert name in domains(uri)
            assert "ended" in second.down().text
        assert name not in domains(uri)


def test_name_of_another_domain_is_refused(second: Antbed, uri: str, tmp_path: Path) -> None:
    """As another checkout's machine would have it."""
    name = f"antbed-{second.name}"
    xml = second.call("xml", *second.bootable()).text
    foreign = tmp_path / "foreign.xml"
    xml = xml.replace(str(RunDirectory.named(second.name).path), "/elsewhere/run/second")
    foreign.write_text(xml, encoding="utf-8")
    virsh(uri, "define", "--validate", str(foreign))
    try:
        result = second.up(status=1)
        assert f"has a domain {name} already (machine /elsewhere/run/second)" in result.errors
        assert len(result.errors.splitlines()) == 1 and name in domains(uri)
    finally:
        virsh(uri, "undefine", name)


def test_a_domain_with_a_snapshot_ends_and_frees_its_name(second: Antbed, uri: str) -> None:
    """libvirt undefines none that has one; the name could not be used again."""
    name = f"antbed-{second.name}"
    second.up()
    virsh(uri, "snapshot-create-as", name, "before", "--disk-only")
    assert second.down().status == 0
    assert name not in domains(uri)
    run = RunDirectory.named(second.name).path
    assert not list(run.glob("disk*"))


def test_virsh_suspend_is_said_soon(second: Antbed, uri: str) -> None:
    second.up()
    virsh(uri, "suspend", f"antbed-{second.name}")
    result = second.call("exec", "--", "echo", "works")
    assert result.status == 125 and "is paused: it was stopped from outside" in result.errors, str(result)
    assert second.state()["phase"] == "paused"
    assert "it goes on" in second.up().text
    assert second.ant("echo", "works") == "works\n"


def test_the_xml_starts_by_virsh_create_after_what_it_says(second: Antbed, uri: str, tmp_path: Path) -> None:
    text = second.call("xml", *[word for word in second.bootable() if word != "--no-build"]).text
    path = tmp_path / "machine.xml"
    path.write_text(text, encoding="utf-8")
    commands = [line.strip() for line in text.partition("-->")[0].splitlines() if line.startswith("    ")]
    assert [command.split()[0] for command in commands] == ["make", "mkdir", "qemu-img"]
    name = f"antbed-{second.name}"
    try:
        for command in commands[1:]:  # the image is there
            subprocess.run(["sh", "-c", command], check=True, timeout=120)
        virsh(uri, "create", str(path))
        assert name in virsh(uri, "list", "--name").split()
        log = RunDirectory.named(second.name).log("console-linux")
        limit = time.monotonic() + 300
        while b"Linux version" not in log.read_bytes() and time.monotonic() < limit:
            time.sleep(0.2)
        assert b"Linux version" in log.read_bytes()
    finally:
        virsh(uri, "destroy", name)


@pytest.mark.linux_panics
def test_panic_of_linux_is_reported_as_such(virtual: Antbed) -> None:
    """It ends the shared machine: after all others but the next one."""
    result = virtual.exec("linux", "echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger")
    assert result.status == 125
    assert "Linux panicked: Kernel panic - not syncing" in result.errors.splitlines()[-1], str(result)
    status = virtual.call("status")
    assert status.status == 3 and "Linux panicked: Kernel panic" in status.text


def test_down_leaves_nothing_but_logs(virtual: Antbed, uri: str) -> None:
    """Of a machine that has ended by itself, too."""
    assert f"antbed-{virtual.name}" in domains(uri)
    assert virtual.down().status == 0
    assert f"antbed-{virtual.name}" not in domains(uri)
    run = RunDirectory.named(virtual.name).path
    assert not [path for path in run.iterdir() if path.suffix in (".sock", ".qcow2", ".json")]
    assert virtual.log("linux").count("Linux version")
    commands = command_lines()
    assert not [command for command in commands if f"guest=antbed-{virtual.name}," in command]
