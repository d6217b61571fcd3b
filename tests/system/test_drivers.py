# SPDX-License-Identifier: GPL-2.0-only
"""Every file system and driver by one adaptation: docs/file-systems-and-drivers.md, line by line."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import subprocess
import time
from operator import attrgetter
from pathlib import Path

import pytest

from antbed_runner import ROOT, Antbed
from driver_matrix import IMAGES, READ_ONLY, ROWS, YES, Row, by_name, page_commands, page_table
from guest import eventually, meanwhile
from testbed.describe.description import load
from testbed.describe.kernel import known
from testbed.run.instance import Instance
from testbed.run.rundir import SERIAL_LINUX, RunDirectory

TEXT = "AnT was here."
IMAGE_ROWS = [row for row in ROWS if row.device and row.path.startswith("/mnt/")] + [by_name("loop")]
WRITABLE = [row for row in IMAGE_ROWS if row.write == YES]
ON_A_DISK = [row for row in WRITABLE if row.name != "loop"]


def names(rows: list[Row]) -> list[str]:
    return [row.name for row in rows]


@pytest.fixture(scope="module")
def machine_of_all(devices_machine: Antbed, kernel: str) -> Antbed:
    """With everything mounted by the page's commands."""
    for command in [f"mkdir -p {row.path}" for row in ROWS if row.path.startswith("/mnt/")]:
        devices_machine.linux(command)
    for row in ROWS:
        if row.before and kernel not in row.missing:
            devices_machine.linux(row.before.replace("\n", " && "))
    return devices_machine


@pytest.fixture
def there(machine_of_all: Antbed, kernel: str, row: Row) -> Row:
    """The row, where this kernel has it."""
    if kernel in row.missing:
        pytest.skip(row.missing[kernel])
    return row


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# The page


def test_page_shows_this_matrix() -> None:
    kernels, lines = page_table()
    assert sorted(kernels) == sorted(known())
    assert lines == [row.cells(kernels) for row in ROWS]
    assert page_commands() == [line for row in ROWS for line in row.before.splitlines()]


