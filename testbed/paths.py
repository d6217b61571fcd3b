# SPDX-License-Identifier: GPL-2.0-only
"""Where things are, most of them in the source tree, and how they are shown to people."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("ANTBED_BUILD", ROOT / "build")).resolve()
MACHINES = ROOT / "testbed" / "describe" / "machines"
CONTRACT = ROOT / "include" / "antlinux"
QEMU = os.environ.get("ANTBED_QEMU", "qemu-system-x86_64")


def shown(path: Path) -> str:
    """The path as a person in the tree would type it: relative when it lies inside."""
    try:
        return str(path.resolve().relative_to(ROOT))
    except ValueError:
        return str(path)
