# SPDX-License-Identifier: GPL-2.0-only
"""Machines that end or differ: panics, one that never boots, the paper's, exact mode, and ./antbed run."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import psutil
import pytest

import backends
from antbed_runner import Antbed, command_lines
from guest import eventually, meanwhile
from kernels import image_of
from profiles import PANIC, PANIC_WORD, ROOT, variant
from testbed.describe.description import load
from testbed.describe.machine import ACCELERATORS_BYTES, LINUX_LINE_BYTES
from testbed.run.instance import Instance

Factory = pytest.TempPathFactory


def test_panic_of_ant_is_reported_as_such(own_machine: Antbed, tmp_path_factory: Factory) -> None:
    path = variant(tmp_path_factory, "panic", ant_command_line=PANIC_WORD)
    result = own_machine.up("--profile", path, status=125)
    assert backends.ANT_PANICKED in result.errors.splitlines()[-1]
    for part in (PANIC, "--- Linux's console", "--- AnT's console", "again: ./antbed up", "logs:"):
        assert part in result.errors
    assert own_machine.call("status").status == 3


@pytest.mark.linux_panics
def test_panic_of_linux_is_reported_as_such(own_machine: Antbed) -> None:
    own_machine.up()
    result = own_machine.exec("linux", "echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger")
    assert result.status == 125
    assert "Linux panicked" in result.errors.splitlines()[-1]
    # 3.0.8's sysrq writes to nowhere, later ones call panic() by name.
    assert re.search("Kernel panic - not syncing: (Fatal exception|sysrq triggered crash)", result.errors), str(result)
    status = own_machine.call("status")
    assert status.status == 3 and backends.LINUX_PANICKED in status.text


def test_module_goes_while_ant_calls_and_comes_again(own_machine: Antbed) -> None:
    """Each call has its answer, an errno when there is nobody; none waits for the next module."""
    own_machine.up()
    own_machine.linux("cp /sbin/ant-parent /tmp/ant-parent")
    leave = (
        "rm /sbin/ant-parent; killall -9 ant-parent;"
        " until rmmod antlinux 2>/dev/null; do killall -9 ant-parent 2>/dev/null; done; true"
    )
    for _ in range(4):
        with meanwhile(own_machine, leave, system="linux") as results:
            outcomes = set()
            while not results:
                outcomes.add(own_machine.exec("ant", "calltest null").text.strip())
        expected = {"null retval=0", "null retval=-6 errno=ENXIO", "null retval=-130 errno=EOWNERDEAD"}
        assert outcomes <= expected, outcomes
        assert "ENXIO" in own_machine.exec("ant", "calltest null").text
        own_machine.linux("cp /tmp/ant-parent /sbin/ant-parent; insmod /lib/modules/antlinux.ko")
        assert eventually(lambda: own_machine.exec("ant", "getpid").status == 0)


def test_guest_that_never_boots_is_reported_as_such(own_machine: Antbed, tmp_path_factory: Factory) -> None:
    empty = tmp_path_factory.mktemp("disk") / "empty.img"
    with empty.open("wb") as image:
        image.truncate(1 << 20)
    path = variant(tmp_path_factory, "empty", image=str(empty))
    own_machine.environment["ANTBED_STAGE_SECONDS"] = "5"
    result = own_machine.up("--profile", path, status=125)
    assert "hangs or never boots: not reached within 5 s (stage kernel)" in result.errors.splitlines()[-1]
    assert "state.txt" in result.errors


def test_paper_machine_works_with_depth_1(own_machine: Antbed, share: Path, kernel: str) -> None:
    own_machine.up("--profile", "paper")
    assert own_machine.linux("cat", "/sys/kernel/mint/region") == "0x40000000-0x7bffffff\n"
    total = int(own_machine.linux("grep MemTotal /proc/meminfo").split()[1]) << 10
    least = 2.4e9 if kernel.endswith("-debug") else 2.9e9  # KASAN takes an eighth
    assert least < total <= (4 << 30) - (960 << 20)
    assert "depth=1 " in own_machine.linux("start-ant", "--print") + " "
    command = " & ".join(f"on {core} calltest -n 50 stat / , end null" for core in (1, 2, 3) for _ in range(4))
    assert own_machine.ant(f"{command} & wait", timeout=300).count("repetitions=50 equal\n") == 12
    assert own_machine.ant("cat", "/host/hello.txt") == (share / "hello.txt").read_text(encoding="utf-8")


def first_figure(kernel: str) -> dict[str, int]:
    """The table of README.md that shows what a null call costs, in instructions."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    head = re.search(r"^\| null call, instructions .*\|$", text, re.MULTILINE)
    assert head
    column = head[0].split(" | ").index(f"Linux {kernel}")
    found = {}
    for row in text[head.end() :].splitlines()[2:4]:
        cells = row.split(" | ")
        found[cells[0].strip("| ").partition(":")[0].replace(" ", "-")] = int(cells[column].replace(",", ""))
    assert set(found) == {"not-continued", "continued"}
    return found


@pytest.mark.figures
def test_exact_mode_boots_and_counts_instructions(own_machine: Antbed) -> None:
    own_machine.up("--accel", "exact")
    assert own_machine.state()["accelerator"] == "exact"
    assert "tsc_khz=1000000" in own_machine.linux("start-ant", "--print").split()
    assert int(own_machine.ant("getpid")) > 0
    counted = own_machine.ant("bench null")
    for mode, path in first_figure(own_machine.state()["kernel"]).items():
        median = re.search(rf"^null +{mode} +1000 +\d+ +(\d+) ", counted, re.MULTILINE)
        assert median and int(median[1]) == pytest.approx(path, rel=0.05), f"README.md has {path}:\n{counted}"


