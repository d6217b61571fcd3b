# SPDX-License-Identifier: GPL-2.0-only
"""libvirt's description of a machine, made of the same Boot as QEMU's command line (qemu.py)."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from xml.etree import ElementTree

from ... import contract
from ...describe.machine import DEBUG_EXIT_PORT, Disk
from ...paths import QEMU
from ..qemu import ON_PCI, SERIAL, Boot, disk_options, further_serial, linux_words, words_for_grub
from ..rundir import CONSOLE_ANT, CONSOLE_LINUX, CONTROL_LINUX
from .connection import LibvirtError, is_local, runs_as_us

OURS = "https://antlinux.invalid/run"  # namespace of our own note in a domain: whose it is
_QEMU = "http://libvirt.org/schemas/domain/qemu/1.0"
# What QEMU's arguments of an accelerator become; any other goes to QEMU as it is.
_KINDS = {"kvm": "kvm", "tcg": "qemu"}
_CPU_MODES = {"host": "host-passthrough", "max": "maximum"}
# Slots of devices on the root bus, where QEMU itself would put them; the first is the host bridge's.
_FIRST_SLOT = 2
_LIBVIRTS_BUS = "virtio"

ElementTree.register_namespace("qemu", _QEMU)
ElementTree.register_namespace("antbed", OURS)


class Node:
    """An XML element with shorter words to build it."""

    def __init__(self, element: ElementTree.Element) -> None:
        self.element = element

    def add(self, tag: str, text: str | None = None, **attributes: object) -> Node:
        made = ElementTree.SubElement(self.element, tag, {key: str(value) for key, value in attributes.items()})
        made.text = text
        return Node(made)


def domain_name(boot: Boot) -> str:
    return f"antbed-{boot.run.name}"


def overlay(boot: Boot, index: int) -> Path:
    """The file that takes what the guest writes to a disk."""
    return boot.run.file(f"disk{index}.qcow2")


def overlay_command(path: Path, base: Path) -> list[str]:
    return ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(base.resolve()), str(path)]


def for_virsh(boot: Boot) -> str:
    """The domain's XML as somebody else starts it: what ./antbed up does before is in a comment."""
    run = boot.run.path
    commands = [["make", "image", f"KERNEL={boot.kernel}"], ["mkdir", "-p", *sorted({str(run), str(boot.run.sockets)})]]
    commands += [overlay_command(overlay(boot, index), disk.path(boot.kernel)) for index, disk in virtio_disks(boot)]
    lines = "\n".join(f"    {shlex.join(words)}" for words in commands).replace("--", "-\\-")  # no -- in a comment
    return (
        f"<!-- For virsh create FILE (with a connection that runs QEMU as you), after these:\n{lines}\n"
        f"  What it writes to its disks is lost when an overlay is made anew. ./antbed knows nothing of it. -->\n"
        f"{text(boot)}"
    )


def virtio_disks(boot: Boot) -> list[tuple[int, Disk]]:
    """Those that are libvirt's to attach, with their numbers; the others go to QEMU as they are."""
    return [(index, disk) for index, disk in enumerate(boot.machine.disks) if disk.bus == _LIBVIRTS_BUS]


def owner_of(description: str) -> Path | None:
    """The run directory of the machine that a domain is; None for a domain of somebody else's."""
    note = ElementTree.fromstring(description).find(f"metadata/{{{OURS}}}run")
    return Path(note.get("path", "")) if note is not None else None


def text(boot: Boot, uuid: str = "") -> str:
    """The domain's XML; libvirt thinks of a UUID itself where there is none."""
    kind, cpu, others = _engine(boot)
    domain = Node(ElementTree.Element("domain", {"type": kind}))
    domain.add("name", domain_name(boot))
    if uuid:
        domain.add("uuid", uuid)
    domain.add("metadata").add(f"{{{OURS}}}run", path=boot.run.path)
    domain.add("memory", str(boot.machine.memory >> 20), unit="MiB")
    domain.add("vcpu", str(boot.machine.cores))
    if not boot.sealed:
        # GRUB reads Linux's command line from where a PC has its serial number.
        domain.add("sysinfo", type="smbios").add("system").add("entry", words_for_grub(boot), name="serial")
    system = domain.add("os")
    system.add("type", "hvm", arch="x86_64", machine="q35")
    if boot.sealed:
        system.add("kernel", str(boot.sealed.linux))
        system.add("initrd", str(boot.sealed.initrd))
        system.add("cmdline", " ".join(linux_words(boot)))
    else:
        system.add("smbios", mode="sysinfo")
    features = domain.add("features")
    features.add("acpi")
    features.add("apic")
    _cpu(domain, cpu, boot.machine.cores)
    domain.add("clock", offset="utc")
    # The guest's reset ends the machine: whoever reboots has panicked or was told to.
    for event in ("on_poweroff", "on_reboot", "on_crash"):
        domain.add(event, "destroy")
    _devices(domain.add("devices"), boot)
    if not runs_as_us(boot.connect):
        # The system's libvirt would give QEMU a user of its own, who may not read our files nor write beside them.
        label = domain.add("seclabel", type="static", model="dac", relabel="no")
        label.add("label", _us())
    line = domain.add(f"{{{_QEMU}}}commandline")
    for word in _further(boot, others):
        line.add(f"{{{_QEMU}}}arg", value=word)
    ElementTree.indent(domain.element)
    return ElementTree.tostring(domain.element, encoding="unicode") + "\n"


