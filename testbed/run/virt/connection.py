# SPDX-License-Identifier: GPL-2.0-only
"""A connection to libvirt: which one is meant, opening it, and its errors as ours."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from ...errors import STATUS_USAGE, TestbedError, UsageError
from ..state import LIBVIRT

PACKAGES = "python3-libvirt libvirt-daemon libvirt-clients qemu-utils"
_STANDARD_ROOT = "qemu:///system"
_STANDARD_USER = "qemu:///session"
_LOCAL_SCHEMES = ("qemu", "qemu+unix")


QEMU = "qemu"
BACKENDS = (QEMU, LIBVIRT)


class LibvirtError(TestbedError):
    """libvirt is not there, or refuses."""


def default_backend() -> str:
    """What --backend is when it is not given."""
    return os.environ.get("ANTBED_BACKEND") or QEMU


def chosen(backend: str, uri: str | None) -> str:
    """The connection that --backend and --connect name; "" is none: this project runs QEMU itself."""
    if backend == LIBVIRT:
        return meant(uri)
    if uri is not None:
        raise UsageError(f"--connect {uri} is for libvirt: give --backend libvirt, too")
    return ""


def meant(uri: str | None) -> str:
    """The connection that --connect names. Without it libvirt's own variable tells, and else who we are: root has no
    session of its own."""
    uri = uri or os.environ.get("LIBVIRT_DEFAULT_URI") or (_STANDARD_USER if os.getuid() else _STANDARD_ROOT)
    if not urlsplit(uri).scheme.startswith("qemu"):
        error = LibvirtError(f"--connect {uri}: not a QEMU connection of libvirt's; such as {_STANDARD_USER}")
        error.status = STATUS_USAGE
        raise error
    return uri


def is_local(uri: str) -> bool:
    """Whether the domains of this connection see this computer's files."""
    parts = urlsplit(uri)
    return parts.scheme in _LOCAL_SCHEMES and not parts.netloc


def runs_as_us(uri: str) -> bool:
    """Whether QEMU there is a process of the user's, as in a session; the system's libvirt has to be told so."""
    return urlsplit(uri).path == "/session"


@cache
def module() -> Any:
    """Debian's Python bindings; they come without types."""
    try:
        import libvirt
    except ImportError:
        raise LibvirtError(
            "libvirt's Python bindings are missing: as root, apt-get install -y --no-install-recommends " + PACKAGES
        ) from None
    libvirt.registerErrorHandler(lambda *ignored: None, None)  # else each error is printed, too
    return libvirt


@contextmanager
def told(what: str) -> Iterator[None]:
    """libvirt's errors, as one line that says what was wanted."""
    try:
        yield
    except module().libvirtError as error:
        raise LibvirtError(f"libvirt: {what}: {error}") from error


@cache
def _events() -> None:
    """The loop that streams need, in a thread of its own. Before the first connection."""
    libvirt = module()
    libvirt.virEventRegisterDefaultImpl()

    def loop() -> None:
        while True:
            libvirt.virEventRunDefaultImpl()

    threading.Thread(target=loop, name="libvirt", daemon=True).start()


_open: dict[str, Any] = {}


def to(uri: str) -> Any:
    """The connection (virConnect), opened once and again when it broke."""
    _events()
    found = _open.get(uri)
    if found is None or not _lives(found):
        with told(f"cannot connect to {uri}"):
            found = _open[uri] = module().open(uri)
    return found


def _lives(connection: Any) -> bool:
    try:
        return bool(connection.isAlive())
    except module().libvirtError:
        return False


def why_unusable(uri: str) -> str | None:
    """None when machines can be started there, else why not."""
    try:
        capabilities = to(uri).getCapabilities()
    except LibvirtError as error:
        return str(error)
    return None if "<arch name='x86_64'" in capabilities else f"libvirt at {uri} knows no QEMU for x86_64"
