# SPDX-License-Identifier: GPL-2.0-only
"""What the testbed tells a guest about its time stamp counter."""

from __future__ import annotations

import platform

import pytest

from testbed.run import accel, time_stamp
from testbed.run.accel import choose
from testbed.run.probe import Verdict
from testbed.run.time_stamp import measure

NS_PER_TICK = 4  # a counter of 250 MHz


class Computer:
    """Its time passes with each look at it; now and then something else runs for a while."""

    def __init__(self, busy_every: int = 0, busy_ns: int = 0, pauses_ns: int = 0) -> None:
        self.now = 1_000_000
        self.looks = 0
        self.busy_every, self.busy_ns, self.pauses_ns = busy_every, busy_ns, pauses_ns

    def clock(self) -> int:
        self.looks += 1
        self.now += 100
        if self.busy_every and self.looks % self.busy_every == 0:
            self.now += self.busy_ns
        return self.now

    def counter(self) -> int:
        self.now += 20 + self.pauses_ns
        return self.now // NS_PER_TICK

    def wait(self, seconds: float) -> None:
        self.now += int(seconds * 1e9)

    def measured(self) -> int | None:
        return measure(self.counter, self.clock, self.wait)


def test_a_counters_frequency_is_found() -> None:
    assert Computer().measured() == pytest.approx(250_000, rel=1e-4)


def test_what_comes_between_two_readings_does_no_harm() -> None:
    assert Computer(busy_every=3, busy_ns=50_000_000).measured() == pytest.approx(250_000, rel=1e-3)


def test_an_unsure_figure_is_none() -> None:
    assert Computer(pauses_ns=500_000).measured() is None
    assert measure(lambda: 1, Computer().clock, lambda seconds: None) is None, "it stands still"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="it reads this computer's own counter")
def test_under_tcg_linux_is_told_the_hosts_frequency() -> None:
    first = time_stamp.host_khz()
    time_stamp.host_khz.cache_clear()
    again = time_stamp.host_khz()
    assert first and again and first > 100_000 and again == pytest.approx(first, rel=1e-3)
    assert choose("tcg").linux_words == (f"tsc_early_khz={again}",)
    assert "tsc_early_khz=1000000" in choose("exact").linux_words, "there the counter counts guest time"


@pytest.mark.parametrize("kvm, measured, words", [
    (2_600_000, 2_599_000, ("tsc_early_khz=2600000",)),
    (None, 2_599_000, ("tsc_early_khz=2599000",)),
    (None, None, ()),
])  # fmt: skip
def test_under_kvm_linux_is_told_the_frequency_that_kvm_gives_it(
    kvm: int | None, measured: int | None, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux in it measures the counter against emulated timers, too; on a slow computer it found none at all."""
    monkeypatch.setattr(accel, "ask_kvm", lambda: Verdict(None, 0.2))
    monkeypatch.setattr(time_stamp, "kvm_khz", lambda: kvm)
    monkeypatch.setattr(time_stamp, "host_khz", lambda: measured)
    assert choose("kvm").linux_words == words


def test_a_device_that_is_not_kvm_tells_no_frequency() -> None:
    assert time_stamp.kvm_khz("/dev/null") is None and time_stamp.kvm_khz("/nope") is None


@pytest.mark.skipif(time_stamp.kvm_khz() is None, reason="KVM tells none here")
def test_kvm_tells_this_computers_frequency() -> None:
    assert time_stamp.kvm_khz() == pytest.approx(time_stamp.host_khz(), rel=1e-2)