def _engine(boot: Boot) -> tuple[str, str, list[str]]:
    """QEMU's arguments of the accelerator taken apart: libvirt's type of domain, the CPU, and all others."""
    words = boot.accelerator.arguments
    pairs = dict(zip(words[::2], words[1::2]))
    kind = pairs.pop("-accel").partition(",")[0]
    cpu = pairs.pop("-cpu")
    return _KINDS[kind], cpu, [word for pair in pairs.items() for word in pair]


def _cpu(domain: Node, model: str, cores: int) -> None:
    """QEMU's `-cpu NAME,PROPERTY=on|off,...`, one core per socket: a core's number is its local APIC id."""
    name, *properties = model.split(",")
    cpu = domain.add("cpu", mode=_CPU_MODES[name], check="none")
    cpu.add("topology", sockets=cores, cores=1, threads=1)
    for one in properties:
        feature, _, value = one.partition("=")
        if feature == "migratable":
            cpu.element.set("migratable", "off" if value in ("no", "off") else "on")
        else:
            cpu.add("feature", policy="require" if value == "on" else "disable", name=feature)


def _devices(devices: Node, boot: Boot) -> None:
    if is_local(boot.connect) and (emulator := shutil.which(QEMU)):
        devices.add("emulator", emulator)
    run = boot.run
    for index, (what, port, line) in enumerate(SERIAL):
        # `virsh console` is for pseudo terminals only, the control channels are for sockets.
        kind = "pty" if what in (CONSOLE_LINUX, CONSOLE_ANT) else "unix"
        serial = devices.add("serial", type=kind)
        if kind == "unix":
            _socket(serial, boot, what)
        serial.add("log", file=run.log(what), append="off")
        serial.add("target", type="isa-serial", port=index).add("model", name="isa-serial")
        serial.add("address", type="isa", iobase=port, irq=f"{line:#x}")
    devices.add("controller", type="usb", model="none")
    devices.add("memballoon", model="none")
    if boot.sealed:
        return
    slot = iter(range(max(_FIRST_SLOT, 1 + _placed_by_qemu(boot)), 31))

    def place(device: Node) -> None:
        """On the root bus, as QEMU places it by itself, not behind a port of its own."""
        device.add("address", type="pci", domain="0", bus="0", slot=next(slot), function="0")

    place(devices.add("controller", type="virtio-serial", index=0))
    channel = devices.add("channel", type="unix")
    _socket(channel, boot, CONTROL_LINUX)
    channel.add("log", file=run.log(CONTROL_LINUX), append="off")
    channel.add("target", type="virtio", name=contract.control_port())
    for index, image in virtio_disks(boot):
        disk = devices.add("disk", type="file", device="disk")
        disk.add("driver", name="qemu", type="qcow2", cache="unsafe")
        disk.add("source", file=overlay(boot, index))
        base = disk.add("backingStore", type="file")
        base.add("format", type="raw")
        base.add("source", file=image.path(boot.kernel))
        base.add("backingStore")
        disk.add("target", dev=f"vd{chr(ord('a') + index)}", bus="virtio")
        place(disk)
    # "squash": what the guest may not do as QEMU's user is ignored; QEMU's own name for it is "none".
    share = devices.add("filesystem", type="mount", accessmode="squash", multidevs="remap")
    share.add("source", dir=boot.share)
    share.add("target", dir="host")
    place(share)


def _socket(device: Node, boot: Boot, what: str) -> None:
    """libvirt makes the socket: where it runs as root, for us."""
    source = device.add("source", mode="bind", path=boot.run.socket(what))
    if not runs_as_us(boot.connect):
        source.add("seclabel", model="dac", relabel="yes").add("label", _us())


def _us() -> str:
    """User and group for libvirt; + marks numbers."""
    return f"+{os.getuid()}:+{os.getgid()}"


def _placed_by_qemu(boot: Boot) -> int:
    """How many PCI devices QEMU makes of what goes to it as it is: first of all, in the lowest slots."""
    words = [word.partition(",")[0] for word in _attached(boot)]
    return len(boot.machine.devices) + sum(word in ON_PCI for word in words)


def _attached(boot: Boot) -> list[str]:
    """Disks and a serial port that libvirt's own elements are not for."""
    return disk_options(boot.machine.disks, boot.kernel, left_out=_LIBVIRTS_BUS) + further_serial(boot)


def _further(boot: Boot, others: list[str]) -> list[str]:
    """What libvirt has no words for."""
    words = ["-device", f"isa-debug-exit,iobase={DEBUG_EXIT_PORT:#x},iosize=4"]
    words += others
    if not boot.sealed:
        words += _attached(boot)
    words += [word for device in boot.machine.devices for word in ("-device", device.model)]
    for event in boot.trace:
        words += ["-trace", event]
    if boot.trace:
        words += ["-D", str(boot.run.log("trace"))]
    return words


def refuse_what_cannot_be(boot: Boot) -> None:
    """Says in one line what this back end does not do."""
    if not is_local(boot.connect):
        raise LibvirtError(f"{boot.connect} is another computer: --backend libvirt starts machines on this one only")
