# SPDX-License-Identifier: GPL-2.0-only
"""Which versions' tests are skipped: those that this computer has no image of, unless it has none at all."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import kernels


def skipped(monkeypatch: pytest.MonkeyPatch, images: Path) -> dict[str, str]:
    """By version: why its case of a test that needs a machine is skipped, or nothing."""
    cases: list[Any] = []
    monkeypatch.setattr(kernels, "KERNELS", ["6.12", "6.1"])
    monkeypatch.setattr(kernels, "image_of", lambda kernel: images / kernel)
    test = SimpleNamespace(iter_markers=lambda name: iter(()), get_closest_marker=lambda name: None)
    asked: Any = SimpleNamespace(
        fixturenames=["kernel"], definition=test, parametrize=lambda _name, given, **_how: cases.extend(given)
    )
    kernels.parametrise(asked)
    return {case.id: "".join(mark.kwargs["reason"] for mark in case.marks) for case in cases}


def test_without_an_image_a_versions_tests_are_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "6.1").touch()
    found = skipped(monkeypatch, tmp_path)
    assert found["6.1"] == "" and "make image KERNEL=6.12" in found["6.12"]


def test_without_any_image_none_is_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert skipped(monkeypatch, tmp_path) == {"6.12": "", "6.1": ""}


def test_all_are_wanted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "6.1").touch()
    monkeypatch.setattr(kernels, "_REQUIRE_ALL", True)
    with pytest.raises(pytest.UsageError, match="KERNEL=6.12"):
        skipped(monkeypatch, tmp_path)
