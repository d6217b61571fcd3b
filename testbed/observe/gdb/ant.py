# SPDX-License-Identifier: GPL-2.0-only
"""What AnT knows, read by the types of its own debug information. Callers look at AnT (systems.looking_at)."""

from __future__ import annotations

from collections.abc import Iterator

import gdb

from testbed.contract import constant, region_base

from . import stops
from .systems import memory, variable


def number(value: gdb.Value) -> int:
    """Of a number, or of a class around one: Number, Address, PageCount, std::atomic."""
    while value.type.strip_typedefs().code == gdb.TYPE_CODE_STRUCT:
        fields = value.type.strip_typedefs().fields()
        value = value[fields[0]]
    return int(value)


def word(value: gdb.Value) -> str:
    """An enumerator without its scope."""
    return str(value).rpartition("::")[2]


def elements(array: gdb.Value) -> Iterator[gdb.Value]:
    """Of a std::array."""
    inner = array["_M_elems"]
    first, last = inner.type.strip_typedefs().range()
    for index in range(first, last + 1):
        yield inner[index]


def text(array: gdb.Value) -> str:
    """Of a std::array<char, N> with a NUL behind the text, or without."""
    characters = bytes(int(each) & 0xFF for each in elements(array))
    return characters.partition(b"\0")[0].decode("utf-8", "replace")


def table() -> gdb.Value:
    """The LCA management table; where it must lie when AnT has not published it."""
    published = number(variable("ant::linux_driver")["table_"])
    place = gdb.Value(published or region_base() + constant("table.h", "ANTLINUX_TABLE_OFFSET"))
    return place.cast(gdb.lookup_type("antlinux_table").pointer()).dereference()


def is_published() -> bool:
    return int(table()["magic"]) == constant("table.h", "ANTLINUX_TABLE_MAGIC")


def lca(address: int) -> gdb.Value:
    pointer = gdb.lookup_type("antlinux_lca").pointer()
    return gdb.Value(address).cast(pointer).dereference()


def _ring(ring: gdb.Value, depth: int) -> stops.Ring:
    slots = tuple(int(ring["lca"][index]) for index in range(depth))
    return stops.Ring(int(ring["head"]), int(ring["tail"]), depth, slots)


def cores() -> dict[int, stops.Core]:
    """The table's entries of AnT's cores."""
    there = table()
    there.fetch_lazy()
    if not is_published():
        return {}
    entries = there["core"]
    depth = min(int(there["depth"]), constant("table.h", "ANTLINUX_MAX_DEPTH"))
    return {
        core: stops.Core(_ring(entries[core]["request"], depth), _ring(entries[core]["result"], depth))
        for core in range(entries.type.strip_typedefs().range()[1] + 1)
        if int(there["cores"]) >> core & 1
    }


def records() -> tuple[stops.Record, ...]:
    found = []
    for core, channel in enumerate(elements(variable("ant::linux_driver")["channels_"])):
        table_of_core = channel["records_"]
        for index in range(int(table_of_core["used_"])):
            record = table_of_core["records_"]["_M_elems"][index]
            if (state := word(record["state"])) != "unused":
                found.append(
                    stops.Record(
                        address=number(record["address"]),
                        core=core,
                        process=int(record["owner"]),
                        state=state,
                        sequence=int(record["sequence"]),
                        ending=state == "ending",
                        has_proxy=bool(record["has_proxy"]),
                    )
                )
    return tuple(found)


def slots() -> Iterator[gdb.Value]:
    """Every process there is, as AnT's own structure."""
    table = variable("ant::processes")
    table.fetch_lazy()  # at once: a question for each field takes long
    for process in elements(table):
        if word(process["mkernel"]["life"]) != "none":
            yield process


def waits_for(process: gdb.Value) -> str:
    """An enumerator of WaitFor."""
    return word(process["core"]["wait"]["what"])


def process(wanted: int) -> gdb.Value:
    for each in slots():
        if number(each["mkernel"]["number"]) == wanted:
            return each
    raise gdb.GdbError(f"AnT has no process {wanted} (ant-ps lists them)")


def processes() -> dict[int, stops.Process]:
    return {
        number(each["mkernel"]["number"]): stops.Process(
            number(each["mkernel"]["number"]),
            text(each["mkernel"]["name"]),
            number(each["mkernel"]["core"]),
            word(each["core"]["state"]),
            waits_for(each),
            bool(each["core"]["wait"]["is_over"]),
        )
        for each in slots()
    }


def current(core: int) -> gdb.Value | None:
    """The process that the core executes; None: it is idle."""
    process = variable("ant::cores")["_M_elems"][core]["scheduler"]["current_"]
    return process.dereference() if int(process) else None


def log_lines() -> list[str]:
    """AnT's kernel log (include/antlinux/observe/log.h), as far as it is kept."""
    kind = gdb.lookup_type("antlinux_log")
    place = region_base() + constant("table.h", "ANTLINUX_LOG_OFFSET")
    log = gdb.Value(place).cast(kind.pointer()).dereference()
    log.fetch_lazy()
    if int(log["magic"]) != constant("observe/log.h", "ANTLINUX_LOG_MAGIC"):
        raise gdb.GdbError("AnT has no log yet: it was not started")
    size = constant("observe/log.h", "ANTLINUX_LOG_TEXT_BYTES")
    ring = memory(place + kind.sizeof, size)
    start = int(log["start"]) & (size - 1)
    kept = min((int(log["end"]) - int(log["start"])) & 0xFFFFFFFF, size)
    return (ring + ring)[start : start + kept].decode("utf-8", "replace").splitlines()
