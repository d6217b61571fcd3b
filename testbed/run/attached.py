# SPDX-License-Identifier: GPL-2.0-only
"""QEMU's devices for the disks of a description, each on its bus, and for a further serial port."""

from __future__ import annotations

from collections.abc import Sequence

from ..describe.machine import Disk

# Which of the devices below have a slot of their own on the PCI bus; QEMU chooses it.
ON_PCI = ("usb-ehci", "pci-ohci", "sdhci-pci", "nvme")


def escape(value: str) -> str:
    """A value inside a QEMU option: a comma would end it, a doubled one does not."""
    return value.replace(",", ",,")


def disks(machine_disks: Sequence[Disk], kernel: str, left_out: str = "") -> list[str]:
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


def usb_serial(chardev: str) -> list[str]:
    """A USB serial adapter (FTDI's protocol). It is a full-speed device, which needs a USB 1 controller."""
    argv = ["-device", "pci-ohci,id=ohci"]
    # Without the word it is unplugged for as long as nobody is at the other end.
    return [*argv, "-device", f"usb-serial,chardev={chardev},bus=ohci.0,always-plugged=on"]
