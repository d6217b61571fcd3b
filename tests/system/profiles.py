# SPDX-License-Identifier: GPL-2.0-only
"""Variants of the small machine for tests that need a special one."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# AnT panics at its start when it has this word on its command line, and says why.
PANIC_WORD = "ica=2147483648"
PANIC = "memory: no space for an ICA of 2048 MiB"


def variant(
    factory: pytest.TempPathFactory,
    name: str,
    linux_command_line: str = "",
    linux_keys: str = "",
    ant_command_line: str = "",
    image: str = "build/disk-{kernel}.img",
) -> str:
    """A description file: small.toml with further words for the systems, further keys of Linux's, or another disk."""
    text = (ROOT / "testbed" / "describe" / "machines" / "small.toml").read_text(encoding="utf-8")
    text = text.replace("[linux]", f'[linux]\n{linux_keys}\ncommand_line = "{linux_command_line}"')
    text = text.replace("[ant]", f'[ant]\ncommand_line = "{ant_command_line}"')
    text = text.replace("build/disk-{kernel}.img", image)
    path = factory.mktemp("machine") / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def changed(directory: Path, name: str, *changes: tuple[str, str]) -> str:
    """A description file: small.toml with other text in places that it has once."""
    text = (ROOT / "testbed" / "describe" / "machines" / "small.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = directory / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)
