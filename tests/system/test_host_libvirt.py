# SPDX-License-Identifier: GPL-2.0-only
"""libvirt's description of a machine says what QEMU's command line says; without a libvirt on this computer."""

from __future__ import annotations

import dataclasses
import os
import socket
import subprocess
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from xml.etree import ElementTree

import pytest

from antbed_runner import ROOT
from testbed.describe.description import load
from testbed.errors import TestbedError
from testbed.run import qemu
from testbed.run.accel import Accelerator
from testbed.run.qemu import escape
from testbed.run.rundir import RunDirectory
from testbed.run.virt import bridge, connection, xml

QEMU = "{http://libvirt.org/schemas/domain/qemu/1.0}"
ACCELERATORS = {
    "kvm": ("-accel", "kvm", "-cpu", "host,migratable=no"),
    "tcg": ("-accel", "tcg,thread=multi", "-cpu", "max"),
    "exact": (
        "-accel", "tcg,thread=single", "-cpu", "max,erms=off,fsrm=off", "-icount", "shift=0,sleep=off", "-seed", "7"
    ),
}


def boot(kind: str = "tcg", uri: str = "qemu:///session", **further: Any) -> qemu.Boot:
    accelerator = Accelerator(kind, "as asked", ACCELERATORS[kind], (), 1)
    run = RunDirectory("fake", Path("/run dir,&/fake"))
    return qemu.Boot(load("small"), "6.1", accelerator, Path("/the <share>"), run, connect=uri, **further)


def domain_of(made: qemu.Boot) -> ElementTree.Element:
    return ElementTree.fromstring(xml.text(made))


def arguments(domain: ElementTree.Element) -> list[str]:
    return [one.get("value", "") for one in domain.findall(f"{QEMU}commandline/{QEMU}arg")]


@pytest.mark.parametrize("kind", ACCELERATORS)
def test_it_says_what_the_command_line_says(kind: str) -> None:
    made = boot(kind)
    line, domain = qemu.command_line(made), domain_of(made)
    assert f"{domain.findtext('memory')}M" == line[line.index("-m") + 1]
    assert line[line.index("-smp") + 1].startswith(f"{domain.findtext('vcpu')},sockets=")
    words = domain.findtext("sysinfo/system/entry")
    assert words and line[line.index("-smbios") + 1] == f"type=1,serial={escape(words)}"
    ports = [(a.get("iobase"), int(a.get("irq", ""), 0)) for a in domain.findall("devices/serial/address")]
    assert ports == [(port, irq) for _, port, irq in qemu.SERIAL]
    logs = {one.get("file", "") for one in domain.iter("log")}
    assert len(logs) == 4 and all(any(f"logfile={escape(log)}" in word for word in line) for log in logs)
    # Each other device of the command line is one of libvirt's elements, or stands in its command line as it is.
    own = ("isa-serial", "virtio-serial-pci", "virtserialport", "virtio-blk-pci", "virtio-9p-pci")
    devices = [value for word, value in zip(line, line[1:]) if word == "-device"]
    assert [one for one in devices if not one.startswith(own)] == arguments(domain)[1::2][:1] + [
        device.model for device in made.machine.devices
    ]
    assert len(domain.findall("devices/disk")) == len(made.machine.disks)
    assert [one.get("dir") for one in domain.findall("devices/filesystem/source")] == ["/the <share>"]


def test_accelerators() -> None:
    kvm, tcg, exact = (domain_of(boot(kind)) for kind in ("kvm", "tcg", "exact"))
    assert (kvm.get("type"), tcg.get("type"), exact.get("type")) == ("kvm", "qemu", "qemu")
    cpu = kvm.find("cpu")
    assert cpu is not None and (cpu.get("mode"), cpu.get("migratable")) == ("host-passthrough", "off")
    assert [one.get("name") for one in exact.findall("cpu/feature")] == ["erms", "fsrm"]
    words = arguments(exact)
    assert words[words.index("-icount") + 1] == "shift=0,sleep=off" and words[words.index("-seed") + 1] == "7"
    assert "-icount" not in arguments(tcg)


def test_sealed_machine_has_no_disk_share_and_channel() -> None:
    domain = domain_of(boot("exact", sealed=qemu.Sealed(Path("/k"), Path("/i"))))
    assert (domain.findtext("os/kernel"), domain.findtext("os/initrd")) == ("/k", "/i")
    assert "rdinit=/sbin/init" in (domain.findtext("os/cmdline") or "").split()
    for what in ("disk", "filesystem", "channel"):
        assert domain.find(f"devices/{what}") is None


def test_the_systems_libvirt_runs_it_as_this_user() -> None:
    assert domain_of(boot()).find("seclabel") is None
    label = domain_of(boot(uri="qemu:///system")).find("seclabel")
    assert label is not None and label.get("relabel") == "no"
    assert label.findtext("label") == f"+{os.getuid()}:+{os.getgid()}"


