# SPDX-License-Identifier: GPL-2.0-only
"""./antbed bench --hosts with two libvirts of this computer: two machines at once, one run."""

from __future__ import annotations

import json
import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

import libvirt_daemon
import machine_fixtures
from antbed_runner import ROOT
from test_libvirt import KERNEL, domains
from testbed.bench import plan, raw
from testbed.bench.cells import EXACT

EXPERIMENTS = ("table6", "steps")


@pytest.mark.own_machine
def test_two_libvirts_make_one_run(tmp_path: Path) -> None:
    if reason := libvirt_daemon.why_missing():
        pytest.skip(reason)
    if missing := [name for name in ("numpy", "matplotlib", "jinja2") if find_spec(name) is None]:
        pytest.skip(f"no {', '.join(missing)}: install the group bench of images/packages.list")
    for other in machine_fixtures.shared():
        other.down()
    with libvirt_daemon.daemon() as one, libvirt_daemon.daemon() as two:
        description = tmp_path / "hosts.toml"
        description.write_text(
            "".join(
                f'[[host]]\nname = "{name}"\nconnect = "{uri}"\naccel = "tcg"\n'
                for name, uri in (("one", one), ("two", two))
            ),
            encoding="utf-8",
        )
        argv = [str(ROOT / "antbed"), "bench", "--hosts", str(description), "--accel", "exact", "--quick"]
        done = subprocess.run(
            [*argv, "--only", ",".join(EXPERIMENTS), "--kernel", KERNEL, "--seed", "1", "--as", "run"],
            env={**os.environ, "ANTBED_RESULTS": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert not domains(one) and not domains(two)
    environment = json.loads((tmp_path / "run" / "env.json").read_text(encoding="utf-8"))
    assert environment["state"] == "complete"
    # Each of the two took one: neither had ended before the other began.
    assert sorted(len(host["parts"]) for host in environment["hosts"].values()) == [1, 1]
    rows = list(raw.read(tmp_path / "run" / "raw"))
    assert len([row for row in rows if row.cell.experiment == "table6"]) >= 3 * 1000
    assert {row.cell.experiment for row in rows} == set(EXPERIMENTS)
    assert {work.cell.case for work in plan.make(plan.BenchWish((EXACT,), ("table6",), True, 1))} == {
        row.cell.case for row in rows if row.cell.experiment == "table6"
    }
    assert (tmp_path / "run" / "report.html").stat().st_size > 10_000
