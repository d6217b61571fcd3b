# SPDX-License-Identifier: GPL-2.0-only
"""The page tables of an address space that no core uses at the moment (Intel SDM vol. 3, 4.4 "PAE paging")."""

from __future__ import annotations

from collections.abc import Callable, Iterator

PAGE = 4096
_PRESENT = 1
_LARGE = 1 << 7  # in a directory: a page of 2 MiB
_FRAME = 0x000F_FFFF_FFFF_F000

ReadPhysical = Callable[[int, int], bytes]  # address, length


def _physical(read: ReadPhysical, root: int, address: int) -> int:
    """ValueError: nothing is mapped there."""
    table = root & ~0x1F
    for shift, entries in ((30, 4), (21, 512), (12, 512)):
        place = table + 8 * (address >> shift & (entries - 1))
        entry = int.from_bytes(read(place, 8), "little")
        if not entry & _PRESENT:
            raise ValueError(f"nothing is mapped at {address:#x}")
        table = entry & _FRAME
        if shift == 21 and entry & _LARGE:
            return table & ~((1 << shift) - 1) | address & ((1 << shift) - 1)
    return table | address & (PAGE - 1)


def _pieces(address: int, length: int) -> Iterator[tuple[int, int]]:
    while length > 0:
        piece = min(length, PAGE - address % PAGE)
        yield address, piece
        address, length = address + piece, length - piece


def read_virtual(read: ReadPhysical, root: int, address: int, length: int) -> bytes:
    """What lies at `address` in the address space of this CR3."""
    return b"".join(read(_physical(read, root, at), piece) for at, piece in _pieces(address, length))