def test_what_cannot_be_is_refused() -> None:
    for uri in ("qemu+ssh://host/system", "qemu://host/system", "qemu+tls://host/system"):
        with pytest.raises(TestbedError, match="another computer"):
            xml.refuse_what_cannot_be(boot(uri=uri))
    for uri in ("qemu:///session", "qemu+unix:///session?socket=/x"):
        xml.refuse_what_cannot_be(boot(uri=uri))
    with pytest.raises(TestbedError, match="not a QEMU connection"):
        connection.meant("xen:///system")


def test_xml_is_printed_without_libvirt() -> None:
    environment = {**os.environ, "LIBVIRT_DEFAULT_URI": "qemu+unix:///session?socket=/nowhere"}
    argv = [str(ROOT / "antbed"), "xml", "--kernel", "6.1", "--accel", "tcg", "--name", "printed"]
    done = subprocess.run(argv, capture_output=True, env=environment, text=True, timeout=120, check=False)
    assert done.returncode == 0 and not done.stderr
    assert ElementTree.fromstring(done.stdout).findtext("name") == "antbed-printed"


@pytest.mark.parametrize(
    "words, status, message",
    [
        (["--connect", "qemu:///session"], 2, "give --backend libvirt, too"),
        (["--backend", "libvirt", "--connect", "xen:///"], 2, "not a QEMU connection"),
        (["--backend", "libvirt", "--connect", "qemu+ssh://host/system"], 1, "another computer"),
        (["--backend", "libvirt", "--connect", "qemu+unix:///session?socket=/nowhere"], 1, "/nowhere"),
    ],
)
def test_bad_connections_are_one_line(words: list[str], status: int, message: str, tmp_path: Path) -> None:
    description = (ROOT / "testbed" / "describe" / "machines" / "small.toml").read_text(encoding="utf-8")
    profile = tmp_path / "any.toml"
    (tmp_path / "any.img").touch()
    profile.write_text(description.replace("build/disk-{kernel}.img", str(tmp_path / "any.img")), encoding="utf-8")
    environment = {**os.environ, "ANTBED_BUILD": str(tmp_path / "build"), "ANTBED_BACKEND": ""}
    argv = [str(ROOT / "antbed"), "up", "--kernel", "6.1", "--accel", "tcg", "--profile", str(profile), *words]
    done = subprocess.run(argv, capture_output=True, env=environment, text=True, timeout=120, check=False)
    assert done.returncode == status, done.stderr
    # Without libvirt's bindings the last case is refused for that reason.
    assert message in done.stderr or "bindings are missing" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.glob("build/run/*/state.json"))


def test_what_libvirt_has_no_words_for_goes_to_qemu_as_it_is() -> None:
    made = dataclasses.replace(boot(), machine=load("devices"))
    words = arguments(domain_of(made))
    direct = qemu.command_line(made)
    assert len(domain_of(made).findall("devices/disk")) == sum(disk.bus == "virtio" for disk in made.machine.disks)
    for start in ("ide-hd,", "ide-cd,", "usb-storage,", "sd-card,", "nvme,", "usb-serial,"):
        (device,) = [word for word in words if word.startswith(start)]
        assert device in direct
    images = [disk.path("6.1") for disk in made.machine.disks if disk.bus != "virtio"]
    assert all(any(f"file={image}," in word and "snapshot=on" in word for word in words) for image in images)
    assert not any(word.startswith("virtio-blk") for word in words)


class _Library:
    """What a bridge uses of libvirt: its event loop refuses a watch that is not there."""

    VIR_STREAM_NONBLOCK = VIR_DOMAIN_CONSOLE_SAFE = VIR_EVENT_HANDLE_READABLE = 0
    VIR_STREAM_EVENT_ERROR = VIR_STREAM_EVENT_HANGUP = VIR_STREAM_EVENT_WRITABLE = VIR_STREAM_EVENT_READABLE = 0
    libvirtError = RuntimeError

    def __init__(self) -> None:
        self.watched: Mock | None = None

    def virEventAddHandle(self, descriptor: int, events: int, callback: object, opaque: object) -> int:
        self.watched = Mock(callback=callback)
        return 7

    def virEventRemoveHandle(self, watch: int) -> None:
        if self.watched is None:
            raise self.libvirtError("failed to remove the handle")
        self.watched = None


def test_console_that_is_left_as_the_line_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both the event loop and who leaves take the watch away."""
    library = _Library()
    monkeypatch.setattr(connection, "module", lambda: library)
    with bridge.opened(Mock(), Mock(), "serial1") as line:
        assert library.watched
        on_line = library.watched.callback
        line.shutdown(socket.SHUT_RDWR)
        on_line(7, line.fileno(), 0, None)
    assert library.watched is None
