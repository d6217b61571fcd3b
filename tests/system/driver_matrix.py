# SPDX-License-Identifier: GPL-2.0-only
"""The rows of docs/file-systems-and-drivers.md: what Linux drives in the machine `devices`, and where AnT finds it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from testbed.describe.description import load
from testbed.paths import ROOT

PAGE = ROOT / "docs" / "file-systems-and-drivers.md"
IMAGES = ROOT / "build" / "devices"
YES, READ_ONLY = "yes", "no: EROFS"
# Linux 3.0.8's names for what is a driver of its own today.
_OLD_DRIVERS = {"ehci-pci": "ehci_hcd", "ohci-pci": "ohci_hcd"}


@dataclass(frozen=True)
class Row:
    name: str
    what: str  # the file system, or the kind of device
    device: str  # QEMU's; empty for what is in Linux's memory
    drivers: str  # Linux's, from the device file to the bus
    path: str  # where AnT finds it: a directory, or the device file itself
    before: str = ""  # commands on Linux, after those of the rows above
    node: str = ""  # in /sys/class: whose drivers they are
    read: str = YES
    write: str = YES
    missing: dict[str, str] = field(default_factory=dict)  # by kernel: why it is not there

    @property
    def is_image(self) -> bool:
        """Made by images/devices.sh: the files on it are known."""
        return (IMAGES / "files" / self.name).is_dir()

    def file(self, name: str) -> Path:
        """What is in the file of that name, as the host has it."""
        return IMAGES / "files" / self.name / name

    def drivers_of(self, kernel: str) -> list[str]:
        names = self.drivers.split(", ")
        return [_OLD_DRIVERS.get(name, name) for name in names] if kernel.startswith("3.") else names

    def disk(self) -> str:
        """QEMU's name of the disk."""
        images = [Path(disk.image).name for disk in load("devices").disks]
        return f"disk{images.index(f'{self.name}.img')}"

    def cells(self, kernels: list[str]) -> list[str]:
        """Its line in the page's table."""
        seen = [self.missing.get(kernel, YES) for kernel in kernels]
        code = [f"`{text}`" if text else "" for text in (self.device, self.drivers, self.path)]
        return [self.what, *code, self.read, self.write, *seen]


ROWS = (
    Row(
        "virtio",
        "ext4",
        "virtio-blk-pci",
        "virtio_blk, virtio-pci",
        "/mnt/virtio",
        "mount -t ext4 /dev/vdb /mnt/virtio",
        "block/vdb",
    ),
    Row(
        "ahci",
        "ext4",
        "ide-hd",
        "sd, ahci",
        "/mnt/ahci",
        "mount -t ext4 /dev/sda /mnt/ahci",
        "block/sda",
    ),
    Row(
        "cd",
        "iso9660",
        "ide-cd",
        "sr, ahci",
        "/mnt/cd",
        "mount -t iso9660 -r /dev/sr0 /mnt/cd",
        "block/sr0",
        write=READ_ONLY,
    ),
    Row(
        "usb",
        "vfat",
        "usb-storage",
        "sd, usb-storage, usb, ehci-pci",
        "/mnt/usb",
        "mount -t vfat /dev/sdb /mnt/usb",
        "block/sdb",
    ),
    Row(
        "sd",
        "vfat",
        "sd-card",
        "mmcblk, sdhci-pci",
        "/mnt/sd",
        "mount -t vfat /dev/mmcblk0 /mnt/sd",
        "block/mmcblk0",
    ),
    Row(
        "nvme",
        "ext4",
        "nvme",
        "nvme",
        "/mnt/nvme",
        "mount -t ext4 /dev/nvme0n1 /mnt/nvme",
        "block/nvme0n1",
        missing={"3.0.8": "no driver: NVMe came with 3.3"},
    ),
    Row(
        "loop",
        "vfat in a file of the first",
        "",
        "loop",
        "/mnt/loop",
        "mount -t vfat -o loop /mnt/virtio/loop.img /mnt/loop",
    ),
    Row(
        "mapped",
        "ext4, its halves exchanged",
        "virtio-blk-pci",
        "device-mapper",
        "/mnt/mapped",
        "printf '0 12288 linear /dev/vdc 12288\\n12288 12288 linear /dev/vdc 0\\n' | dm-create mapped\n"
        "mount -t ext4 /dev/mapper/mapped /mnt/mapped",
    ),
    Row("9p", "9p: the host's directory", "virtio-9p-pci", "9pnet_virtio", "/host"),
    Row("tmpfs", "tmpfs", "", "", "/mnt/tmpfs", "mount -t tmpfs none /mnt/tmpfs"),
    Row("proc", "proc", "", "", "/proc"),
    Row("sysfs", "sysfs", "", "", "/sys"),
    Row("raw", "a disk's bytes", "ide-cd", "sr, ahci", "/dev/sr0", node="block/sr0", write=READ_ONLY),
    Row(
        "serial",
        "serial port",
        "usb-serial",
        "ftdi_sio, usb, ohci-pci",
        "/dev/ttyUSB0",
        "stty -F /dev/ttyUSB0 -echo -onlcr",
        "tty/ttyUSB0",
    ),
    Row(
        "console",
        "serial port",
        "isa-serial",
        "serial8250",
        "/dev/ttyS0",
        node="tty/ttyS0",
        read="no: Linux's shell does",
    ),
    Row("random", "random numbers", "", "random", "/dev/urandom"),
)


def by_name(name: str) -> Row:
    return next(row for row in ROWS if row.name == name)


def page_table() -> tuple[list[str], list[list[str]]]:
    """The page's table: the kernels in its head, and its lines."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    kernels = [found[1] for cell in cells[0] if (found := re.fullmatch(r"Linux (\d+\.\S+)", cell))]
    return kernels, cells[2:]


def page_commands() -> list[str]:
    """The commands of the page's block for Linux, one a line."""
    (block,) = re.findall(r"^```sh linux\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for line in block.splitlines() if line]
