# SPDX-License-Identifier: GPL-2.0-only
"""hosts.toml: which libvirt hosts a bench is spread over. What is wrong is refused by line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..describe.source import DescriptionError, Source, Table

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
_ACCELERATORS = ("kvm", "tcg")
_SSH = "qemu+ssh"
_HERE = ("qemu", "qemu+unix")
_MOST_SLOTS = 64


@dataclass(frozen=True)
class Host:
    name: str
    connect: str  # libvirt's connection, as seen from here
    accel: str  # of the real clock; the exact one is the same everywhere
    slots: int  # machines at once on the exact clock; on the real one there is never more than one
    directory: str  # the checkout on a host that is reached by ssh

    @property
    def ssh(self) -> str:
        """Where ssh goes; empty for this computer."""
        parts = urlsplit(self.connect)
        return parts.netloc if parts.scheme == _SSH else ""

    @property
    def own_connect(self) -> str:
        """The connection as the host itself calls it."""
        parts = urlsplit(self.connect)
        return f"qemu://{parts.path}" if self.ssh else self.connect


def load(path: Path) -> list[Host]:
    source = Source(path)
    for key in source.tree:
        if key != "host":
            source.refuse(key, "unknown table; known: host")
    entries = source.tree.get("host", [])
    if not isinstance(entries, list):
        source.refuse("host", "write [[host]]: there may be several")
        entries = []
    elif not entries:
        raise DescriptionError([f"{path}: there is no [[host]]"])
    hosts = [_read(Table(source, f"host[{index}]", one)) for index, one in enumerate(entries)]
    source.raise_if_refused()
    _check(hosts, source)
    source.raise_if_refused()
    return hosts


def _read(table: Table) -> Host:
    host = Host(
        name=table.text("name"),
        connect=table.text("connect"),
        accel=table.text("accel"),
        slots=table.number("slots", 1),
        directory=table.text("directory", ""),
    )
    table.finish()
    return host


def _check(hosts: list[Host], source: Source) -> None:
    for index, host in enumerate(hosts):
        earlier = hosts[:index]

        def refuse(key: str, what: str, index: int = index) -> None:
            source.refuse(f"host[{index}].{key}", what)

        if not _NAME.fullmatch(host.name):
            refuse("name", f"{host.name!r} is no name: small letters, digits, -, at most 16")
        elif any(host.name == other.name for other in earlier):
            refuse("name", f"{host.name!r} is given twice")
        if any(host.connect == other.connect for other in earlier):
            refuse("connect", f"{host.connect} is given twice; more machines at once: slots")
        _check_place(host, refuse)
        if host.accel not in _ACCELERATORS:
            refuse("accel", f"{host.accel!r} is not one of {', '.join(_ACCELERATORS)}")
        elif host.accel != hosts[0].accel:
            refuse("accel", f"{host.accel}, but {hosts[0].name} has {hosts[0].accel}: one report has one accelerator")
        if not 1 <= host.slots <= _MOST_SLOTS:
            refuse("slots", f"{host.slots} is not within 1..{_MOST_SLOTS}")


def _check_place(host: Host, refuse: object) -> None:
    assert callable(refuse)
    parts = urlsplit(host.connect)
    if parts.path not in ("/session", "/system"):
        refuse("connect", f"{host.connect!r} ends neither with /session nor with /system")
    elif parts.scheme == _SSH:
        if not parts.netloc:
            refuse("connect", f"{host.connect!r} names no host")
        if parts.query:
            refuse("connect", f"{host.connect!r}: what stands behind ? belongs into ~/.ssh/config")
        if not host.directory.startswith("/"):
            refuse("directory", "the path of this project's checkout on that host, beginning with /")
    elif parts.scheme not in _HERE or parts.netloc:
        refuse("connect", f"{host.connect!r} is neither qemu:///..., qemu+unix:///... nor qemu+ssh://HOST/...")
    elif host.directory:
        refuse("directory", "only a host that is reached by ssh has a checkout of its own")
