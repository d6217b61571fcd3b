# SPDX-License-Identifier: GPL-2.0-only
"""The frequency of the time stamp counter that a guest has.

KVM says what it gives its guests. QEMU's TCG hands the host's counter on to the guest. Linux in it would measure the
counter against an emulated timer, once and for a few milliseconds; on a busy host the emulation stops for longer than
that, and the figure is wrong by factors. Here both clocks are real, and a reading that something came between is seen
and taken again.
"""

from __future__ import annotations

import ctypes
import fcntl
import functools
import mmap
import os
import platform
import time
from collections.abc import Callable

# rdtsc; shl $32, %rdx; or %rdx, %rax; ret
_READ_COUNTER = bytes.fromhex("0f31 48c1e220 4809d0 c3")
_INTERVAL = 0.1  # seconds between the two readings
_READINGS = 50  # of which the one with the least between its two clocks counts
_MOST_UNSURE = 0.001  # of the frequency
_TRIES = 5

# Linux's Documentation/virt/kvm/api.rst
_KVM_CREATE_VM = 0xAE01
_KVM_CREATE_VCPU = 0xAE41
_KVM_GET_TSC_KHZ = 0xAEA3

Counter = Callable[[], int]


def kvm_khz(device: str = "/dev/kvm") -> int | None:
    """What KVM gives a guest, in thousands of ticks in a second; None where it does not say."""
    opened: list[int] = []
    try:
        opened.append(os.open(device, os.O_RDWR | os.O_CLOEXEC))
        for request in (_KVM_CREATE_VM, _KVM_CREATE_VCPU):
            opened.append(fcntl.ioctl(opened[-1], request, 0))
        return fcntl.ioctl(opened[-1], _KVM_GET_TSC_KHZ, 0) or None
    except OSError:
        return None
    finally:
        for descriptor in reversed(opened):
            os.close(descriptor)


@functools.cache
def host_khz() -> int | None:
    """Thousands of ticks in a second, to a thousandth; None where it cannot be told: then the guest measures."""
    if platform.machine() != "x86_64":
        return None
    try:
        code = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    except OSError:  # a hardened kernel
        return None
    code.write(_READ_COUNTER)
    function = ctypes.CFUNCTYPE(ctypes.c_uint64)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    return measure(function)


def measure(
    counter: Counter, clock: Counter = time.monotonic_ns, wait: Callable[[float], None] = time.sleep
) -> int | None:
    """The counter's kHz by the clock, which counts nanoseconds."""
    for _ in range(_TRIES):
        first_ticks, first_time, first_doubt = _reading(counter, clock)
        wait(_INTERVAL)
        ticks, now, doubt = _reading(counter, clock)
        passed = now - first_time
        if ticks > first_ticks and doubt + first_doubt <= _MOST_UNSURE * passed:
            return round((ticks - first_ticks) * 1_000_000 / passed)
    return None


def _reading(counter: Counter, clock: Counter) -> tuple[int, int, int]:
    """Counter and clock at one moment, and how many nanoseconds lie between what was read before and after."""
    readings = []
    for _ in range(_READINGS):
        before = clock()
        ticks = counter()
        after = clock()
        readings.append((after - before, ticks, (before + after) // 2))
    doubt, ticks, at = min(readings)
    return ticks, at, doubt
