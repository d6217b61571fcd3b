# SPDX-License-Identifier: GPL-2.0-only
"""QEMU's command line for a machine."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import contract
from ..describe.machine import DEBUG_EXIT_PORT, Disk, Machine
from ..paths import QEMU
from .accel import Accelerator
from .rundir import CONTROL_ANT, CONTROL_LINUX, CONSOLE_ANT, CONSOLE_LINUX, QMP, SERIAL_LINUX, RunDirectory

# The PC's first three serial ports: I/O port and interrupt line. The third one shares line 4 with the first on a
# real PC; here it has a line of its own, so that Linux never hears of AnT's port.
SERIAL = ((CONSOLE_LINUX, "0x3f8", 4), (CONSOLE_ANT, "0x2f8", 3), (CONTROL_ANT, "0x3e8", 5))
# Which of the devices below have a slot of their own on the PCI bus; QEMU chooses it.
ON_PCI = ("usb-ehci", "pci-ohci", "sdhci-pci", "nvme")


@dataclass(frozen=True)
class Sealed:
    linux: Path
    initrd: Path


@dataclass(frozen=True)
class Boot:
    """One start of a machine."""

    machine: Machine
    kernel: str
    accelerator: Accelerator
    share: Path
    run: RunDirectory
    # Linux from this kernel and root file system in memory, without GRUB, disks, shared directory and control channel
    # of Linux's: then nothing of the host's time gets into an exact run.
    sealed: Sealed | None = None
    trace: tuple[str, ...] = ()  # QEMU's trace events, into the run directory's trace.log
    connect: str = ""  # libvirt's connection; none: QEMU is run directly


def command_line(boot: Boot) -> list[str]:
    machine, run = boot.machine, boot.run
    argv = [QEMU, "-name", f"antbed-{run.name}", "-nodefaults", "-no-user-config", "-display", "none"]
    argv += ["-M", "q35", *boot.accelerator.arguments]
    # One thread per core and one core per socket: a core's number is its local APIC id.
    argv += ["-smp", f"{machine.cores},sockets={machine.cores},cores=1,threads=1"]
    argv += ["-m", f"{machine.memory >> 20}M"]
    # The guest's reset ends the machine: whoever reboots has panicked or was told to.
    argv += ["-no-reboot", "-device", f"isa-debug-exit,iobase={DEBUG_EXIT_PORT:#x},iosize=4"]
    # Started halted: the testbed opens the channels first, so that it misses nothing.
    argv += ["-S", "-pidfile", str(run.file("qemu.pid"))]
    argv += ["-qmp", f"unix:{escape(str(run.socket(QMP)))},server=on,wait=off"]
    for event in boot.trace:
        argv += ["-trace", event]
    if boot.trace:
        argv += ["-D", str(run.log("trace"))]

    for index, (what, port, line) in enumerate(SERIAL):
        argv += ["-chardev", _chardev(run, what)]
        argv += ["-device", f"isa-serial,chardev={what},iobase={port},irq={line},index={index}"]
    devices = [word for device in machine.devices for word in ("-device", device.model)]
    if boot.sealed:
        argv += [*devices, "-kernel", str(boot.sealed.linux), "-initrd", str(boot.sealed.initrd)]
        return [*argv, "-append", " ".join(linux_words(boot))]

    argv += ["-chardev", _chardev(run, CONTROL_LINUX), "-device", "virtio-serial-pci"]
    argv += ["-device", f"virtserialport,chardev={CONTROL_LINUX},name={contract.control_port()}"]

    argv += disk_options(machine.disks, boot.kernel)
    share = escape(str(boot.share))
    argv += ["-fsdev", f"local,id=host,path={share},security_model=none,multidevs=remap"]
    argv += ["-device", "virtio-9p-pci,fsdev=host,mount_tag=host"]
    argv += [*further_serial(boot), *devices]

    # GRUB reads Linux's command line from where a PC has its serial number.
    argv += ["-smbios", f"type=1,serial={escape(words_for_grub(boot))}"]
    return argv


def linux_words(boot: Boot) -> list[str]:
    """Linux's command line in this start."""
    words = boot.machine.linux_words(list(boot.accelerator.linux_words))
    return [word.replace("root=/dev/vda1", "rdinit=/sbin/init") for word in words] if boot.sealed else words


