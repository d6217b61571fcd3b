# SPDX-License-Identifier: GPL-2.0-only
"""What AnT's programs may do on Linux: as much as the user `ant` of a machine that hides itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import guest
from antbed_runner import Antbed
from guest import counter, eventually, meanwhile, parent_and_proxies, proxies, the_parent, without_proxies
from profiles import variant


@pytest.mark.parametrize(
    "path, errno",
    [
        ("/dev/mem", "ENOENT"),
        ("/dev/port", "ENOENT"),
        ("/dev/kmsg", "ENOENT"),
        ("/dev/ant", "ENOENT"),
        ("/dev/vda", "ENOENT"),
        ("/dev/ttyS0", "ENOENT"),
        ("/proc/kcore", "ENOENT"),
        ("/proc/sysrq-trigger", "ENOENT"),
        ("/proc/1/mem", "ENOENT"),
        ("/proc/self/mem", "ENOENT"),
        ("/proc/self/fd/63", "ENOENT"),
        ("/proc/sys/kernel/hostname", "ENOENT"),
        ("/etc/passwd", "EACCES"),
        ("/lib/modules/antlinux.ko", "EACCES"),
        ("/sys/block/vda/queue/read_ahead_kb", "EACCES"),
    ],
)
def test_machine_is_out_of_reach(machine: Antbed, path: str, errno: str) -> None:
    """Each by its own access on Linux, and none of it by AnT, for writing; what is hidden cannot be read either."""
    result = machine.ant(f"calltest open {path} w , open {path} r").splitlines()
    assert result[0].endswith(f" errno={errno}"), result
    assert (errno != "ENOENT") or result[1].endswith(f" errno={errno}"), result


def test_harmless_devices_and_facts_are_there(machine: Antbed) -> None:
    assert sorted(machine.ant("ls /dev").split()) == ["full", "null", "random", "urandom", "zero"]
    assert machine.ant("calltest open /dev/null rw , write @ 10 1 , read @ 10").count("errno") == 0
    assert machine.ant("cat /proc/version") == machine.linux("cat /proc/version")
    assert machine.ant("cat /sys/kernel/mint/region") == machine.linux("cat /sys/kernel/mint/region")


def test_files_belong_to_the_user(machine: Antbed, share: Path) -> None:
    machine.ant("write /tmp/mine x; mkdir /tmp/my-directory; write /host/mine x; write /var/tmp/mine x")
    paths = "/tmp/mine /tmp/my-directory /host/mine /var/tmp/mine"
    owner = machine.linux("id -u ant").strip()
    assert set(machine.linux(f"stat -c %u {paths}").split()) == {owner}
    assert owner != "0" and (share / "mine").read_text(encoding="utf-8") == "x\n"
    machine.linux("touch /tmp/roots; chmod 600 /tmp/roots")
    assert "Permission denied" in machine.ant_fails("cat /tmp/roots")


def test_what_is_mounted_later_is_there(machine: Antbed) -> None:
    machine.linux("mkdir -p /mnt/later; mount -t tmpfs none /mnt/later; echo seen >/mnt/later/file")
    assert machine.ant("cat /mnt/later/file; write /mnt/later/back too") == "seen\n"
    assert machine.linux("cat /mnt/later/back") == "too\n"
    machine.linux("umount /mnt/later")


def status(machine: Antbed, pid: int) -> dict[str, str]:
    lines = machine.linux(f"cat /proc/{pid}/status").splitlines()
    return {line.partition(":")[0]: line.partition(":")[2].strip() for line in lines}


def test_parent_and_proxies_have_no_privileges(machine: Antbed, kernel: str) -> None:
    with guest.gate(machine) as gate, meanwhile(machine, f"cat {gate}"):
        assert eventually(lambda: proxies(machine) == 1)
        parent, proxy = the_parent(machine), parent_and_proxies(machine)[1][0]
        for pid in (parent, proxy):
            found = status(machine, pid)
            assert set(found["Uid"].split()) == {machine.linux("id -u ant").strip()}
            # 3.0.8 shows the bits of capabilities that it does not know as set.
            known = (1 << (36 if kernel == "3.0.8" else 64)) - 1
            assert {int(found[name], 16) & known for name in ("CapInh", "CapPrm", "CapEff", "CapBnd")} == {0}
            if kernel != "3.0.8":  # it has neither
                assert (found["NoNewPrivs"], found["Seccomp"]) == ("1", "2")
            # Not dumpable: what is in /proc of them is root's.
            assert machine.linux(f"stat -c %u /proc/{pid}/mem") == "0\n"
            limits = machine.linux(f"cat /proc/{pid}/limits")
            assert "Max core file size        0 " in limits and "Max processes             528 " in limits
        assert machine.linux(f"cat /proc/{parent}/oom_score_adj") == "-999\n"
        assert machine.linux(f"cat /proc/{proxy}/oom_score_adj") == "500\n"
        guest.open_gate(machine, gate)


def test_an_idle_proxy_without_files_makes_room(
    own_machine: Antbed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Three proxies at a time: five LCAs take turns, and only who finds all of them busy is refused."""
    machine = own_machine
    machine.up("--profile", variant(tmp_path_factory, "few", linux_keys="proxies = 3"))
    assert machine.ant("calltest -l 5 -n 20 stat /etc/hostname").count("equal") == 1
    assert counter(machine, "retired") >= 17
    without_proxies(machine)
    with guest.gate(machine) as gate:
        before = counter(machine, "results")
        keepers = " & ".join([f"calltest open /etc/hostname r , open {gate} r , read 3 4"] * 4)
        with meanwhile(machine, f"{keepers} & wait") as results:
            # Three opens, and each call of the fourth.
            assert eventually(lambda: counter(machine, "results") >= before + 6)
            assert eventually(lambda: counter(machine, "in_progress") == 3)
            guest.open_gate(machine, gate)
    assert results[0].text.count("read retval=4 ") == 3
    assert results[0].text.count("retval=-11 errno=EAGAIN") == 3
    assert machine.ant("calltest null") == "null retval=0\n"
