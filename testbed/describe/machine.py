# SPDX-License-Identifier: GPL-2.0-only
"""The machine of one description, and what each OS is told about it on its command line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..paths import ROOT

# Facts of QEMU's q35 board, not choices.
ECAM_BASE = 0xB0000000  # PCI configuration space, memory-mapped
LOW_MEMORY_LIMIT = 0x80000000  # RAM below 4 GiB ends here ...
LOW_MEMORY_SPLIT = 0xB0000000  # ... when there is this much or more
FIRMWARE_TABLES = 4 << 20  # the end of RAM below 4 GiB, where the firmware keeps its tables (less than this)
LAPIC_KHZ = 1_000_000  # QEMU's local APIC timers count at 1 GHz

DEBUG_EXIT_PORT = 0xF4
LINUX_LINE_BYTES = 2047  # of its command line that Linux reads (COMMAND_LINE_SIZE on x86, without the closing NUL)
LOADERS_WORDS = "BOOT_IMAGE=/boot/vmlinuz "  # which GRUB puts in front
ACCELERATORS_BYTES = 64  # for words that depend on the accelerator (run/accel.py), at most
MOST_PROXIES = 4096  # that the parent process takes (userland/parent/main.cpp)

# What a disk may be attached by, and a serial port of Linux's beside its console.
DISK_BUSES = ("virtio", "ahci", "cdrom", "usb", "sd", "nvme")
SERIAL_BUSES = ("usb",)
AHCI_PORTS = 6  # of the board's own AHCI controller, for "ahci" and "cdrom"
# Where Linux finds the drivers for all but virtio: modules, on a disk that such a machine has besides its own.
DRIVERS = "build/devices/drivers-{kernel}.img"


@dataclass(frozen=True)
class Linux:
    cores: tuple[int, ...]
    command_line: str = ""  # further words
    serial: str = ""  # one of SERIAL_BUSES: a serial port for its programs; its other end is a socket of the testbed's
    user: str = "ant"  # who AnT's processes are: a user of images/rootfs/etc/passwd
    proxies: int = 256  # of them that may be kept at a time


@dataclass(frozen=True)
class Ant:
    cores: tuple[int, ...]  # the first runs the m-kernel
    base: int
    size: int
    ica: int
    depth: int
    pci: tuple[str, ...] = ()
    command_line: str = ""  # further words, "x=y"

    @property
    def end(self) -> int:
        return self.base + self.size


@dataclass(frozen=True)
class Device:
    model: str  # QEMU's name for it, and properties behind commas
    pci_id: str


@dataclass(frozen=True)
class Disk:
    image: str  # below the source tree; {kernel} is the Linux version
    bus: str = "virtio"  # one of DISK_BUSES

    def path(self, kernel: str) -> Path:
        return ROOT / self.image.replace("{kernel}", kernel)


@dataclass(frozen=True)
class Machine:
    name: str
    memory: int
    cores: int
    linux: Linux
    ant: Ant
    devices: tuple[Device, ...]
    disks: tuple[Disk, ...]

    @property
    def needs_drivers(self) -> bool:
        """Whether it has what Linux drives by modules."""
        return bool(self.linux.serial) or any(disk.bus != "virtio" for disk in self.disks)

    @property
    def low_memory(self) -> int:
        """Where RAM below 4 GiB that an operating system may have ends."""
        end = LOW_MEMORY_LIMIT if self.memory >= LOW_MEMORY_SPLIT else self.memory
        return end - FIRMWARE_TABLES

    @property
    def starts_ant(self) -> bool:
        """Whether Linux starts AnT by itself, or leaves it to somebody at its console."""
        return "autostart=0" not in self.ant.command_line.split()

    def ant_words(self) -> list[str]:
        """AnT's command line, as far as Mint does not know it better (cores, frequencies)."""
        ant = self.ant
        words = [f"depth={ant.depth}", f"ica={size_text(ant.ica)}", f"ecam={ECAM_BASE:#x}"]
        words.append(f"debug_exit={DEBUG_EXIT_PORT:#x}")
        if ant.pci:
            words.append(f"pci={','.join(ant.pci)}")
        return words + ant.command_line.split()

    def linux_words(self, accelerator_words: list[str]) -> list[str]:
        """Linux's command line; AnT's words travel in it as ant.X=Y (the start script takes them out)."""
        ant = self.ant
        words = ["root=/dev/vda1", "rw", "console=ttyS0", f"nr_cpus={len(self.linux.cores)}"]
        # On several cores Linux would interrupt "all others" by a broadcast, which reaches AnT's cores as well.
        if len(self.linux.cores) > 1:
            words.append("no_ipi_broadcast=1")
        words.append("8250.nr_uarts=1")  # the other serial ports are AnT's
        words.append(f"mint_mem={size_text(ant.size)}@{size_text(ant.base)}")
        words.append(f"mint_cores={','.join(map(str, ant.cores))}")
        if ant.pci:
            words.append(f"mint_pci_hide={','.join(ant.pci)}")
        # Linux expects some timer interrupts within so many ticks of the time stamp counter. On a busy host QEMU brings
        # too few, and it gives up: "IO-APIC + timer doesn't work".
        words.append("no_timer_check")
        words += [f"lapic_khz={LAPIC_KHZ}", "panic=1", *accelerator_words]
        # Linux's start scripts make options of the service out of these.
        words += [f"ant-parent.user={self.linux.user}", f"ant-parent.proxies={self.linux.proxies}"]
        # As Linux takes it apart: a blank between double quotes belongs to the word.
        words += re.findall(r'(?:[^\s"]|"[^"]*")+', self.linux.command_line)
        words += [f"ant.{word}" for word in self.ant_words()]
        return words


def size_text(size: int) -> str:
    """Bytes as the shortest of 2G, 512M, 4K."""
    for unit, letter in ((1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K")):
        if size and size % unit == 0:
            return f"{size // unit}{letter}"
    return str(size)
