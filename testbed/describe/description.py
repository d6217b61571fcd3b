# SPDX-License-Identifier: GPL-2.0-only
"""Reads a machine description (TOML) into a Machine; what its values must fulfil is in rules.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..paths import MACHINES, shown
from .machine import DRIVERS, Ant, Device, Disk, Linux, Machine
from .rules import check
from .source import DescriptionError, Source, Table


def _read(source: Source, name: str) -> Machine:
    tree = source.tree
    for key in tree:
        if key not in ("machine", "linux", "ant", "device", "disk"):
            source.refuse(key, "unknown table; known: machine, linux, ant, device, disk")

    def table(key: str) -> Table:
        if key not in tree:
            source.refuse(key, "this table is missing")
            source.raise_if_refused()
        return Table(source, key, tree[key])

    def tables(key: str) -> list[Table]:
        value = tree.get(key, [])
        if not isinstance(value, list):
            source.refuse(key, f"write [[{key}]]: there may be several")
            return []
        return [Table(source, f"{key}[{index}]", one) for index, one in enumerate(value)]

    board, linux, ant = table("machine"), table("linux"), table("ant")
    devices, disks = tables("device"), tables("disk")
    machine = Machine(
        name=name,
        memory=board.size("memory"),
        cores=board.number("cores"),
        linux=Linux(
            cores=linux.cores("cores"),
            command_line=linux.text("command_line", ""),
            serial=linux.text("serial", ""),
            user=linux.text("user", "ant"),
            proxies=linux.number("proxies", 256),
        ),
        ant=Ant(
            cores=ant.cores("cores"),
            base=ant.size("base"),
            size=ant.size("size"),
            ica=ant.size("ica"),
            depth=ant.number("depth"),
            pci=ant.pci_ids("pci"),
            command_line=ant.text("command_line", ""),
        ),
        devices=tuple(Device(model=one.text("model"), pci_id=one.pci_id("id")) for one in devices),
        disks=tuple(Disk(image=one.text("image"), bus=one.text("bus", "virtio")) for one in disks),
    )
    for one in (board, linux, ant, *devices, *disks):
        one.finish()
    return machine


def profiles() -> list[str]:
    """The machines that come with the testbed."""
    return sorted(path.stem for path in MACHINES.glob("*.toml"))


def load(profile: str) -> Machine:
    """The machine of a profile's name ("small") or of a file ("my/machine.toml")."""
    path = Path(profile) if profile.endswith(".toml") else MACHINES / f"{profile}.toml"
    if not path.is_file():
        known = ", ".join(profiles())
        raise DescriptionError([f"no machine description {shown(path)}; profiles: {known}"])
    source = Source(path)
    machine = _read(source, path.stem)
    source.raise_if_refused()
    check(machine, source)
    source.raise_if_refused()
    return replace(machine, disks=(*machine.disks, Disk(DRIVERS))) if machine.needs_drivers else machine
