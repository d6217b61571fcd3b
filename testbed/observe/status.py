# SPDX-License-Identifier: GPL-2.0-only
"""What is known of a machine without asking its guests: from its state file, its logs and who runs it."""

from __future__ import annotations

from typing import Any

from ..run.instance import Instance
from ..run.rundir import all_runs
from ..run.state import boot_time

Facts = dict[str, Any]


def facts(name: str) -> Facts:
    """What `status` shows, as text or as JSON: the state file, and what has become of the machine since."""
    instance = Instance.find(name)
    if instance is None:
        return {"name": name, "alive": False, "phase": "none"}
    known: Facts = {**instance.state.facts(), "name": name, "logs": str(instance.run.path)}
    if not instance.alive():
        return {**known, "alive": False, "phase": "ended", "ended": instance.how_it_ended(), "ant": "ended"}
    if why := instance.why_paused():
        known |= {"phase": "paused", "paused": f"{why}; {instance.how_to_resume}"}
    return {**known, "alive": True, "uptime": round(boot_time() - instance.state.since, 1), "ant": instance.ant()}


def all_facts() -> list[Facts]:
    """Of every machine that has not been taken down."""
    return [facts(run.name) for run in all_runs()]


def text(of: Facts) -> str:
    if of["phase"] == "none":
        return f"machine '{of['name']}': none"
    if not of["alive"]:
        return f"machine '{of['name']}': ended: {of['ended']}"
    lines = [
        f"machine '{of['name']}': {of['phase']}, up {of['uptime']:.0f} s",
        *([f"  {of['paused']}"] if "paused" in of else []),
        f"  profile {of['profile']}, Linux {of['kernel']}",
        f"  AnT: {of['ant']}",
        f"  accelerator {of['accelerator']}: {of['reason']}",
        f"  /host is {of['share']}",
        f"  QEMU's process {of['pid']}, logs in {of['logs']}",
    ]
    if "domain" in of:
        lines.append(f"  libvirt's domain {of['domain']} at {of['connect']}")
    return "\n".join(lines)


def line(of: Facts) -> str:
    """For a status line: which machine, and how it is."""
    if of["phase"] == "none":
        return f"machine '{of['name']}': none"
    if not of["alive"]:
        return f"Linux {of['kernel']} | ended: {of['ended'].partition(' (')[0]}"
    paused = " | paused" if "paused" in of else ""
    return f"Linux {of['kernel']} | {of['accelerator']} | AnT: {of['ant']}{paused}"
