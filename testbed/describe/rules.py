# SPDX-License-Identifier: GPL-2.0-only
"""The sense of a machine description: what overlaps, is missing or cannot work is refused by line."""

from __future__ import annotations

from .. import contract
from ..paths import ROOT
from .machine import (
    ACCELERATORS_BYTES, AHCI_PORTS, DISK_BUSES, FIRMWARE_TABLES, LINUX_LINE_BYTES, LOADERS_WORDS, LOW_MEMORY_SPLIT,
    MOST_PROXIES, SERIAL_BUSES, Ant, Machine, size_text,
)
from .source import Source

_LARGE_PAGE = 2 << 20  # AnT's kernel maps its region with 2 MiB pages
_FRAMES_AT_LEAST = 32 << 20  # RAM disk, page tables and processes of AnT
_LINUX_AT_LEAST = 256 << 20
_USERS = ROOT / "images" / "rootfs" / "etc" / "passwd"


def check(machine: Machine, source: Source) -> None:
    _cores(machine, source)
    _memory(machine, source)
    _region(machine.ant, source)
    _pci(machine, source)
    _disks(machine, source)
    _rest(machine, source)


def _cores(machine: Machine, source: Source) -> None:
    if not 2 <= machine.cores <= contract.max_cores():
        source.refuse("machine.cores", f"{machine.cores} is not within 2..{contract.max_cores()}")
        return
    for name, cores in (("linux", machine.linux.cores), ("ant", machine.ant.cores)):
        key = f"{name}.cores"
        if not cores:
            source.refuse(key, f"{name} has no cores")
        for core in sorted(set(cores)):
            if core >= machine.cores:
                source.refuse(key, f"core {core} is outside the machine (cores 0..{machine.cores - 1})")
            if cores.count(core) > 1:
                source.refuse(key, f"core {core} is given twice")
    for core in sorted(set(machine.linux.cores) & set(machine.ant.cores)):
        source.refuse("ant.cores", f"core {core} is Linux's already (linux.cores)")
    if machine.linux.cores and machine.linux.cores != tuple(range(len(machine.linux.cores))):
        source.refuse("linux.cores", "must be 0, 1, ... in order: Linux boots on core 0 and nr_cpus= counts up")


def _memory(machine: Machine, source: Source) -> None:
    ant = machine.ant
    if machine.memory % (1 << 20):
        source.refuse("machine.memory", "is no whole number of MiB")
    if ant.end > machine.low_memory:
        least = ant.end + FIRMWARE_TABLES
        beyond = f"AnT's region ends at {ant.end:#x}, beyond the machine's memory below 4 GiB"
        ends = f"which ends at {machine.low_memory:#x} (the firmware has the rest)"
        if machine.memory < least < LOW_MEMORY_SPLIT:
            source.refuse("machine.memory", f"{beyond}, {ends}: give it at least {size_text(least)}")
        else:
            source.refuse("ant.size", f"{beyond}, {ends}")
    elif machine.memory - ant.size < _LINUX_AT_LEAST:
        left = size_text(machine.memory - ant.size)
        source.refuse("ant.size", f"leaves Linux {left}; it needs {size_text(_LINUX_AT_LEAST)}")


def _region(ant: Ant, source: Source) -> None:
    base = contract.region_base()
    if ant.base != base:
        source.refuse(
            "ant.base",
            f"{ant.base:#x} is not where AnT is linked: {base:#x}"
            " (ANTLINUX_REGION_BASE in include/antlinux/table.h)",
        )
    for key, value in (("ant.size", ant.size), ("ant.ica", ant.ica)):
        if value == 0 or value % _LARGE_PAGE:
            source.refuse(key, f"{size_text(value)} is no multiple of {size_text(_LARGE_PAGE)}, AnT's large page")
    needed = contract.ramdisk_offset() + _FRAMES_AT_LEAST + ant.ica
    if ant.size < needed:
        source.refuse(
            "ant.size",
            f"{size_text(ant.size)} is too small: kernel, RAM disk and frames need"
            f" {size_text(needed - ant.ica)}, the ICA {size_text(ant.ica)}",
        )
    if not 1 <= ant.depth <= contract.max_depth() or ant.depth & (ant.depth - 1):
        source.refuse("ant.depth", f"{ant.depth} is no power of two within 1..{contract.max_depth()}")


def _pci(machine: Machine, source: Source) -> None:
    present = [device.pci_id for device in machine.devices]
    for index, device in enumerate(machine.devices):
        if device.pci_id in present[:index]:
            source.refuse(f"device[{index}].id", f"{device.pci_id} is given twice; an owner is named by its id")
    for index, pci_id in enumerate(machine.ant.pci):
        if pci_id in machine.ant.pci[:index]:
            source.refuse("ant.pci", f"{pci_id} is given twice")
        if pci_id not in present:
            source.refuse("ant.pci", f"{pci_id} is no [[device]] of this machine")


def _disks(machine: Machine, source: Source) -> None:
    if not machine.disks:
        source.refuse("disk", "there is no [[disk]] to boot from")
    for index, disk in enumerate(machine.disks):
        if disk.bus not in DISK_BUSES:
            source.refuse(f"disk[{index}].bus", f"{disk.bus!r} is unknown; known: {', '.join(DISK_BUSES)}")
        elif index == 0 and disk.bus != "virtio":
            source.refuse("disk[0].bus", 'the first disk is the one to boot from: "virtio" (Linux: root=/dev/vda1)')
    on_ahci = [index for index, disk in enumerate(machine.disks) if disk.bus in ("ahci", "cdrom")]
    for index in on_ahci[AHCI_PORTS:]:
        source.refuse(f"disk[{index}].bus", f"the board's AHCI controller has only {AHCI_PORTS} ports (ahci, cdrom)")


def _rest(machine: Machine, source: Source) -> None:
    if machine.linux.serial and machine.linux.serial not in SERIAL_BUSES:
        known = ", ".join(SERIAL_BUSES)
        source.refuse("linux.serial", f"{machine.linux.serial!r} is unknown; known: {known}")
    users = [line.partition(":")[0] for line in _USERS.read_text(encoding="utf-8").splitlines()]
    if machine.linux.user not in users:
        source.refuse("linux.user", f"{machine.linux.user!r} is no user of Linux's; known: {', '.join(users)}")
    if not 1 <= machine.linux.proxies <= MOST_PROXIES:
        source.refuse("linux.proxies", f"{machine.linux.proxies} is not within 1..{MOST_PROXIES}")
    _command_lines(machine, source)


def _command_lines(machine: Machine, source: Source) -> None:
    own = {"linux.command_line": machine.linux.command_line, "ant.command_line": machine.ant.command_line}
    for key, words in own.items():
        if not words.isprintable():
            source.refuse(key, "has characters that no command line can carry")
    if "'" in machine.linux.command_line or "\\" in machine.linux.command_line:
        source.refuse("linux.command_line", "has ' or \\, which GRUB does not hand on as they are")
    if machine.linux.command_line.count('"') % 2:
        source.refuse("linux.command_line", "a double quote is not closed")
    if set("'\"\\") & set(machine.ant.command_line):
        source.refuse("ant.command_line", "AnT's command line has no quotes: its words have no blanks")
    line = LOADERS_WORDS + " ".join(machine.linux_words([]))
    size = len(line.encode()) + ACCELERATORS_BYTES
    if size > LINUX_LINE_BYTES:
        source.refuse(
            max(own, key=lambda key: len(own[key])),
            f"Linux's command line, AnT's words at its end, is {size - LINUX_LINE_BYTES} bytes too long:"
            f" Linux reads {LINUX_LINE_BYTES}",
        )
