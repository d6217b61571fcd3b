# SPDX-License-Identifier: GPL-2.0-only
"""make bench: the memory of kept proxies, on systems that are played: proxies end after their processes have."""

from __future__ import annotations

import re
import threading

import pytest

from testbed.bench.memory import KEPT, measure
from testbed.errors import TestbedError

FREE = 1_000_000  # KiB
EACH = 64


class Systems:
    """Linux's proxies, one of them another program's, and AnT's processes that wait at the FIFO."""

    def __init__(self, proxies_come: int = KEPT) -> None:
        self.other, self.kept, self.ending = 1, 0, 0
        self._come = proxies_come
        self._opened = threading.Event()

    def run(self, system: str, line: str) -> str:
        if system == "ant":
            self.kept = self._come
            assert self._opened.wait(60)
            self.ending, self.kept = self.kept, 0
            self._opened.clear()
        elif ": >" in line:
            self._opened.set()
        elif wait := re.search(r"-(ge|le) (\d+) ]", line):
            self._wait(wait[1], int(wait[2]))
        elif "MemFree" in line:
            proxies = self.other + self.kept + self.ending
            self.ending = 0  # while Linux looks
            return f"free {FREE - EACH * proxies}\n" + "private 20\n" * proxies
        return ""

    def _wait(self, compared: str, count: int) -> None:
        if compared == "ge":
            limit = threading.Event()
            while self.other + self.kept + self.ending < count and not limit.wait(0.001):
                pass
        else:
            self.ending = 0
            assert self.other + self.kept <= count


def test_proxies_that_are_ending_are_not_taken_for_others() -> None:
    measured = measure(Systems().run, 3)
    free = [sample.ticks for sample in measured.samples if sample.step == "free"]
    private = [sample.ticks for sample in measured.samples if sample.step == "private"]
    assert free == [EACH << 10] * 3
    assert private == [20 << 10] * (3 * (KEPT + 1))


def test_a_proxy_too_many_is_an_error() -> None:
    with pytest.raises(TestbedError, match=f"{KEPT + 1} proxies were kept, not {KEPT}"):
        measure(Systems(KEPT + 1).run, 1)
