# SPDX-License-Identifier: GPL-2.0-only
"""The back end that has libvirt run QEMU: a machine is a domain named antbed-NAME."""

from __future__ import annotations

import json
import subprocess
import threading
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from socket import socket
from typing import Any

import psutil

from ...errors import MachineFailed, TestbedError
from .. import last_words
from ..backend import waited
from ..qemu import Boot
from ..qmp import QmpError, why_stopped
from ..rundir import CONSOLE_ANT, CONSOLE_LINUX, CONTROL_ANT, CONTROL_LINUX, RunDirectory
from ..state import LibvirtDomain
from . import bridge, connection as link, xml
from .connection import PACKAGES, LibvirtError

_DEVICES = {CONSOLE_LINUX: "serial0", CONSOLE_ANT: "serial1"}  # libvirt's names, in the order of qemu.SERIAL
_MONITOR_SECONDS = 10.0  # libvirt itself would wait for a hanging QEMU without limit
_KILL_SECONDS = 10.0
_END_SECONDS = 10.0  # a domain whose QEMU has gone, until libvirt has noticed


def start(boot: Boot, keep: Callable[[LibvirtDomain], object]) -> LibvirtDomain:
    """Starts QEMU with its guest halted; `keep` writes the state."""
    xml.refuse_what_cannot_be(boot)
    connection = link.to(boot.connect)
    _clear_name(connection, boot)
    boot.run.prepare()
    made = LibvirtDomain(boot.connect, str(uuid.uuid4()), xml.domain_name(boot))
    # The state comes first: whoever is killed from here on leaves what `down` finds.
    keep(made)
    try:
        _make_files(boot)
        text = xml.text(boot, made.uuid)
        boot.run.file("domain.xml").write_text(text, encoding="utf-8")
        with link.told("it does not take the machine's description"):
            domain = connection.defineXML(text)
        try:
            domain.createWithFlags(link.module().VIR_DOMAIN_START_PAUSED)
        except link.module().libvirtError as error:
            raise MachineFailed(f"QEMU did not start: libvirt: {error}", f"its XML: {boot.run.file('domain.xml')}")
    except BaseException:
        left = Domain(boot.run, made)
        left.kill()
        left.clear()
        boot.run.remove_sockets()
        boot.run.remove_state()
        raise
    return replace(made, pid=_process_of(made.uuid))


def _clear_name(connection: Any, boot: Boot) -> None:
    """Ends what a killed antbed of ours left; refuses the name when another checkout's machine has it."""
    libvirt = link.module()
    name = xml.domain_name(boot)
    try:
        left = connection.lookupByName(name)
    except libvirt.libvirtError:
        return
    owner = xml.owner_of(left.XMLDesc())
    if owner != boot.run.path:
        whose = f"machine {owner}" if owner else "no machine of a testbed"
        raise LibvirtError(f"libvirt at {boot.connect} has a domain {name} already ({whose}); give --name another")
    with link.told(f"cannot end what is left of {name}"):
        with suppress(libvirt.libvirtError):
            left.destroy()
        _undefine(left)


def _undefine(domain: Any) -> None:
    """With what libvirt keeps of it besides, for which it would refuse: snapshots, a saved state."""
    libvirt = link.module()
    domain.undefineFlags(
        libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
        | libvirt.VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA
        | libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
    )


def _make_files(boot: Boot) -> None:
    """What QEMU writes to, as the user's own files: made by libvirt they would be root's in a system connection."""
    for what in (CONSOLE_LINUX, CONSOLE_ANT, CONTROL_LINUX, CONTROL_ANT):
        boot.run.log(what).touch()
    if boot.sealed:
        return
    for index, disk in xml.virtio_disks(boot):
        _overlay(xml.overlay(boot, index), disk.path(boot.kernel))


def _overlay(path: Path, base: Path) -> None:
    argv = xml.overlay_command(path, base)
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise LibvirtError(f"qemu-img is missing: install Debian's packages {PACKAGES}") from None
    if done.returncode:
        raise LibvirtError(f"{' '.join(argv)}: {done.stderr.strip()}")


