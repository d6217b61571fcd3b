# SPDX-License-Identifier: GPL-2.0-only
"""A processor's registers as QEMU sends them, and as gdb must get them for a 32-bit kernel.

QEMU's stub describes every processor of its x86-64 machine as a 64-bit one, whatever mode it is in. That is right for
Linux. For AnT gdb must believe in an i386: by its DWARF register numbers and its words it finds frames and variables.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

# The i386's registers in gdb's order (gdb manual, "i386 Features"; org.gnu.gdb.i386.core), and where they are in the
# 64-bit description.
_GENERAL = ("ax", "cx", "dx", "bx", "sp", "bp", "si", "di")
_SEGMENTS = ("cs", "ss", "ds", "es", "fs", "gs")
_FLOATING = tuple(f"st{number}" for number in range(8))
_CONTROL = ("fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop")
# The control registers belong to an i386 for us, though not for gdb.
_SYSTEM = ("cr0", "cr2", "cr3", "cr4")
_TYPES = {"esp": "data_ptr", "ebp": "data_ptr", "eip": "code_ptr"}


@dataclass(frozen=True)
class Field:
    number: int  # gdb's, for the packets p and P
    offset: int  # bytes, in the packet g
    size: int


Layout = dict[str, Field]


def layout_of(*features: str) -> Layout:
    """The layout that these descriptions, each an XML file with a <feature>, have one behind the other."""
    layout: Layout = {}
    number = offset = 0
    for text in features:
        for register in ElementTree.fromstring(text).iter("reg"):
            number = int(register.get("regnum", number))
            size = int(register.attrib["bitsize"]) // 8
            layout[register.attrib["name"]] = Field(number, offset, size)
            number, offset = number + 1, offset + size
    return layout


def _i386() -> list[tuple[str, int, str, str]]:
    """Name, bits, gdb's type, and the name among the 64-bit registers."""
    words = [(f"e{name}", f"r{name}") for name in (*_GENERAL, "ip")] + [("eflags", "eflags")]
    words += [(name, name) for name in _SEGMENTS]
    rows = [(name, 32, _TYPES.get(name, "int32"), wide) for name, wide in words]
    rows += [(name, 80, "i387_ext", name) for name in _FLOATING]
    rows += [(name, 32, "int", name) for name in _CONTROL]
    return rows


_SYSTEM_ROWS = [(name, 32, "int32", name) for name in _SYSTEM]
_WIDE = {name: wide for name, _, _, wide in _i386() + _SYSTEM_ROWS}


def _feature(name: str, rows: list[tuple[str, int, str, str]]) -> str:
    registers = "".join(f'<reg name="{name}" bitsize="{bits}" type="{kind}"/>' for name, bits, kind, _ in rows)
    return f'<feature name="{name}">{registers}</feature>'


_FEATURES = (_feature("org.gnu.gdb.i386.core", _i386()), _feature("antbed.system", _SYSTEM_ROWS))
I386_DESCRIPTION = (
    '<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd">'
    f"<target><architecture>i386</architecture>{''.join(_FEATURES)}</target>"
)
I386_LAYOUT = layout_of(*_FEATURES)


class Registers:
    """All registers of one processor, in QEMU's 64-bit layout."""

    def __init__(self, layout: Layout, data: bytes) -> None:
        self._layout = layout
        self.data = bytearray(data)

    def __getitem__(self, name: str) -> bytes:
        field = self._layout[name]
        return bytes(self.data[field.offset : field.offset + field.size])

    def __setitem__(self, name: str, value: bytes) -> None:
        field = self._layout[name]
        self.data[field.offset : field.offset + field.size] = value[: field.size].ljust(field.size, b"\0")

    def set_number(self, name: str, value: int) -> None:
        self[name] = value.to_bytes(self._layout[name].size, "little")

    def as_i386(self) -> bytes:
        """The lower halves, in the i386's order. What this QEMU does not tell is 0."""
        parts = []
        for name, field in I386_LAYOUT.items():
            wide = _WIDE[name]
            value = self[wide] if wide in self._layout else b""
            parts.append(value[: field.size].ljust(field.size, b"\0"))
        return b"".join(parts)

    def take_i386(self, data: bytes) -> None:
        """The opposite: what gdb wants to be in the registers."""
        for name, field in I386_LAYOUT.items():
            if _WIDE[name] in self._layout:
                self[_WIDE[name]] = data[field.offset : field.offset + field.size]
