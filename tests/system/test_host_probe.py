# SPDX-License-Identifier: GPL-2.0-only
"""Whether KVM works is found out by running it: a slow computer is told from a guest that hangs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from antbed_runner import command_lines
from testbed.run import accel, probe

FAKE = Path(__file__).with_name("fake_qemu.py")


@pytest.fixture(autouse=True)
def fake_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has a KVM, and a QEMU that plays what FAKE_PROBE says."""
    device = tmp_path / "kvm"
    device.touch()
    monkeypatch.setattr(accel, "_KVM_DEVICE", device)
    monkeypatch.setattr(probe, "QEMU", str(FAKE))
    monkeypatch.setattr(probe, "LIMIT_SECONDS", 1.5)
    monkeypatch.setattr(probe, "TCG_LIMIT_SECONDS", 30.0)


def asked(monkeypatch: pytest.MonkeyPatch, played: str) -> probe.Verdict:
    monkeypatch.setenv("FAKE_PROBE", played)
    verdict = accel.ask_kvm()
    assert not any("probe.rom" in line for line in command_lines()), "a probe was left running"
    return verdict


def test_a_probe_that_is_done_needs_no_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, "kvm=0").problem is None


def test_a_slow_computers_kvm_is_used_with_more_time_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = asked(monkeypatch, "kvm=4 tcg=1")
    assert verdict.problem is None and verdict.is_slow
    chosen = accel.choose("auto")
    assert chosen.kind == "kvm" and chosen.slowness >= 4
    assert re.fullmatch(r"a probe guest ran on it, slowly: \d+ s", chosen.reason), chosen.reason


def test_a_guest_that_hangs_is_told_by_how_long_it_takes_under_tcg(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = asked(monkeypatch, "kvm=hang tcg=0").problem
    assert problem and re.fullmatch(
        r"a probe guest hangs \(not done within \d+ s; under TCG it takes \d\.\d s\)", problem
    ), problem
    assert accel.choose("auto").kind == "tcg"


def test_a_computer_that_is_too_slow_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TCG_LIMIT_SECONDS", 1.0)
    problem = asked(monkeypatch, "kvm=hang tcg=hang").problem
    assert problem == "a probe guest is not done within 1 s, nor is one under TCG: this computer is too slow to tell"


@pytest.mark.parametrize("played, problem", [
    ("kvm=crash", "a probe guest crashed QEMU (signal 6)"),
    ("kvm=fail", "fake-qemu: failed to set MSR 0x10a"),
    ("kvm=hang tcg=fail", "a probe guest hangs (not done within 2 s; under TCG: fake-qemu: failed to set MSR 0x10a)"),
])  # fmt: skip
def test_what_went_wrong_is_said(monkeypatch: pytest.MonkeyPatch, played: str, problem: str) -> None:
    assert asked(monkeypatch, played).problem == problem


def test_a_missing_qemu_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "QEMU", "no-such-qemu")
    assert asked(monkeypatch, "").problem == "no-such-qemu is missing: install Debian's package qemu-system-x86"
    assert probe.why_tcg_fails() == "no-such-qemu is missing: install Debian's package qemu-system-x86"
