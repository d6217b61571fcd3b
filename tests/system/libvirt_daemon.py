# SPDX-License-Identifier: GPL-2.0-only
"""A libvirt of the tests' own: a session daemon in a temporary directory, apart from the user's and the system's."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START_SECONDS = 120.0  # detects a hang
_PROGRAMS = ("libvirtd", "virtlogd", "virsh", "qemu-img")
_SBIN = "/usr/sbin"  # not on every user's PATH
# The ways a container often forbids. Logs stay in one file, however long they become.
_QEMU_CONF = 'remember_owner = 0\nnamespaces = []\ncgroup_controllers = []\nsecurity_driver = "none"\n'
_VIRTLOGD_CONF = "max_size = 0\n"


def why_missing() -> str | None:
    """None when a daemon can be started here."""
    path = f"{os.environ.get('PATH', '')}:{_SBIN}"
    for program in _PROGRAMS:
        if shutil.which(program, path=path) is None:
            return f"no {program}: install the group libvirt of images/packages.list"
    probe = ["/usr/bin/python3", "-c", "import libvirt"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        return "no python3-libvirt: install the group libvirt of images/packages.list"
    if os.getuid() == 0 and subprocess.run([*_as_user(), "true"], capture_output=True, check=False).returncode:
        return "root has no session of libvirt's, and this kernel allows no user namespace (unshare -U)"
    return None


def _as_user() -> list[str]:
    """Root has no session: in a user namespace of its own the daemon is no root, and has root's files all the same."""
    return ["unshare", "-U", "--map-user=1000", "--map-group=1000"] if os.getuid() == 0 else []


@contextmanager
def daemon() -> Iterator[str]:
    """Yields the connection's URI; ends the daemon and whatever it runs."""
    place = Path(tempfile.mkdtemp(prefix="antbed-libvirt-"))  # a short path: it has sockets
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{_SBIN}"}
    for name in ("RUNTIME_DIR", "CONFIG_HOME", "CACHE_HOME", "DATA_HOME"):
        directory = place / name.lower()
        directory.mkdir(mode=0o700)
        environment[f"XDG_{name}"] = str(directory)
    config = place / "config_home" / "libvirt"
    config.mkdir()
    (config / "qemu.conf").write_text(_QEMU_CONF, encoding="utf-8")
    (config / "virtlogd.conf").write_text(_VIRTLOGD_CONF, encoding="utf-8")
    sockets = place / "runtime_dir" / "libvirt"
    started: list[subprocess.Popen[bytes]] = []
    try:
        for program, socket in (("virtlogd", "virtlogd-sock"), ("libvirtd", "libvirt-sock")):
            with (place / f"{program}.out").open("wb") as output:
                # libvirtd ends by itself when idle unless told otherwise; virtlogd when it has nothing to log.
                argv = [*_as_user(), program, "--pid-file", str(place / f"{program}.pid")]
                started.append(
                    subprocess.Popen(
                        argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
                    )
                )
            _await(sockets / socket, started[-1], place / f"{program}.out")
        yield f"qemu+unix:///session?socket={sockets / 'libvirt-sock'}"
    finally:
        for process in reversed(started):
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(place, ignore_errors=True)


def _await(socket: Path, process: subprocess.Popen[bytes], output: Path) -> None:
    limit = time.monotonic() + _START_SECONDS
    while not socket.exists():
        assert process.poll() is None and time.monotonic() < limit, output.read_text(encoding="utf-8")
        time.sleep(0.05)
