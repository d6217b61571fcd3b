# SPDX-License-Identifier: GPL-2.0-only
"""AnT's programs from Linux's file systems: read by linux_call, checked, run on any core; and `make app`."""

from __future__ import annotations

import collections
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from antbed_runner import ROOT, Antbed
from guest import eventually, proxies, tap

HELLO = ROOT / "build" / "ant" / "examples" / "hello"


@pytest.fixture(scope="module")
def hello(machine: Antbed, share: Path) -> bytes:
    """The example on all kinds of file system: 9p, the disk, memory."""
    program = HELLO.read_bytes()
    (share / "hello").write_bytes(program)
    machine.linux("cp /opt/ant/bin/hello /tmp/hello")
    return program


@pytest.mark.parametrize("core", [1, 2, 3])
@pytest.mark.parametrize("place", ["/host/hello", "/opt/ant/bin/hello", "/tmp/hello"])
def test_program_runs_from_each_file_system_on_each_core(machine: Antbed, hello: bytes, place: str, core: int) -> None:
    lines = machine.ant(f"on {core} run {place} one 'two words' ''").splitlines()
    assert lines[0].startswith("Hello from AnT's process ")
    assert lines[1:] == [f"argument 0: {place}", "argument 1: one", "argument 2: two words", "argument 3: "]


def test_ways_to_say_it_and_exit_status(machine: Antbed, hello: bytes) -> None:
    assert machine.ant("/host/hello x").count("argument") == 2
    assert machine.exec("ant", "run /host/hello").status == 1, "hello's status without arguments"
    assert machine.ant("run opt/ant/bin/hello x").count("argument") == 2, "from Linux's root"
    assert machine.ant("/host/hello a & on 2 /host/hello b & on 3 run /host/hello c & wait").count("Hello") == 3
    assert "real 0." in machine.exec("ant", "time run /opt/ant/bin/hello x").errors


@pytest.mark.parametrize("core", [1, 2])
def test_libants_functions_are_unixs(machine: Antbed, core: int) -> None:
    """Bad pointers, the console's descriptors, symbolic links."""
    assert tap(machine, f"on {core} unixtest") > 50


def test_ls_tells_of_links_as_linux_does(machine: Antbed) -> None:
    machine.linux("rm -rf /tmp/links; mkdir /tmp/links; cd /tmp/links; ln -s nowhere dangling; ln -s /etc folder")
    for place in ("/tmp/links", "/bin"):
        linux = machine.linux(f"ls -l {place} | sed '1{{/^total/d}}'").splitlines()
        wanted = [(line[:10], line.split(None, 8)[8]) for line in linux]
        ours = machine.ant(f"ls -l {place}").splitlines()[1:]
        assert sorted((line[:10], line.split(None, 7)[7]) for line in ours) == sorted(wanted)
    assert machine.ant("ls -l /tmp/links/folder").endswith(" /tmp/links/folder -> /etc\n")
    machine.linux("rm -r /tmp/links")


def test_trees_are_made_and_removed(machine: Antbed) -> None:
    machine.ant("mkdir -p /tmp/tree/a/b; write /tmp/tree/one 1; write /tmp/tree/two 2")
    machine.ant("cp /tmp/tree/one /tmp/tree/two /tmp/tree/a/b; mv /tmp/tree/one /tmp/tree/a")
    assert machine.linux("cd /tmp/tree; find . -type f | sort") == "./a/b/one\n./a/b/two\n./a/one\n./two\n"
    machine.ant("rm -rf /tmp/tree /tmp/no-such-tree")
    assert machine.linux("ls -d /tmp/tree 2>/dev/null; ls -d ./-* /-* 2>/dev/null; true") == ""


def test_all_cores_compute_at_once(machine: Antbed) -> None:
    command = " & ".join(f"on {core} /opt/ant/bin/primes 200000" for core in (1, 2, 3))
    assert machine.ant(f"{command} & wait").count("17984 primes below 200000") == 3


def test_process_has_the_files_name(machine: Antbed, hello: bytes, share: Path) -> None:
    (share / "ps-of-mine").write_bytes((ROOT / "build" / "ant" / "bin" / "ps").read_bytes())
    assert "ps-of-mine" in [line.split()[-1] for line in machine.ant("/host/ps-of-mine").splitlines()]


def patched(program: bytes, offset: int, value: bytes) -> bytes:
    return program[:offset] + value + program[offset + len(value) :]


# Where things are in an ELF32 file: its header, and the first program header behind it.
CLASS, DATA, TYPE, MACHINE, ENTRY, COUNT = 4, 5, 16, 18, 24, 44
FIRST, SECOND = 52, 52 + 32
P_VADDR, P_MEMSZ = 8, 20


