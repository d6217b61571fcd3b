# SPDX-License-Identifier: GPL-2.0-only
"""Is this computer fit for the testbed: packages, accelerator, disk space, memory."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator

import psutil

from ..errors import TestbedError
from ..paths import BUILD, QEMU, ROOT, shown
from . import ready
from .accel import ask_kvm, kvm_reason
from .probe import why_tcg_fails
from .virt import connection as link

# What a full build takes: kernel tree and objects, image, logs.
_DISK_NEEDED = 4 << 30
_MEMORY_NEEDED = 3 << 30

Check = tuple[bool, str]  # is it well, and the line that says so


def _checkout() -> Check:
    """images/lib.sh knows, and says so before any build."""
    argv = ["bash", "-c", ". images/lib.sh"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stderr.strip().removeprefix("error: ") or f"{ROOT}"


def _packages() -> Check:
    groups = ("run",) if ready.around() else ("build", "run", "test")
    argv = [str(ROOT / "images" / "packages.sh"), "--missing", *groups]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        return False, done.stderr.strip() or f"images/packages.sh ended with status {done.returncode}"
    missing = done.stdout.split()
    if missing:
        return False, f"missing; as root: apt-get install -y --no-install-recommends {' '.join(missing)}"
    return True, "all there (images/packages.list)"


def _qemu() -> Check:
    try:
        done = subprocess.run([QEMU, "--version"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return False, f"{QEMU} is missing: install Debian's package qemu-system-x86"
    return done.returncode == 0, (done.stdout or done.stderr).splitlines()[0]


def _accelerator() -> Check:
    kvm = ask_kvm()
    if kvm.problem is None:
        return True, f"kvm: {kvm_reason(kvm)}"
    tcg = why_tcg_fails()
    if tcg is None:
        return True, f"tcg, slower: a probe guest ran on it. KVM is unusable: {kvm.problem}"
    return False, f"none. KVM: {kvm.problem}. TCG: {tcg}"


def _disk() -> Check:
    place = BUILD if BUILD.exists() else ROOT
    if not os.access(place, os.W_OK):
        return False, f"{shown(place)} cannot be written to"
    free = shutil.disk_usage(place).free
    built = any(BUILD.glob("disk-*.img")) or ready.around()
    well = bool(built) or free >= _DISK_NEEDED
    text = f"{free >> 30} GiB free in {shown(place)}"
    return well, text if well else f"{text}; a build needs {_DISK_NEEDED >> 30}"


def _memory() -> Check:
    free = psutil.virtual_memory().available
    text = f"{free / (1 << 30):.1f} GiB available"
    return free >= _MEMORY_NEEDED, text if free >= _MEMORY_NEEDED else f"{text}; a machine needs about 3"


def _libvirt() -> Check:
    """Never bad: only --backend libvirt needs it."""
    try:
        uri = link.meant(None)
    except TestbedError as error:
        return True, f"not usable, only --backend libvirt needs it: {error}"
    problem = link.why_unusable(uri)
    if problem is None and shutil.which("qemu-img") is None:
        problem = f"qemu-img is missing: install Debian's packages {link.PACKAGES}"
    return True, f"usable at {uri}" if problem is None else f"not usable, only --backend libvirt needs it: {problem}"


CHECKS: dict[str, Callable[[], Check]] = {
    "checkout": _checkout,
    "packages": _packages,
    "qemu": _qemu,
    "accelerator": _accelerator,
    "disk space": _disk,
    "memory": _memory,
    "libvirt": _libvirt,
}


def examine() -> Iterator[tuple[str, bool, str]]:
    """Each check's name and result, as it comes."""
    for name, check in CHECKS.items():
        try:
            yield name, *check()
        except (TestbedError, OSError) as error:
            yield name, False, str(error)
