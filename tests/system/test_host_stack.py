# SPDX-License-Identifier: GPL-2.0-only
"""ci/stack.py, on what GCC notes about small programs: which of them would overrun a kernel stack, and why."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Each function keeps its array while it calls; `next` lies outside.
FRAME = "volatile char frame[{0}]; frame[n] = 1;"
GOOD = f"int next(int); int first(int n) {{ {FRAME.format(512)} return frame[0] + next(n); }}"


def function(name: str, size: int, calls: str) -> str:
    return f"[[gnu::noinline]] int {name}(int n) {{ {FRAME.format(size)} return frame[0] + {calls}; }}\n"


DEEP = "int next(int);" + "".join(
    function(f"f{i}", 1000, "next(n)" if i == 0 else f"f{i - 1}(n)") for i in range(7)
)
CIRCLE = "int one(int);" + function("two", 1000, "one(n)") + function("one", 1000, "n > 0 ? two(n - 1) : 0")
PANIC = (
    "namespace ant { void panic(const char*, ...); }"
    + function("show", 1000, '(ant::panic(""), 0)')
    + "namespace ant { [[gnu::noinline]] void panic(const char*, ...) { show(1); } }"
    + function("user", 1000, "(show(n), 0)")
)
POINTER = "int call(int (*function)(int)) { return function(1) + 1; }"
SINK = "struct Sink { virtual void write(int) = 0; }; int put(Sink& sink) { sink.write(1); return 1; }"
FAT_SINK = (
    "struct Sink { virtual void write(int); };\n"
    f"void Sink::write(int n) {{ {FRAME.format(1500)} }}"
)

CASES = [
    ({"ant/core/a.cpp": GOOD}, [], "m-kernel: at most "),
    ({"ant/core/a.cpp": function("fat", 1300, "0")}, ["int fat(int): takes 13", "more than 1280"], ""),
    ({"ant/core/a.cpp": DEEP}, ["m-kernel: a chain of calls takes 7", "int f6(int)"], ""),
    ({"ant/core/a.cpp": "int use(char*); int any(int n) { return use(static_cast<char*>(__builtin_alloca(n))); }"},
     ["int any(int): takes an amount of stack that is only known when it runs"], ""),
    ({"ant/core/a.cpp": CIRCLE}, [], "m-kernel: at most 20"),
    ({"ant/core/a.cpp": PANIC}, [], "m-kernel: at most 31"),
    ({"ant/core/a.cpp": POINTER}, ["ant/core/a.cpp:1:", "a call by a pointer that ci/stack.py (INDIRECT)"], ""),
    ({"ant/base/format.cpp": SINK, "ant/core/a.cpp": FAT_SINK}, ["takes 15"], "m-kernel: at most 15"),
]


def checked(tree: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    for name, text in {**files, "ant/pkernel/empty.cpp": GOOD}.items():
        part = "ant_pkernel" if "pkernel" in name else "ant_mkernel"
        source, output = tree / name, tree / "build" / f"{part}.dir" / f"{name.replace('/', '_')}.o"
        for path in (source, output):
            path.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text + "\n", encoding="utf-8")
        options = ["-m32", "-O2", "-std=c++20", "-fcallgraph-info=su", "-fno-optimize-sibling-calls", "-fno-inline"]
        subprocess.run(["g++", *options, "-c", str(source), "-o", str(output)], check=True, timeout=60)
    return subprocess.run(
        [str(ROOT / "ci" / "stack.py"), str(tree / "build")], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("files, problems, summary", CASES)
def test_what_is_said(tmp_path: Path, files: dict[str, str], problems: list[str], summary: str) -> None:
    done = checked(tmp_path, files)
    assert done.returncode == (1 if problems else 0), done.stdout + done.stderr
    assert all(text in done.stdout for text in [*problems, summary]), done.stdout + done.stderr


def test_nothing_to_read_is_no_success(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(ROOT / "ci" / "stack.py"), str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and "holds no notes for the m-kernel" in done.stdout
