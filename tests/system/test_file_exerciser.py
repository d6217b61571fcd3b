# SPDX-License-Identifier: GPL-2.0-only
"""Random operations on files, against a model and against what Linux itself reads afterwards."""

from __future__ import annotations

import re

import pytest

from antbed_runner import Antbed
from guest import counting_kills, meanwhile

PLACES = [("/tmp", ""), ("/var/tmp", ""), ("/host", "-u")]  # tmpfs, ext4, 9p: which has no open files without a name
OPERATIONS = 3000


@pytest.mark.parametrize("place, options", PLACES)
def test_random_operations_leave_what_linux_reads(machine: Antbed, place: str, options: str) -> None:
    directory = f"{place}/exerciser"
    printed = machine.ant(f"filetest -d {directory} -s 1 -n {OPERATIONS} -p 2 -c {options}", timeout=600)
    assert printed.count(f": {OPERATIONS} operations in 3 rounds, all as expected\n") == 2, printed
    ours = re.findall(r"^[0-9a-f]{64}  .*\n", printed, re.MULTILINE)
    linux = machine.linux(f"find {directory} -type f -exec sha256sum {{}} +").splitlines(keepends=True)
    assert len(ours) >= 10 and sorted(ours) == sorted(linux)
    machine.linux(f"rm -r {directory}")


def test_what_was_acknowledged_outlives_its_proxy(machine: Antbed) -> None:
    """Each time all files are opened anew, and compared."""
    command = f"filetest -d /tmp/exerciser -s 2 -n {OPERATIONS} -p 2 -k"
    with meanwhile(machine, command, timeout=600) as results:
        killed = counting_kills(machine, results)
    lost = [int(number) for number in re.findall(r"proxies lost: (\d+), all as expected", results[0].text)]
    # One that was killed when its program had made its last call is missed by nobody.
    assert len(lost) == 2 and 0 < sum(lost) <= killed, f"{killed} killed\n{results[0]}"
    machine.linux("rm -r /tmp/exerciser")


def test_what_was_acknowledged_outlives_everybody(machine: Antbed) -> None:
    """Processes of AnT's are killed while they make the operations, and proxies and the parent."""
    command = "filetest -d /tmp/exerciser -s 3 -n 20000 -p 2 -K"
    with meanwhile(machine, command, timeout=600) as results:
        killed = counting_kills(machine, results, parents=True)
    lost = re.findall(r"proxies lost: (\d+), processes lost: (\d+), all as expected", results[0].text)
    assert killed > 0 and len(lost) == 2 and sum(int(processes) for _, processes in lost) > 0, str(results[0])
    machine.linux("rm -r /tmp/exerciser")


def test_a_sequence_is_made_again(machine: Antbed) -> None:
    lines = ["open 0 a rwc", "write 0 300000 7 private+3", "mkdir b", "rename a b/a", "pread 0 9000 262000 ica+1"]
    machine.linux(f"printf '%s\\n' {' '.join(repr(line) for line in lines)} >/tmp/sequence")
    assert machine.ant("filetest -d /tmp/again -r /tmp/sequence") == "filetest: 5 operations, all as expected\n"
    assert machine.linux("stat -c %s /tmp/again/b/a") == "300000\n"
    machine.linux("rm -r /tmp/again; echo 'open 7 a r' >/tmp/sequence")
    assert ":1: no operation" in machine.ant_fails("filetest -d /tmp/again -r /tmp/sequence", status=2)
