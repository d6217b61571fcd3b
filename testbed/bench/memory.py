# SPDX-License-Identifier: GPL-2.0-only
"""What a kept proxy process costs Linux in memory: keep some, and look.

AnT's processes `cat FIFO`, so each one's proxy waits in the FIFO's open. Linux looks meanwhile, and then opens the
FIFO for writing, which lets them all go.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..errors import TestbedError
from .measured import Measured, Sample

Run = Callable[[str, str], str]  # system, command line -> output

KEPT = 8  # proxies at once
_FIFO = "/tmp/bench-fifo"
_PATIENCE = 600  # tenths of a second, for all proxies to be there, or to be gone
_SETTLING = 1.2  # seconds; what was measured before has proxies that are ending

# (This Linux's busybox has no pgrep, and its awk ends without a word at a file that is gone: some process always ends
# just now.)
PROXIES = (
    "cat /proc/[0-9]*/status 2>/dev/null |"
    """ awk '/^Name:/ {name = $2} /^Pid:/ {if (name == "ant-proxy") print $2}'"""
)
_WAIT = (
    "left={patience}; until [ $({proxies} | wc -l) {compared} {count} ]; do"
    " left=$((left - 1)); [ $left -gt 0 ] || {{ echo 'not {compared} {count} proxies' >&2; exit 1; }}; sleep 0.1; done"
)
# Private memory is what the proxy's end gives back of its own pages; its page tables and kernel stack come on top,
# and only the free memory shows them.
_LOOK = (
    # What ended proxies and other work left in caches goes back first, part of it after RCU's grace period. vmstat's
    # counters follow within a second, or at once where Linux can be told to (since 4.8).
    "echo 3 >/proc/sys/vm/drop_caches; sleep 0.2;"
    " if [ -e /proc/sys/vm/stat_refresh ]; then echo 1 >/proc/sys/vm/stat_refresh; else sleep 1; fi;"
    # Free are also the pages that the core keeps at hand (`count:`), which MemFree leaves out.
    " awk '/^MemFree:/ {free += $2} /^ *count:/ {free += 4 * $2} END {print \"free\", free}'"
    " /proc/meminfo /proc/zoneinfo;"
    f" for proxy in $({PROXIES}); do"
    " awk '/^Private/ {s += $2} END {print \"private\", s}' /proc/$proxy/smaps; done"
)


def measure(run: Run, repeats: int) -> Measured:
    """Bytes, one sample of `free` for each repeat and of `private` for each proxy. The time unit does not matter."""
    run("linux", f"sleep {_SETTLING}")
    samples = [sample for repeat in range(repeats) for sample in _once(run, repeat)]
    return Measured({"tick_hz": "1000000000"}, samples)


def _once(run: Run, repeat: int) -> list[Sample]:
    run("linux", f"rm -f {_FIFO} && mkfifo {_FIFO}")
    before, others = _look(run)
    failed: list[BaseException] = []

    def keep() -> None:
        try:
            run("ant", " & ".join([f"cat {_FIFO}"] * KEPT))
        except BaseException as error:  # for the thread that waits for this one
            failed.append(error)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        _wait(run, "-ge", KEPT + len(others))
        during, private = _look(run)
    finally:
        run("linux", f"timeout 10 sh -c ': >{_FIFO}'")
        keeper.join()
    if failed:
        raise failed[0]
    _wait(run, "-le", len(others))  # these must not be taken for others, next time
    if len(private) != KEPT + len(others):
        raise TestbedError(f"{len(private) - len(others)} proxies were kept, not {KEPT}")
    samples = [Sample("kept", "free", repeat, KEPT, (before - during) // KEPT)]
    return samples + [Sample("kept", "private", repeat, n, value) for n, value in enumerate(private)]


def _wait(run: Run, compared: str, count: int) -> None:
    run("linux", _WAIT.format(patience=_PATIENCE, proxies=PROXIES, compared=compared, count=count))


def _look(run: Run) -> tuple[int, list[int]]:
    """Free memory and each proxy's private memory, in bytes."""
    free = 0
    private = []
    for line in run("linux", _LOOK).splitlines():
        what, _, kilobytes = line.partition(" ")
        if what == "free":
            free = int(kilobytes) << 10
        else:
            private.append(int(kilobytes or 0) << 10)
    return free, private