def test_ant_knows_none_of_them() -> None:
    """Not a word about a file system or a driver in AnT's sources, and one image of AnT for all machines."""
    words = "ext4|vfat|iso9660|9p|tmpfs|procfs|sysfs|virtio|ahci|usb|ehci|ohci|ftdi|sdhci|mmc|nvme|mapper|urandom"
    found = subprocess.run(["grep", "-rniwE", words, "ant"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (1, "")
    devices, small = load("devices"), load("small")
    assert (devices.ant, devices.disks[0]) == (small.ant, small.disks[0])


def test_ant_is_the_same_file_as_in_every_machine(machine_of_all: Antbed, kernel: str) -> None:
    digests = machine_of_all.linux("sha256sum /boot/ant.bzImage /boot/ant.cpio").split()[::2]
    built = [ROOT / "build" / f"linux-{kernel}" / "ant.bzImage", ROOT / "build" / "ant" / "ant.cpio"]
    assert digests == [digest(path) for path in built]


# Linux's modules


def test_image_has_none_of_linuxs_modules(machine: Antbed) -> None:
    """The image that every machine boots from holds the testbed's own modules only, and loads no other."""
    assert machine.linux("ls /lib/modules").split() == ["antdisk.ko", "antlinux.ko"]
    assert [line.split()[0] for line in machine.linux("cat /proc/modules").splitlines()] == ["antlinux"]


def test_linux_has_loaded_all_its_modules(machine_of_all: Antbed) -> None:
    files = machine_of_all.linux("cd /lib/modules/$(uname -r) && ls *.ko").split()
    loaded = {line.split()[0] for line in machine_of_all.linux("cat /proc/modules").splitlines()}
    assert len(files) > 10
    assert loaded == {name.removesuffix(".ko").replace("-", "_") for name in files} | {"antlinux"}


# What Linux drives


@pytest.mark.parametrize("row", [row for row in ROWS if row.node], ids=attrgetter("name"))
def test_linux_drives_it_by_the_drivers_named(machine_of_all: Antbed, kernel: str, there: Row) -> None:
    """Up from the device: the drivers that are bound to it and to what it hangs on."""
    walk = (
        f"at=$(readlink -f /sys/class/{there.node}); "
        'while [ "$at" != /sys ]; do [ ! -e "$at/driver" ] || basename "$(readlink "$at/driver")"; at=${at%/*}; done'
    )
    drivers = list(dict.fromkeys(machine_of_all.linux(walk).split()))  # a hub's is another one's, too
    wanted = there.drivers_of(kernel)
    assert [driver for driver in drivers if driver in wanted] == wanted, drivers


# File systems


@pytest.mark.parametrize("row", IMAGE_ROWS, ids=attrgetter("name"))
def test_ant_reads_what_the_host_has_put_there(machine_of_all: Antbed, there: Row) -> None:
    path = there.path
    assert machine_of_all.ant(f"cat {path}/hello.txt") == there.file("hello.txt").read_text(encoding="utf-8")
    wanted = digest(there.file("numbers.txt"))
    assert machine_of_all.ant(f"sha256sum {path}/numbers.txt") == f"{wanted}  {path}/numbers.txt\n"
    listed = machine_of_all.ant(f"ls {path}").split()
    assert set(listed) - {"lost+found"} == {file.name for file in there.file("").iterdir()}
    size = there.file("numbers.txt").stat().st_size
    assert str(size) in machine_of_all.ant(f"stat {path}/numbers.txt").replace("=", " ").split()


@pytest.mark.parametrize("row", WRITABLE, ids=attrgetter("name"))
def test_linux_sees_what_ant_writes(machine_of_all: Antbed, there: Row) -> None:
    path = there.path
    machine_of_all.ant(f"mkdir {path}/made; write {path}/made/text {TEXT}; cp {path}/numbers.txt {path}/made/copy")
    machine_of_all.linux("drop-caches")  # what is read now comes from the device
    assert machine_of_all.linux(f"cat {path}/made/text") == TEXT + "\n"
    wanted = digest(there.file("numbers.txt"))
    assert machine_of_all.linux(f"sha256sum {path}/made/copy").split()[0] == wanted
    assert machine_of_all.ant(f"sha256sum {path}/made/copy").split()[0] == wanted


@pytest.mark.parametrize("row", IMAGE_ROWS, ids=attrgetter("name"))
def test_errors_are_linuxs_own(machine_of_all: Antbed, there: Row) -> None:
    path = there.path
    assert machine_of_all.ant_fails(f"cat {path}/nope") == f"cat: {path}/nope: No such file or directory\n"
    assert machine_of_all.ant_fails(f"cat {path}/hello.txt/x") == f"cat: {path}/hello.txt/x: Not a directory\n"
    if there.write == READ_ONLY:
        assert machine_of_all.ant_fails(f"write {path}/new x") == f"write: {path}/new: Read-only file system\n"
        said = machine_of_all.ant_fails(f"rm {path}/hello.txt")
        assert said == f"rm: cannot remove '{path}/hello.txt': Read-only file system\n"


@pytest.mark.parametrize("row", [by_name("usb")], ids=attrgetter("name"))
def test_full_disk_is_told(machine_of_all: Antbed, there: Row) -> None:
    full = f"{there.path}/full"
    assert machine_of_all.ant_fails(f"cp /dev/zero {full}") == f"cp: error writing '{full}': No space left on device\n"
    assert int(machine_of_all.linux(f"stat -c %s {full}")) > 7 << 20
    machine_of_all.ant(f"rm {full}; write {there.path}/again {TEXT}")
    assert machine_of_all.linux(f"cat {there.path}/again") == TEXT + "\n"


def copy_of_disk(machine: Antbed, disk: str, image: Path) -> None:
    """The disk's bytes as QEMU has them: what the guest writes does not reach the image file."""
    instance = Instance.find(machine.name)
    assert instance
    with instance.qmp() as qmp:
        # Under libvirt a virtio disk has no such name, but an overlay that has.
        drives = [one for one in qmp.execute("query-block") if one.get("inserted")]
        (drive,) = [one for one in drives if disk in (one["device"], Path(one["inserted"]["file"]).stem)]
        image.write_bytes(b"")
        os.truncate(image, drive["inserted"]["image"]["virtual-size"])
        # Not drive-backup: QEMU opens its target as it has opened the disk, as a temporary file, and removes it.
        qmp.execute("blockdev-add", **{"node-name": "copy", "driver": "file", "filename": str(image)})
        node = drive["inserted"]["node-name"]
        qmp.execute("blockdev-backup", **{"job-id": "copying", "device": node, "target": "copy", "sync": "full"})
        assert eventually(lambda: not qmp.execute("query-block-jobs"))
        qmp.execute("blockdev-del", **{"node-name": "copy"})


def read_image(row: Row, image: Path, name: str) -> bytes:
    """A file on an image, by the host's own tools."""
    if row.what == "vfat":
        argv = ["mtype", "-i", str(image), f"::/{name}"]
    else:
        argv = ["/usr/sbin/debugfs", "-R", f"cat /{name}", str(image)]
    return subprocess.run(argv, capture_output=True, check=True).stdout


@pytest.mark.parametrize("row", ON_A_DISK, ids=attrgetter("name"))
def test_host_sees_what_ant_writes(machine_of_all: Antbed, there: Row, tmp_path: Path) -> None:
    """Beyond both operating systems: the disk taken out, and read on another computer."""
    image = tmp_path / "disk.img"
    machine_of_all.ant(f"write {there.path}/for-host {TEXT}; cp {there.path}/numbers.txt {there.path}/for-host2")
    mounted_on_it = ["/mnt/loop"] if there.name == "virtio" else []
    for path in [*mounted_on_it, there.path]:
        machine_of_all.linux(f"umount {path}")
    copy_of_disk(machine_of_all, there.disk(), image)
    for row in [there, by_name("loop")] if mounted_on_it else [there]:
        machine_of_all.linux(row.before.splitlines()[-1])  # the mount
    if there.name == "mapped":
        content = image.read_bytes()
        image.write_bytes(content[len(content) // 2 :] + content[: len(content) // 2])
    assert read_image(there, image, "for-host") == f"{TEXT}\n".encode()
    assert read_image(there, image, "for-host2") == there.file("numbers.txt").read_bytes()


def test_mapped_disk_is_none_without_the_mapper(machine_of_all: Antbed) -> None:
    result = machine_of_all.exec("linux", "mount -t ext4 -r /dev/vdc /tmp")
    assert result.status != 0 and result.errors, str(result)


# File systems without a disk


def test_9p_is_the_hosts_directory(machine_of_all: Antbed, share: Path) -> None:
    (share / "for-ant").write_text("to AnT\n", encoding="utf-8")
    assert machine_of_all.ant("cat /host/for-ant") == "to AnT\n"
    machine_of_all.ant("write /host/from-ant to the host; cp /host/for-ant /host/copy")
    assert (share / "from-ant").read_text(encoding="utf-8") == "to the host\n"
    assert (share / "copy").read_bytes() == b"to AnT\n"
    assert machine_of_all.ant_fails("cat /host/nope") == "cat: /host/nope: No such file or directory\n"


def test_tmpfs_is_linuxs_memory(machine_of_all: Antbed) -> None:
    machine_of_all.linux("seq 1 100000 >/mnt/tmpfs/numbers")
    wanted = machine_of_all.linux("sha256sum /mnt/tmpfs/numbers")
    assert machine_of_all.ant("sha256sum /mnt/tmpfs/numbers") == wanted
    machine_of_all.ant("cp /mnt/tmpfs/numbers /mnt/tmpfs/copy")
    assert machine_of_all.linux("sha256sum /mnt/tmpfs/copy").split()[0] == wanted.split()[0]


def test_proc_tells_and_takes(machine_of_all: Antbed, kernel: str) -> None:
    assert machine_of_all.ant("cat /proc/version").startswith(f"Linux version {kernel.removesuffix('-debug')}")
    before = machine_of_all.ant("cat /proc/sys/kernel/hostname").strip()
    machine_of_all.ant("write /proc/sys/kernel/hostname named-by-ant")
    assert machine_of_all.linux("hostname") == "named-by-ant\n"
    machine_of_all.ant(f"write /proc/sys/kernel/hostname {before}")
    assert machine_of_all.ant_fails("write /proc/version x") == "write: /proc/version: Input/output error\n"


def test_sysfs_tells_and_takes(machine_of_all: Antbed) -> None:
    assert machine_of_all.ant("cat /sys/kernel/mint/region") == "0x40000000-0x5fffffff\n"
    ahead = "/sys/block/sda/queue/read_ahead_kb"
    machine_of_all.ant(f"write {ahead} 64")
    assert machine_of_all.linux(f"cat {ahead}") == "64\n"
    scheduler = "/sys/block/sda/queue/scheduler"
    assert machine_of_all.ant_fails(f"write {scheduler} nonsense") == f"write: {scheduler}: Invalid argument\n"


# Devices


def test_a_disks_bytes(machine_of_all: Antbed) -> None:
    assert machine_of_all.ant("sha256sum /dev/sr0").split()[0] == digest(IMAGES / "cd.img")
    # At the end of the first 32 KiB, which are empty: the volume descriptor's mark.
    assert "|.CD001..|" in machine_of_all.ant("hexdump -s 32768 -n 8 /dev/sr0")
    assert machine_of_all.ant_fails("write /dev/sr0 x") == "write: /dev/sr0: Read-only file system\n"


def test_random_numbers_are_never_the_same(machine_of_all: Antbed) -> None:
    read = "hexdump -n 16 /dev/urandom"
    first, second = machine_of_all.ant(read), machine_of_all.ant(read)
    for text in (first, second):
        assert re.fullmatch(r"00000000  ([0-9a-f]{2} +){16} *\|.{16}\|\n00000010\n", text), text
    assert first != second
    machine_of_all.ant("write /dev/urandom something to stir in")


def test_serial_port_in_both_directions(machine_of_all: Antbed) -> None:
    """The cable's other end is a socket of the host's."""
    port = by_name("serial").path
    # Somebody has the port open, so that what comes before `cat` waits for it.
    machine_of_all.linux(f"sleep 1000 <{port} & echo $! >/tmp/holder")
    with socket.socket(socket.AF_UNIX) as cable:
        cable.settimeout(120)
        cable.connect(str(RunDirectory.named(machine_of_all.name).socket(SERIAL_LINUX)))
        machine_of_all.ant(f"write {port} from AnT")
        received = b""
        while not received.endswith(b"\n"):
            received += cable.recv(100)
        assert received == b"from AnT\n"
        # As at a terminal, Ctrl-D ends the input.
        with meanwhile(machine_of_all, f"cat {port}") as results:
            cable.sendall(b"from the host\n\x04")
    assert results[0].text == "from the host\n"
    machine_of_all.linux("kill $(cat /tmp/holder)")


def test_linuxs_console_is_a_serial_port_too(machine_of_all: Antbed) -> None:
    mark = f"AnT writes at {time.monotonic_ns()}"
    machine_of_all.ant(f"write {by_name('console').path} {mark}")
    assert eventually(lambda: mark in machine_of_all.log("linux"))


# Last, since a machine of its own ends the one of all tests above.


def test_up_builds_the_modules_that_are_missing(own_machine: Antbed, kernel: str) -> None:
    """As after make image, which builds none: the first ./antbed up --profile devices makes them."""
    disk = ROOT / "build" / "devices" / f"drivers-{kernel}.img"
    disk.unlink(missing_ok=True)
    own_machine.boot_words.remove("--no-build")
    result = own_machine.up("--profile", "devices")
    assert f"Linux {kernel}: drivers as modules: " in result.errors, str(result)
    assert disk.is_file()
    assert own_machine.ant("cat /sys/class/block/sda/device/vendor").strip() == "ATA"