def test_run_without_a_terminal_plays_its_script(own_machine: Antbed) -> None:
    result = own_machine.call("run", *own_machine.bootable(), limit=900)
    assert result.status == 0, str(result)
    for part in ("antsh$ getpid", "antsh$ stat ", "antsh$ cat ", "antsh$ write ", "every step was right"):
        assert part in result.text
    assert own_machine.call("status").status == 3


def test_exec_boots_and_stops_a_machine_by_itself(own_machine: Antbed) -> None:
    result = own_machine.call("exec", *own_machine.bootable("--on", "linux", "--", "nproc"), limit=900)
    assert (result.status, result.out) == (0, b"1\n"), str(result)
    assert own_machine.call("status").status == 3


def test_nothing_survives_down(own_machine: Antbed) -> None:
    own_machine.up()
    pid = own_machine.state()["pid"]
    family = [psutil.Process(pid), *psutil.Process(pid).parents()[:1]]
    assert own_machine.down().status == 0
    psutil.wait_procs(family[:1], timeout=60)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    mine = f"antbed-{own_machine.name}"
    lines = command_lines()
    assert not [line for line in lines if mine in line]


def test_guest_cannot_damage_the_disk_image(own_machine: Antbed, kernel: str) -> None:
    image = image_of(kernel)

    def state() -> tuple[int, bytes]:
        digest = subprocess.run(["sha256sum", str(image)], capture_output=True, check=True).stdout
        return image.stat().st_mtime_ns, digest

    before = state()
    own_machine.up()
    own_machine.linux("dd if=/dev/zero of=/dev/vda bs=1M count=4 conv=fsync 2>/dev/null; sync")
    own_machine.down()
    assert state() == before


def test_a_full_disk_of_this_computer_pauses_the_machine(own_machine: Antbed, tmp_path: Path) -> None:
    """What the guest writes to its disk has no space: one line soon, and with space it goes on where it was."""
    if backends.CHOSEN != "qemu":
        pytest.skip("libvirt's overlay is in the machine's run directory")
    small = tmp_path / "small"
    small.mkdir()
    mount = f"mount -t tmpfs -o size=8m tmpfs {small}"
    if subprocess.run(["unshare", "-Umr", "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("this computer's kernel allows no file system of one's own (unshare -Um)")
    qemu = tmp_path / "qemu"
    start = f"{mount} && TMPDIR={small} exec qemu-system-x86_64 \"$@\""
    qemu.write_text(f"#!/bin/sh\nexec unshare -Umr sh -c '{start}' sh \"$@\"\n", encoding="utf-8")
    qemu.chmod(0o755)
    own_machine.environment["ANTBED_QEMU"] = str(qemu)
    own_machine.up()
    write = "dd if=/dev/zero of=/root/large bs=1M count=24 2>/dev/null && sync && rm /root/large"
    result = own_machine.call("exec", "--on", "linux", "--timeout", "200", "--", write)
    why = "no space is left on this computer for what it writes to its disks (free some)"
    assert result.status == 125 and len(result.errors.splitlines()) == 1, result
    assert f"is paused: {why}; ./antbed up --name {own_machine.name} lets it go on" in result.errors
    state = own_machine.state()
    assert state["phase"] == "paused" and why in state["paused"]
    assert "is paused again at once: no space" in own_machine.up(status=125).errors
    inside = ["nsenter", "--preserve-credentials", "-U", "-m", "-t", str(state["pid"])]
    subprocess.run([*inside, "mount", "-o", "remount,size=256m", str(small)], check=True)
    assert "it goes on" in own_machine.up().text
    assert own_machine.ant("echo", "works") == "works\n"
    # The one before cannot be ended while its disk is being written to, which goes on now.
    assert eventually(lambda: own_machine.exec("linux", write).status == 0, seconds=300)


def test_a_stopped_machine_is_said_so_and_goes_on(own_machine: Antbed) -> None:
    """QMP's stop, as virsh suspend: no command waits for its time limit in silence."""
    own_machine.up()
    instance = Instance.find(own_machine.name)
    assert instance
    with instance.qmp() as qmp:
        qmp.execute("stop")
    for system in ("ant", "linux"):
        result = own_machine.exec(system, "echo works", timeout=200)
        assert result.status == 125 and "is paused: it was stopped from outside" in result.errors, result
    assert own_machine.state()["phase"] == "paused"
    assert "it goes on" in own_machine.up().text
    assert own_machine.ant("echo", "works") == own_machine.linux("echo works") == "works\n"
    with instance.qmp() as qmp:
        qmp.execute("stop")
    assert own_machine.down().status == 0 and own_machine.call("status").status == 3


def test_linuxs_command_line_arrives_whole(own_machine: Antbed, tmp_path_factory: Factory) -> None:
    """As long as may be, with AnT's words at its end, and with quotes: init has the words that Linux does not know."""
    words = "alone=1 quoted=\\\"two words; $x\\\" filler="
    used = len("BOOT_IMAGE=/boot/vmlinuz " + " ".join(load(variant(tmp_path_factory, "used", words)).linux_words([])))
    words += "x" * (LINUX_LINE_BYTES - ACCELERATORS_BYTES - used)
    own_machine.up("--profile", variant(tmp_path_factory, "long", words))
    line = own_machine.linux("cat", "/proc/cmdline")
    assert LINUX_LINE_BYTES - ACCELERATORS_BYTES <= len(line.strip()) <= LINUX_LINE_BYTES
    assert line.endswith(" ant.pci=1234:11e8\n") and "\\" not in line
    environment = own_machine.linux("tr '\\0' '\\n' </proc/1/environ").splitlines()
    assert {"alone=1", "quoted=two words; $x"} <= set(environment)