def words_for_grub(boot: Boot) -> str:
    """The same for GRUB's own language, in which it reads them; it puts quotes around a word with blanks again."""
    return " ".join(shlex.quote(word.replace('"', "")) for word in linux_words(boot))


def further_serial(boot: Boot) -> list[str]:
    """Linux's serial port beyond the PC's, where the description has one."""
    if boot.machine.linux.serial != "usb":
        return []
    return ["-chardev", _chardev(boot.run, SERIAL_LINUX), *_usb_serial(SERIAL_LINUX)]


def _chardev(run: RunDirectory, what: str) -> str:
    path, log = escape(str(run.socket(what))), escape(str(run.log(what)))
    return f"socket,id={what},path={path},server=on,wait=off,logfile={log},logappend=off"


def ending(status: int) -> str:
    """What it means that QEMU ended with this status."""
    if status == contract.ant_panic_status():
        return f"AnT panicked (QEMU's status {status})"
    if status == contract.linux_panic_status():
        return f"Linux panicked (QEMU's status {status})"
    if status == 0:
        return "the machine was switched off or rebooted (QEMU's status 0)"
    if status > 128:
        return f"QEMU was killed by signal {status - 128}"
    return f"QEMU failed (status {status})"


def escape(value: str) -> str:
    """A value inside a QEMU option: a comma would end it, a doubled one does not."""
    return value.replace(",", ",,")


def disk_options(machine_disks: Sequence[Disk], kernel: str, left_out: str = "") -> list[str]:
    """The options for all disks: first what several of them share, then each in the description's order.

    `left_out`: the bus whose disks somebody else attaches.
    """
    argv: list[str] = []
    if any(disk.bus == "usb" for disk in machine_disks):
        argv += ["-device", "usb-ehci,id=ehci"]
    ahci_port = 0
    for index, disk in enumerate(machine_disks):
        if disk.bus == left_out:
            continue
        name = f"disk{index}"
        image = escape(str(disk.path(kernel)))
        # snapshot=on: what the guest writes goes to a temporary file that nobody else sees.
        argv += ["-drive", f"if=none,id={name},file={image},format=raw,snapshot=on"]
        if disk.bus in ("ahci", "cdrom"):
            model = "ide-hd" if disk.bus == "ahci" else "ide-cd"
            argv += ["-device", f"{model},drive={name},bus=ide.{ahci_port}"]  # the board's own controller
            ahci_port += 1
        elif disk.bus == "usb":
            argv += ["-device", f"usb-storage,drive={name},bus=ehci.0,removable=on"]
        elif disk.bus == "sd":
            # A host controller has one slot, and QEMU puts the card into the first that is free.
            argv += ["-device", "sdhci-pci", "-device", f"sd-card,drive={name}"]
        elif disk.bus == "nvme":
            argv += ["-device", f"nvme,drive={name},serial={name}"]
        else:
            # The firmware boots from the first, whatever else it finds.
            boot = ",bootindex=0" if index == 0 else ""
            argv += ["-device", f"virtio-blk-pci,drive={name}{boot}"]
    return argv


def _usb_serial(chardev: str) -> list[str]:
    """A USB serial adapter (FTDI's protocol). It is a full-speed device, which needs a USB 1 controller."""
    argv = ["-device", "pci-ohci,id=ohci"]
    # Without the word it is unplugged for as long as nobody is at the other end.
    return [*argv, "-device", f"usb-serial,chardev={chardev},bus=ohci.0,always-plugged=on"]
