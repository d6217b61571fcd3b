# SPDX-License-Identifier: GPL-2.0-only
"""A call touches what its caller may use, and nobody else's memory. (What was lent: test_servers.py.)"""

from __future__ import annotations

from pathlib import Path

import pytest

from antbed_runner import Antbed
from test_calls import calltest, digest, pattern

PAGE = 4096


def memory(machine: Antbed) -> dict[str, int]:
    return {name: int(value, 0) for name, value in (line.split(": ") for line in machine.ant("mem").splitlines())}


def test_no_call_reads_everybodys_memory(machine: Antbed) -> None:
    """From the start of the ICA, where the first processes have their areas."""
    start = memory(machine)["ica_base"]
    for length in (1, 128, PAGE, 0x40000):
        _, written, status = calltest(machine, "open /tmp/loot wct", f"raw 1 @ {start:#x} {length:#x}", "fstat @")
        assert written == "raw retval=-14 errno=EFAULT" and " size=0 " in status


@pytest.mark.parametrize("call", ["raw 0 @ buf {}", "raw 17 @ buf {} 0"])
def test_no_call_writes_beyond_the_callers_area(machine: Antbed, share: Path, call: str) -> None:
    """The file is as long as the buffer says, so Linux would write all of it."""
    (share / "long").write_bytes(bytes(8 << 20))
    before = machine.ant("ps")
    _, read, sought = calltest(machine, "open /host/long r", call.format(8 << 20), "lseek @ 0 cur")
    assert read == "raw retval=-14 errno=EFAULT" and sought == "lseek retval=0", "nothing was read before"
    assert machine.ant("ps").splitlines()[0] == before.splitlines()[0]


def test_another_processs_memory_is_not_there(machine: Antbed, share: Path) -> None:
    """One process has data in the ICA and waits in Linux, its LCA in use, while another one tries each page."""
    data = pattern(16 * PAGE, 9)
    (share / "zeros").write_bytes(bytes(PAGE))
    machine.linux("rm -f /tmp/ready /tmp/done /tmp/loot; mkfifo -m 666 /tmp/ready /tmp/done")
    found = memory(machine)
    # The allocator takes the lowest pages: first come those in use, then the two programs'.
    pages = range((found["ica_size"] - found["ica_free"]) // PAGE + 25)
    places = [found["ica_base"] + page * PAGE + PAGE - 96 for page in pages]
    # Each FIFO is open when both ends are: the data is there before the first try, and until after the last one.
    victim = f"open /tmp/theirs wct , write @ {len(data)} 9 , open /tmp/ready r , open /tmp/done r"
    victim = f"on 2 calltest {victim} , raw 1 3 buf {len(data)}"
    thief = ["open /host/zeros r", "open /tmp/loot wct", "open /tmp/ready w"]
    thief += [f"raw {('0 3', '1 4')[n % 2]} {place:#x} 96" for n, place in enumerate(places)]  # reads or writes
    said = machine.ant(f"{victim} & calltest {' , '.join(thief)} ; calltest open /tmp/done w ; wait")
    results = [line for line in said.splitlines() if line.startswith("raw")]
    assert results.count(f"raw retval={len(data)}") == 1
    opened = results.count("raw retval=96")  # pages of the thief's: an LCA's area and the buffer's guards
    assert results.count("raw retval=-14 errno=EFAULT") == len(pages) - opened and 0 < opened <= 4, said
    loot = machine.exec("linux", "cat /tmp/loot").out
    assert len(loot) % 96 == 0 and len(loot) <= 96 * opened
    assert not any(data[at : at + 96] in loot for at in range(PAGE - 96, len(data), PAGE))
    assert machine.linux("sha256sum", "/tmp/theirs").split()[0] == digest(data + data), "written before and after"
