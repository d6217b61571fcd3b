# SPDX-License-Identifier: GPL-2.0-only
"""Which Linux versions the tests' machines run, and what is said where one of them is not at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from testbed.describe.kernel import known

ROOT = Path(__file__).resolve().parents[2]
_REQUIRE_ALL = os.environ.get("ANTBED_TEST_REQUIRE_ALL") == "1"

KERNELS = os.environ.get("ANTBED_TEST_KERNELS", "").split() or known()


def image_of(kernel: str) -> Path:
    return ROOT / "build" / f"disk-{kernel}.img"


def why_missing(kernel: str) -> str | None:
    """None when the version's disk image is there."""
    if image_of(kernel).is_file():
        return None
    return f"no build/disk-{kernel}.img: make image KERNEL={kernel} LINUX_SRC=PATH builds it from a stock source"


def parametrise(metafunc: pytest.Metafunc) -> None:
    """One case for each version, of every test that needs `kernel` (a machine needs it)."""
    if "kernel" not in metafunc.fixturenames or _has_its_own(metafunc):
        return
    # No computer need have the source of all, but of one: without any the tests do not pass by being skipped.
    some = any(why_missing(kernel) is None for kernel in KERNELS)
    cases = []
    for kernel in KERNELS:
        reason = why_missing(kernel) if some or _REQUIRE_ALL else None
        if reason and _REQUIRE_ALL:
            raise pytest.UsageError(f"ANTBED_TEST_REQUIRE_ALL=1, but {reason}")
        if kernel.endswith("-debug") and metafunc.definition.get_closest_marker("figures"):
            reason = "its paths are not the product's"
        marks = [pytest.mark.skip(reason=reason)] if reason else []
        cases.append(pytest.param(kernel, id=kernel, marks=marks))
    metafunc.parametrize("kernel", cases, indirect=True, scope="session")


def _has_its_own(metafunc: pytest.Metafunc) -> bool:
    """A test about sources, not machines, chooses by itself."""
    return any("kernel" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))


def order_of(item: pytest.Item) -> int:
    """The place of a test's version in the order of versions."""
    callspec = getattr(item, "callspec", None)
    kernel = callspec.params.get("kernel") if callspec else None
    return KERNELS.index(kernel) if kernel in KERNELS else 0
