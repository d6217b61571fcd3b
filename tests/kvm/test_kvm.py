# SPDX-License-Identifier: GPL-2.0-only
"""The testbed under KVM: it comes up, its parts are parted, calls are right, alone and from all cores, it ends.

Few and whole commands, in this order: on an emulated computer (outer.sh) each takes twenty times as long as elsewhere.
"""

from __future__ import annotations

import hashlib
import random
import re
from pathlib import Path

import pytest

from antbed_runner import Antbed
from testbed.run import time_stamp

LIMIT = 900.0  # seconds for a command; detects a hang


def test_both_systems_come_up_and_are_parted(machine: Antbed, kernel: str) -> None:
    state = machine.state()
    assert (state["accelerator"], state["phase"], state["kernel"]) == ("kvm", "ready", kernel)
    seen = machine.linux("nproc; cat /sys/kernel/mint/started; cat /proc/tty/driver/serial", timeout=LIMIT)
    assert seen.startswith("1\n1\n") and "000002F8" not in seen, seen
    cores = machine.ant("cores", timeout=LIMIT).splitlines()
    assert [line.split()[:2] for line in cores] == [["1", "m-kernel"], ["2", "p-kernel"], ["3", "p-kernel"]]
    assert machine.ant("devices", timeout=LIMIT).split()[1] == "1234:11e8"


def test_both_count_with_the_frequency_that_kvm_gives(machine: Antbed) -> None:
    told = int(machine.linux("cat /sys/kernel/mint/tsc_khz", timeout=LIMIT))
    assert told == pytest.approx(time_stamp.kvm_khz(), rel=0.011), "Linux may refine the figure by a hundredth"


def test_calls_pass_what_they_should(machine: Antbed, share: Path) -> None:
    data = random.Random(1).randbytes(300_007)
    (share / "sample").write_bytes(data)
    assert machine.ant("sha256sum /host/sample", timeout=LIMIT).split()[0] == hashlib.sha256(data).hexdigest()
    steps = "open /host/sample r , lseek @ -10 end , read @ 4096 , read @ 4096 , close @ , read @ 1"
    lines = machine.ant(f"calltest {steps}", timeout=LIMIT).splitlines()
    assert "retval=10 " in lines[2] and "retval=0 " in lines[3] and lines[5].endswith("errno=EBADF"), lines
    machine.ant("write /tmp/from-ant 'written by AnT'", timeout=LIMIT)
    assert machine.linux("cat /tmp/from-ant", timeout=LIMIT).strip() == "written by AnT"


def test_three_cores_call_at_once(machine: Antbed, share: Path) -> None:
    digests = {}
    for core in (1, 2, 3):
        data = random.Random(core).randbytes(9000)
        (share / f"core-{core}").write_bytes(data)
        digests[core] = hashlib.sha256(data[:5000]).hexdigest()
    command = " & ".join(
        f"on {core} calltest -n 50 open /host/core-{core} r , read @ 5000 , lseek @ 0 end , close @" for core in digests
    )
    out = machine.ant(f"{command} & wait", timeout=LIMIT)
    assert all(out.count(f"sha256={digest}\n") == 1 for digest in digests.values()), out
    assert out.count("repetitions=50 equal\n") == 3, out


def test_a_call_can_be_measured(machine: Antbed) -> None:
    out = machine.ant("bench null", timeout=LIMIT)
    print(out)  # the report shows it: pytest -rP
    rows = dict(re.findall(r"^null +(continued|not-continued) +1000 +\d+ +(\d+) ", out, re.MULTILINE))
    assert 0 < int(rows["continued"]) < int(rows["not-continued"])


def test_the_machine_ends_as_it_should(machine: Antbed) -> None:
    ended = machine.call("down", limit=LIMIT)
    assert ended.status == 0, str(ended)
    assert machine.call("status", limit=LIMIT).status == 3
