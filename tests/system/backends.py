# SPDX-License-Identifier: GPL-2.0-only
"""Which back end the tests' machines have: ANTBED_TEST_BACKEND=libvirt runs every test that boots one on libvirt.

It is the libvirt of LIBVIRT_DEFAULT_URI, or one of the tests' own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack

import pytest

import libvirt_daemon

CHOSEN = os.environ.get("ANTBED_TEST_BACKEND") or "qemu"
# libvirt keeps no exit status of QEMU's: there a panic's own words stand in its place.
_DIRECT = CHOSEN == "qemu"
ANT_PANICKED = "AnT panicked (QEMU's status 67)" if _DIRECT else "AnT panicked: AnT panic on core "
LINUX_PANICKED = "Linux panicked (QEMU's status 69)" if _DIRECT else "Linux panicked: Kernel panic"
_daemons = ExitStack()


def begin(config: pytest.Config) -> None:
    if CHOSEN not in ("qemu", "libvirt"):
        raise pytest.UsageError(f"ANTBED_TEST_BACKEND={CHOSEN}: there are qemu and libvirt")
    if CHOSEN == "libvirt" and libvirt_daemon.why_missing() is None and not config.option.collectonly:
        if "LIBVIRT_DEFAULT_URI" not in os.environ:
            os.environ["LIBVIRT_DEFAULT_URI"] = _daemons.enter_context(libvirt_daemon.daemon())
        os.environ["ANTBED_BACKEND"] = "libvirt"


def end(config: pytest.Config) -> None:
    _daemons.close()


def skip_without(items: list[pytest.Item], kind_of: Callable[[pytest.Item], int]) -> None:
    """With the back end missing, what boots a machine is skipped and says why."""
    if CHOSEN == "libvirt" and (reason := libvirt_daemon.why_missing()):
        for item in items:
            if kind_of(item) > 0:
                item.add_marker(pytest.mark.skip(reason=f"ANTBED_TEST_BACKEND=libvirt: {reason}"))