def refusals(program: bytes) -> list[tuple[bytes, str]]:
    def word(value: int) -> bytes:
        return value.to_bytes(4, "little")

    address = program[FIRST + P_VADDR : FIRST + P_VADDR + 4]
    outside = "asks for memory outside a program's addresses"
    return [
        (b"", "not an ELF file"),
        (b"#!/bin/sh\necho hello\n", "not an ELF file"),
        (program[:40], "cut short inside its ELF header"),
        (program[:60], "cut short inside its program headers"),
        (program[:4096], "cut short: a segment lies behind the end of the file"),
        (patched(program, CLASS, b"\x02"), "not a 32-bit program"),
        (patched(program, DATA, b"\x02"), "not little endian"),
        (patched(program, MACHINE, b"\x28"), "not for an i386 processor"),
        (
            patched(program, TYPE, b"\x03"),
            "not linked at a fixed address (a library, an object file or position independent)",
        ),
        (patched(program, COUNT, b"\xff\xff"), "too many program headers"),
        (patched(program, ENTRY, word(0x40400000)), "its start address is not in its code"),
        (patched(program, FIRST + P_VADDR, word(0x40400000)), outside),
        (patched(program, FIRST + P_VADDR, word(0)), outside),
        (patched(program, FIRST + P_MEMSZ, word(0xFFFFFFFF)), outside),
        (patched(program, SECOND + P_VADDR, address), "two segments share memory"),
    ]


def test_what_is_no_program_is_refused_with_its_reason(machine: Antbed, hello: bytes, share: Path) -> None:
    before = machine.ant("mem")
    for number, (content, reason) in enumerate(refusals(hello)):
        (share / f"bad{number}").write_bytes(content)
        result = machine.exec("ant", f"on 2 run /host/bad{number}")
        assert result.status == 126, f"{reason}: {result}"
        assert result.errors == f"run: /host/bad{number}: not an AnT program: {reason}\n"
    assert eventually(lambda: machine.ant("mem") == before, 10), "a refused program leaves nothing behind"
    assert eventually(lambda: proxies(machine) == 0)
    assert machine.ant("run /host/hello x").count("argument") == 2


@pytest.mark.parametrize(
    "command, status, message",
    [
        ("run /bin/busybox", 126, "run: /bin/busybox: not an AnT program: not a 32-bit program\n"),
        ("/etc/hostname", 126, "antsh: /etc/hostname: not an AnT program: not an ELF file\n"),
        ("run /host", 126, "run: /host: Is a directory\n"),
        ("run /dev/zero", 126, "run: /dev/zero: Permission denied\n"),
        ("run /nope", 127, "run: /nope: No such file or directory\n"),
        ("run /etc/hostname/x", 126, "run: /etc/hostname/x: Not a directory\n"),
        ("run", 2, "usage: run FILE [ARGUMENT...]\n"),
        ("on 0 run /opt/ant/bin/hello", 126, "antsh: on: 0 is not one of AnT's cores\n"),
    ],
)
def test_messages(machine: Antbed, command: str, status: int, message: str) -> None:
    result = machine.exec("ant", command)
    assert (result.status, result.errors) == (status, message)


def test_program_larger_than_memory(machine: Antbed, hello: bytes, share: Path) -> None:
    """A file as large as the ICA, and one that asks for more memory than AnT has."""
    with (share / "huge").open("wb") as file:
        file.write(hello)
        file.truncate(300 << 20)
    result = machine.exec("ant", "run /host/huge")
    assert (result.status, result.errors) == (126, "run: /host/huge: Cannot allocate memory\n")
    with (share / "huge").open("wb") as file:
        file.truncate((4 << 30) + 1)
    result = machine.exec("ant", "run /host/huge")
    assert (result.status, result.errors) == (126, "run: /host/huge: File too large\n")
    (share / "huge").unlink()


def test_starts_and_ends_leave_memory_where_it_was(machine: Antbed, hello: bytes) -> None:
    machine.ant("run /host/hello x")
    assert eventually(lambda: proxies(machine) == 0)
    before = machine.ant("mem")
    for _ in range(10):
        machine.ant("; ".join(f"on {core} run /host/hello x" for core in (1, 2, 3)))
    assert eventually(lambda: machine.ant("mem") == before, 10)


