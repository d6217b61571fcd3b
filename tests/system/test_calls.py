# SPDX-License-Identifier: GPL-2.0-only
"""Every call of AnT against Linux's own answer on the same file."""

from __future__ import annotations

import hashlib
import os
import random
import re
from pathlib import Path

import pytest

from antbed_runner import Antbed
from guest import meanwhile

PAGE = 4096
SIZE = 1_300_007  # of the sample file: many pages, an odd end
BORDER_LENGTHS = sorted({0, 1, 2, 511, 513} | {n * PAGE + d for n in (1, 2, 16, 256) for d in (-1, 0, 1)})


@pytest.fixture(scope="module")
def sample(share: Path) -> bytes:
    data = random.Random(1).randbytes(SIZE)
    (share / "sample").write_bytes(data)
    return data


def calltest(machine: Antbed, *steps: str, options: str = "") -> list[str]:
    """One line of result for each step."""
    lines = machine.ant(f"calltest {options} {' , '.join(steps)}").splitlines()
    assert len(lines) == len(steps), lines
    return lines


def retval(line: str) -> int:
    found = re.search(r"retval=(-?\d+)", line)
    assert found, line
    return int(found[1])


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pattern(length: int, seed: int) -> bytes:
    """What calltest writes."""
    return bytes((seed + 7 * i + 13 * (i // 256)) % 256 for i in range(length))


@pytest.mark.parametrize("options", ["-o 0", "-o 1", "-o 4095", "-o 2048 -b private"])
@pytest.mark.parametrize("place", ["/host/sample", "/tmp/sample", "/var/tmp/sample"])
def test_read_of_all_lengths_around_pages(machine: Antbed, sample: bytes, place: str, options: str) -> None:
    machine.linux(f"[ {place} = /host/sample ] || cp /host/sample {place}")
    offsets = (0, 1, PAGE - 1, 3 * PAGE + 17)
    for offset in offsets:
        steps = [f"open {place} r"]
        for length in BORDER_LENGTHS:
            steps += [f"lseek @ {offset} set", f"read @ {length}"]
        results = calltest(machine, *steps, "close @", options=options)
        for length, sought, read in zip(BORDER_LENGTHS, results[1:-1:2], results[2:-1:2], strict=True):
            expected = sample[offset : offset + length]
            assert retval(sought) == offset
            assert read == f"read retval={len(expected)} sha256={digest(expected)}"
        assert retval(results[-1]) == 0


def test_short_read_at_the_end(machine: Antbed, sample: bytes) -> None:
    steps = ["open /host/sample r", f"lseek @ {SIZE - 10} set", "read @ 4096", "read @ 4096", "lseek @ 5 end"]
    steps.append("read @ 1")
    _, _, tail, at_end, beyond, nothing = calltest(machine, *steps)
    assert tail == f"read retval=10 sha256={digest(sample[-10:])}"
    assert retval(at_end) == 0 and retval(beyond) == SIZE + 5 and retval(nothing) == 0


@pytest.mark.parametrize("options", ["-o 0", "-o 1", "-o 4095", "-o 2048 -b private"])
@pytest.mark.parametrize("place", ["/host/written", "/tmp/written", "/var/tmp/written"])
def test_write_of_all_lengths_around_pages(machine: Antbed, place: str, options: str) -> None:
    steps = [f"open {place} wct"]
    expected = b""
    for seed, length in enumerate(BORDER_LENGTHS):
        steps.append(f"write @ {length} {seed}")
        expected += pattern(length, seed)
    results = calltest(machine, *steps, "close @", options=options)
    assert [retval(line) for line in results[1:-1]] == BORDER_LENGTHS
    assert machine.linux("sha256sum", place) == f"{digest(expected)}  {place}\n"


def test_written_file_is_the_hosts_too(machine: Antbed, share: Path) -> None:
    calltest(machine, "open /host/new wcx 640", "write @ 5000 3", "close @")
    assert (share / "new").read_bytes() == pattern(5000, 3)
    assert (share / "new").stat().st_mode & 0o777 == 0o640
    assert calltest(machine, "open /host/new wcx")[0] == "open retval=-17 errno=EEXIST"
    calltest(machine, "open /host/new wa", "write @ 3 9", "close @")
    assert (share / "new").read_bytes() == pattern(5000, 3) + pattern(3, 9)
    calltest(machine, "open /host/new wt", "close @")
    assert (share / "new").read_bytes() == b""


BIG = 5 << 30


@pytest.mark.parametrize("place", ["/host/big", "/var/tmp/big", "/tmp/big"])
def test_offsets_and_sizes_beyond_4_gib(machine: Antbed, place: str) -> None:
    steps = [f"open {place} rwct", f"lseek @ {BIG} set", "write @ 100 7", "lseek @ 0 cur", f"lseek @ {-100} end"]
    steps += ["read @ 200", "fstat @", "lseek @ -1 set", "lseek @ 0 set", "read @ 10", "close @", f"stat {place}"]
    results = calltest(machine, *steps)
    assert [retval(results[i]) for i in (1, 2, 3, 4)] == [BIG, 100, BIG + 100, BIG]
    assert results[5] == f"read retval=100 sha256={digest(pattern(100, 7))}"
    assert f" size={BIG + 100} " in results[6] and f" size={BIG + 100} " in results[11]
    assert results[7] == "lseek retval=-22 errno=EINVAL"
    assert results[9] == f"read retval=10 sha256={digest(bytes(10))}"
    assert machine.linux("stat", "-c", "%s", place) == f"{BIG + 100}\n"
    assert machine.linux(f"tail -c 100 {place} | sha256sum").split()[0] == digest(pattern(100, 7))
    machine.linux("rm", place)


LINUX_STAT = "ino=%i nlink=%h uid=%u gid=%g size=%s blksize=%o blocks=%b atime=%X mtime=%Y ctime=%Z"
STAT_PATHS = [
    "/", "/host", "/host/hello.txt", "/tmp", "/tmp/character", "/tmp/block", "/proc/version",
    "/etc/hostname", "/bin/sh", "/boot/vmlinuz", "/sys/kernel/mint/region",
]  # fmt: skip


@pytest.mark.parametrize("path", STAT_PATHS)
def test_stat_and_fstat_say_what_linux_says(machine: Antbed, path: str) -> None:
    # Devices where both systems see them: /dev is another one for AnT.
    machine.linux("cd /tmp; [ -e block ] || { mknod character c 1 3; mknod block b $((0x$(stat -c %t /dev/vda))) 0; }")
    # stat follows links, as `stat -L` does.
    linux = machine.linux("stat", "-L", "-c", f"{LINUX_STAT} mode=%f dev=%d rdev=%t:%T", path).split()
    wanted = dict(word.split("=") for word in linux)
    by_path, opened, by_file = calltest(machine, f"stat {path}", f"open {path} r", "fstat @")
    assert retval(by_path) == 0 and retval(opened) >= 0
    assert by_path.partition(" ")[2] == by_file.partition(" ")[2]
    ant = dict(word.split("=") for word in by_path.split()[1:])
    for name in ("ino", "nlink", "uid", "gid", "size", "blksize", "blocks", "dev"):
        assert ant[name] == wanted[name], name
    for name in ("atime", "mtime", "ctime"):
        assert ant[name].partition(".")[0] == wanted[name], name
    assert int(ant["mode"], 8) == int(wanted["mode"], 16)
    major, minor = (int(part, 16) for part in wanted["rdev"].split(":"))
    assert int(ant["rdev"]) == os.makedev(major, minor)


def test_times_are_the_hosts_to_the_nanosecond(machine: Antbed, share: Path) -> None:
    path = share / "times"
    path.touch()
    os.utime(path, ns=(1_000_000_000_123_456_789, 4_102_444_800_987_654_321))  # 2001; 2100, beyond 2^31 s
    (line,) = calltest(machine, "stat /host/times")
    assert "atime=1000000000.123456789" in line and "mtime=4102444800.987654321" in line
    status = path.stat()
    assert f" ctime={status.st_ctime_ns // 10**9}.{status.st_ctime_ns % 10**9:09} " in f"{line} "


ERRORS = [
    ("open /nope r", "ENOENT"),
    ("open /host/nope/nope r", "ENOENT"),
    ("open /etc/hostname/x r", "ENOTDIR"),
    ("open /etc/hostname rd", "ENOTDIR"),
    ("open / w", "EISDIR"),
    ("open /etc/hostname wcx", "EEXIST"),
    ("open /" + "x" * 256 + " r", "ENAMETOOLONG"),
    ("stat /nope", "ENOENT"),
    ("stat /etc/hostname/x", "ENOTDIR"),
    ("fstat 1000", "EBADF"),
    ("fstat -1", "EBADF"),
    ("close 1000", "EBADF"),
    ("read 1000 10", "EBADF"),
    ("write 1000 10 1", "EBADF"),
    ("lseek 1000 0 set", "EBADF"),
    ("getdents 1000 4096", "EBADF"),
    ("close 63", "EBADF"),  # the proxy's own file, /dev/ant, is not AnT's
    ("read 63 10", "EBADF"),
    ("raw 999", "ENOSYS"),
    ("raw 57", "ENOSYS"),  # fork is not for AnT
    ("raw 2 0 0 0", "EFAULT"),  # open with addresses that are not in the ICA
    ("raw 2 0x40400000 0 0", "EFAULT"),
    ("raw 2 0x100000000 0 0", "EFAULT"),
    ("raw 0 1000 buf 0x7fffffff", "EFAULT"),
]


@pytest.mark.parametrize("step, errno", ERRORS)
def test_errors_are_linuxs(machine: Antbed, step: str, errno: str) -> None:
    (line,) = calltest(machine, step)
    assert line.endswith(f" errno={errno}"), line


@pytest.mark.parametrize(
    "steps, errno",
    [
        (("open /etc/hostname r", "write @ 10 1"), "EBADF"),
        (("open /tmp/only-write wc", "read @ 10"), "EBADF"),
        (("open / rd", "read @ 10"), "EISDIR"),
        (("open /etc/hostname r", "lseek @ 0 99"), "EINVAL"),
        (("open /etc/hostname r", "lseek @ -1 set"), "EINVAL"),
        (("open /etc/hostname r", "getdents @ 4096"), "ENOTDIR"),
        (("open / rd", "getdents @ 1"), "EINVAL"),
        (("open /etc/hostname r", "close @", "close @"), "EBADF"),
        (("open /etc/hostname r", "raw 0 @ 0x40400000 10"), "EFAULT"),
        (("open /etc/hostname r", "raw 0 @ 0x5ffff000 0x2000"), "EFAULT"),
        (("open /dev/full w", "write @ 10 1"), "ENOSPC"),
    ],
)
def test_errors_on_an_open_file_are_linuxs(machine: Antbed, steps: tuple[str, ...], errno: str) -> None:
    machine.linux("[ -e /dev/full ] || mknod /dev/full c 1 7")
    line = calltest(machine, *steps)[-1]
    assert line.endswith(f" errno={errno}"), line


@pytest.mark.parametrize(
    "how, errno",
    [("private", "EFAULT"), ("unaligned", "EINVAL"), ("magic", "EINVAL"), ("kernel", "EFAULT"), ("unmapped", "EFAULT"),
     ("null", "EFAULT")],
)  # fmt: skip
def test_what_is_no_lca_is_refused_by_ant(machine: Antbed, how: str, errno: str) -> None:
    (line,) = calltest(machine, f"badlca {how}")
    assert line.endswith(f" errno={errno}"), line


def test_directories_are_whole(machine: Antbed, share: Path) -> None:
    directory = share / "many"
    directory.mkdir()
    names = [f"{number:03}-{'n' * (number % 200)}" for number in range(300)] + ["ümlaut", "with space"]
    for name in names:
        (directory / name).touch()
    assert machine.ant("ls", "-a", "/host/many").splitlines() == sorted([".", "..", *names])
    machine.linux("cp -r /host/many /tmp/many")
    assert sorted(machine.ant("ls", "-a", "/tmp/many").splitlines()) == sorted([".", "..", *names])


def test_getdents_in_small_pieces_gives_each_entry_once(machine: Antbed) -> None:
    machine.linux("mkdir /tmp/few && cd /tmp/few && touch $(seq 1 20)")
    lines = calltest(machine, "open /tmp/few rd", *["getdents @ 64"] * 30)
    entries = sum(int(line.partition("entries=")[2]) for line in lines[1:])
    assert entries == 22 and retval(lines[-1]) == 0


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, PAGE - 1, PAGE, PAGE + 1, (1 << 20) + 1, 64 << 20])
def test_sha256sum_equals_the_hosts(machine: Antbed, share: Path, size: int) -> None:
    data = random.Random(size).randbytes(size)
    (share / f"file-{size}").write_bytes(data)
    assert machine.ant(f"sha256sum /host/file-{size}", timeout=400) == f"{digest(data)}  /host/file-{size}\n"
    (share / f"file-{size}").unlink()


def test_cat_and_cp_keep_every_byte(machine: Antbed, share: Path) -> None:
    data = bytes(range(256)) * 33 + b"\r\n\x03\x1b[K\0end"
    (share / "bytes").write_bytes(data)
    assert machine.exec("ant", "cat /host/bytes").out == data
    assert machine.ant("cp /host/bytes /var/tmp/copy") == ""
    assert machine.linux("sha256sum", "/var/tmp/copy").split()[0] == digest(data)


def test_writing_to_nobody_is_an_errno_and_the_files_stay_open(machine: Antbed) -> None:
    """A FIFO whose reader has gone: SIGPIPE would end the proxy, and every open file with it."""
    machine.linux("rm -f /tmp/nobody; mkfifo -m 666 /tmp/nobody")
    wait = "stat / , " * 20
    with meanwhile(machine, ": </tmp/nobody", system="linux"):
        said = machine.exec("ant", f"calltest open /tmp/nobody w , {wait} write @ 4 1 , fstat @").text
    assert "errno=EPIPE" in said and "fstat retval=0" in said, said