def _process_of(domain_uuid: str) -> int | None:
    """QEMU's process, to show it; None when it is not to be seen from here."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it has ended, or is somebody else's
            if domain_uuid in process.cmdline():
                return process.pid
    return None


class Domain:
    def __init__(self, run: RunDirectory, known: LibvirtDomain) -> None:
        self._run = run
        self._uri = known.connect
        self._uuid = known.uuid

    def _domain(self) -> Any | None:
        """libvirt's domain; None when it knows none."""
        libvirt = link.module()
        connection = link.to(self._uri)
        try:
            return connection.lookupByUUIDString(self._uuid)
        except libvirt.libvirtError as error:
            if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN:
                return None
            raise LibvirtError(f"libvirt at {self._uri}: {error}") from error

    def _state(self) -> tuple[int, int] | None:
        """libvirt's state of the domain, and the reason for it."""
        domain = self._domain()
        if domain is None:
            return None
        with link.told(f"no state of {self._run.name}"):
            state, reason = domain.state()
        return state, reason

    def alive(self) -> bool:
        state = self._state()
        return state is not None and state[0] != link.module().VIR_DOMAIN_SHUTOFF

    def why_paused(self) -> str | None:
        libvirt = link.module()
        state = self._state()
        if state is None or state[0] != libvirt.VIR_DOMAIN_PAUSED:
            return None
        if state[1] == libvirt.VIR_DOMAIN_PAUSED_IOERROR:
            with self.monitor() as monitor:
                return why_stopped(monitor)
        return "it was stopped from outside (as by virsh suspend)"

    def resume(self) -> None:
        with link.told(f"machine '{self._run.name}' does not go on"):
            if (domain := self._domain()) is not None:
                domain.resume()

    def how_it_ended(self) -> str:
        """libvirt knows whether QEMU ended in order, not its exit status. A guest's panic ends QEMU at once, and tells
        itself from a failure of QEMU's by its last words."""
        libvirt = link.module()
        state = self._state()
        if state is None:
            return "the machine was switched off (its domain is gone from libvirt)"
        _, reason = state
        if reason == libvirt.VIR_DOMAIN_SHUTOFF_SHUTDOWN:
            if linux := last_words.linux_panic_before_reboot(self._run):
                return f"Linux panicked: {linux}"
            return "the machine was switched off or rebooted (libvirt: shutdown)"
        if reason == libvirt.VIR_DOMAIN_SHUTOFF_DESTROYED:
            return "the machine was switched off (libvirt: destroyed)"
        if reason == libvirt.VIR_DOMAIN_SHUTOFF_CRASHED:
            if ant := last_words.ant_panic(self._run):
                return f"AnT panicked: {ant}"
            if linux := last_words.linux_panic(self._run):
                return f"Linux panicked: {linux}"
            return "QEMU ended by itself (libvirt: crashed), and no system has panicked; its log is libvirt's"
        return f"libvirt does not know how it ended (reason {reason}; this computer was restarted?)"

    def await_end_known(self) -> None:
        """libvirt knows the end before it says that there is one."""

    def monitor(self) -> AbstractContextManager[LibvirtMonitor]:
        domain = self._domain()
        if domain is None:
            raise LibvirtError(f"libvirt at {self._uri} has no domain of machine '{self._run.name}'")
        return nullcontext(LibvirtMonitor(domain))

    def console(self, what: str) -> AbstractContextManager[socket]:
        domain = self._domain()
        if domain is None:
            raise ConnectionError("its domain is gone")
        return bridge.opened(link.to(self._uri), domain, _DEVICES[what])

    def kill(self) -> None:
        libvirt = link.module()
        domain = self._domain()
        if domain is None or not self.alive():
            return
        try:
            domain.destroy()
        except libvirt.libvirtError as error:
            if self.alive() and not waited(lambda: not self.alive(), _KILL_SECONDS):
                raise TestbedError(f"libvirt cannot end machine '{self._run.name}': {error}") from error

    def clear(self) -> None:
        if (domain := self._domain()) is not None:
            with link.told(f"cannot undefine machine '{self._run.name}'"):
                _undefine(domain)
        for path in self._run.path.glob("disk*"):  # and what a snapshot has put on top
            path.unlink()


class LibvirtMonitor:
    """QEMU's control protocol through libvirt, which has the only connection to QEMU's monitor."""

    def __init__(self, domain: Any) -> None:
        self._domain = domain

    def execute(self, command: str, **arguments: Any) -> Any:
        answer = json.loads(self._ask(command, json.dumps({"execute": command, "arguments": arguments})))
        if "return" not in answer:
            raise QmpError(f"QEMU refuses {command}: {answer.get('error', {}).get('desc')}")
        return answer["return"]

    def _ask(self, command: str, request: str) -> str:
        import libvirt_qemu  # here: it may be absent, as libvirt may (connection.module)

        answers: list[str] = []
        errors: list[Exception] = []

        def ask() -> None:
            try:
                answers.append(libvirt_qemu.qemuMonitorCommand(self._domain, request, 0))
            except link.module().libvirtError as error:
                errors.append(error)

        asker = threading.Thread(target=ask, daemon=True)
        asker.start()
        asker.join(_MONITOR_SECONDS)
        if answers:
            return answers[0]
        raise QmpError(f"QEMU does not answer {command}: {errors[0] if errors else f'waited {_MONITOR_SECONDS:g} s'}")