def make(*words: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", "app", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)


def test_make_app_says_what_is_wrong(tmp_path: Path) -> None:
    assert "error: which program? make app NAME=hello" in make().stderr
    assert "error: examples/nope.cpp is missing: write it" in make("NAME=nope").stderr
    assert make("NAME=../x").returncode != 0
    source = tmp_path / "broken.cpp"
    source.write_text("int main() { return undeclared; }\n", encoding="utf-8")
    result = make("NAME=broken", f"SRC={source}")
    assert result.returncode != 0
    assert "broken.cpp:1:21: error: 'undeclared' was not declared in this scope" in result.stderr
    assert not (ROOT / "share" / "broken").exists()


def test_make_app_names_the_program_after_its_file(tmp_path: Path) -> None:
    """`make app SRC=file.cpp` asked "which program?"."""
    source = tmp_path / "of-mine.cpp"
    source.write_text("int main() { return 7; }\n", encoding="utf-8")
    try:
        assert make(f"SRC={source}").stdout.endswith("share/of-mine: on AnT it is /host/of-mine\n")
        assert make(f"SRC={source}", "NAME=other-name").stdout.endswith("it is /host/other-name\n")
        assert (ROOT / "share" / "other-name").exists()
    finally:
        for name in ("of-mine", "other-name"):
            (ROOT / "share" / name).unlink(missing_ok=True)


def built(share: Path, name: str, source: Path) -> None:
    """`make app`, for the tests' machine."""
    result = make(f"NAME={name}", f"SRC={source}")
    assert result.returncode == 0, result.stderr
    shutil.move(ROOT / "share" / name, share / name)


@pytest.fixture(scope="module")
def same_source(share: Path) -> None:
    """One program for both systems."""
    source = ROOT / "tests" / "system" / "same_source.cpp"
    built(share, "same-ant", source)
    command = ["g++", "-std=c++20", "-static", "-D_FILE_OFFSET_BITS=64", "-o", str(share / "same-linux"), str(source)]
    subprocess.run(command, check=True, timeout=600)


@pytest.mark.parametrize("place", ["/var/tmp", "/host", "/tmp"])
def test_a_program_for_linuxs_file_calls_does_the_same_on_both(machine: Antbed, same_source: None, place: str) -> None:
    """All flags of open(), holes, links, modes, times, names too long, O_DIRECT into memory that a device reads and
    writes, streams, numbers, containers: on ext4, 9p and tmpfs."""
    machine.ant(f"mkdir {place}/on-ant")
    machine.linux(f"mkdir {place}/on-linux")
    ant = machine.ant(f"/host/same-ant {place}/on-ant", timeout=600)
    assert ant == machine.linux(f"/host/same-linux {place}/on-linux")
    assert ("the same: 1" in ant) == (place == "/var/tmp"), "/tmp has no O_DIRECT; 9p takes odd writes, too"
    assert "global ends" in ant
    machine.linux(f"rm -rf {place}/on-*")


def test_a_program_with_the_standard_librarys_containers(machine: Antbed, share: Path) -> None:
    words = re.findall(r"[a-z0-9]+", (share / "hello.txt").read_text(encoding="utf-8").lower())
    counts = sorted(collections.Counter(words).items(), key=lambda each: (-each[1], each[0]))
    expected = "".join(f"{count:5} {word}\n" for word, count in counts)
    assert machine.ant("/opt/ant/bin/words /host/hello.txt 1000") == expected
    for path, said in (("/nope", "/nope: No such file or directory\n"), ("/host", "/host: not a regular file\n")):
        result = machine.exec("ant", f"/opt/ant/bin/words {path}")
        assert (result.status, result.errors) == (1, said)


def test_what_would_throw_ends_the_program_in_words(machine: Antbed, share: Path, tmp_path: Path) -> None:
    source = tmp_path / "throwing.cpp"
    source.write_text(
        """#include <functional>
        #include <string>
        #include <vector>
        int main(int, char** argv) {
            std::vector<int> numbers(3);
            std::function<void()> nothing;
            switch (argv[1][0]) {
            case 'a': return numbers.at(std::stoul(argv[2]));
            case 's': return static_cast<int>(std::string("text").substr(std::stoul(argv[2])).size());
            case 'l': numbers.resize(std::stoul(argv[2])); return numbers[1];
            case 'n': return *new char[std::stoul(argv[2])];
            case 'f': nothing(); return 0;
            }
        }
        """,
        encoding="utf-8",
    )
    built(share, "throwing", source)
    for words, said in (
        ("a 3", "out of range: vector::_M_range_check: __n (which is 3) >= this->size() (which is 3)\n"),
        ("a x", "invalid argument: stoul\n"),
        ("s 5", "out of range: basic_string::substr: __pos (which is 5) > this->size() (which is 4)\n"),
        ("l 4000000000", "length error: vector::_M_default_append\n"),
        ("n 2000000000", "out of memory: new of 2000000000 bytes\n"),
        ("f", "an empty std::function was called\n"),
    ):
        result = machine.exec("ant", f"/host/throwing {words}")
        assert result.status > 128 and said in result.errors, str(result)
    assert machine.exec("ant", "/host/throwing a 2").status == 0
