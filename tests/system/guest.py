# SPDX-License-Identifier: GPL-2.0-only
"""What several test files ask of a running machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from antbed_runner import Antbed, Result


def parent_and_proxies(machine: Antbed) -> tuple[list[int], list[int]]:
    """Process numbers on Linux. A proxy is a child of the parent, under the same name."""
    lines = machine.linux("for p in $(pidof ant-parent); do cut -d' ' -f1,4 /proc/$p/stat; done 2>/dev/null; true")
    parent_of = {int(line.split()[0]): int(line.split()[1]) for line in lines.splitlines()}
    proxies = [pid for pid, parent in parent_of.items() if parent in parent_of]
    return [pid for pid in parent_of if pid not in proxies], proxies


def the_parent(machine: Antbed) -> int:
    (parent,), _ = parent_and_proxies(machine)
    return parent


def proxies(machine: Antbed) -> int:
    """How many there are."""
    return len(parent_and_proxies(machine)[1])


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.2)
    return True


@contextmanager
def meanwhile(machine: Antbed, command: str, system: str = "ant", timeout: float = 200) -> Iterator[list[Result]]:
    """Runs a command on one system while the body looks at the other; it must end well."""
    results: list[Result] = []
    thread = threading.Thread(target=lambda: results.append(machine.exec(system, command, timeout=timeout)))
    thread.start()
    try:
        yield results
    finally:
        thread.join()
    assert results and results[0].status == 0, str(results)
