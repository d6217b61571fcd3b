#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""How much of a kernel stack of AnT's is used at most, by the notes that GCC leaves (-fcallgraph-info=su).

    ci/stack.py [-v] BUILD      a build directory of CMake's with these notes (preset `stack`)

For each image: what its deepest chain of calls takes; with -v, or if that is too much, each of its steps. Then every
problem, one a line, and status 1: a function that takes more than FUNCTION bytes or an amount that is not known, a call
by a pointer that INDIRECT does not tell, a chain of more than CHAIN bytes. Functions that call each other in a circle
count once, each: what a stack has above CHAIN is for what they take again (a message to the own core is handled at
once), and for traps in the kernel.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

STACK = 8192  # KernelStack::bytes, ant/core/kernel_stack.h
CHAIN = STACK * 3 // 4
FUNCTION = 1280
OUTSIDE = 64  # of what has no note: assembly, GCC's divisions

IMAGES = {"m-kernel": ("ant_common", "ant_mkernel"), "p-kernel": ("ant_common", "ant_pkernel")}
# Where a call by a pointer stands, and what it may lead to, by the compiler's name for people.
INDIRECT = (
    ("ant/base/format.cpp", r"Sink::write\("),
    ("ant/core/system_call.cpp", r"(serve|hand_on|refuse)\(const ant::x86::TrapFrame&\)"),
    ("ant/mkernel/system_call.cpp", r"::serve\(ant::Process&\)"),
    ("ant/mkernel/steps.cpp", r"mkernel::(serve_call|.*take_(memory|pages)_back)\(ant::Process&\)"),
)
# A caller, what it calls, and the only part of it that it reaches.
NARROW = ((r"mkernel::announce_end\(", r"mkernel::serve_call\(", r"calls::wait\("),)  # the waiter's call is no other
PANIC = "_ZN3ant5panicEPKcz"  # a second panic of a core stops at once

_NODE = re.compile(r'^node: \{ title: "([^"]+)" label: "([^"]*)"')
_EDGE = re.compile(r'^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)" label: "([^"]*)"')
_BYTES = re.compile(r"\\n(\d+) bytes \(([^)]*)\)")


@dataclass
class Function:
    name: str  # for people
    bytes: int = OUTSIDE
    kind: str = "static"
    calls: set[str] = field(default_factory=set)


Functions = dict[str, Function]


def read(notes: list[Path]) -> tuple[Functions, list[str]]:
    """An image's functions by the linker's name; and the calls by a pointer that lead nobody knows where."""
    functions: Functions = {}
    pointers: list[tuple[str, str]] = []
    for line in (line for path in notes for line in path.read_text(encoding="utf-8").splitlines()):
        if node := _NODE.match(line):
            function = functions.setdefault(node[1], Function(node[2].split("\\n")[0]))
            if size := _BYTES.search(node[2]):
                # A function with variable arguments has only the end of its name there.
                name = node[1] if function.name == ")" else node[2].split("\\n")[0]
                function.name, function.bytes, function.kind = name, int(size[1]), size[2]
        elif (edge := _EDGE.match(line)) and edge[2] == "__indirect_call":
            pointers.append((edge[1], edge[3]))
        elif edge:
            functions.setdefault(edge[1], Function(edge[1])).calls.add(edge[2])
    unknown = []
    for caller, place in pointers:
        targets = [target for file, target in INDIRECT if f"{file}:" in place]
        unknown += [] if targets else [f"{place}: a call by a pointer that ci/stack.py (INDIRECT) does not tell"]
        functions[caller].calls |= {name for target in targets for name in named(functions, target)}
    for caller, callee, instead in NARROW:
        for name in named(functions, caller):
            if both := functions[name].calls & named(functions, callee):
                functions[name].calls = functions[name].calls - both | named(functions, instead)
    return functions, unknown


def named(functions: Functions, pattern: str) -> set[str]:
    return {name for name, function in functions.items() if re.search(pattern, function.name)}


def ended_by_panic(functions: Functions) -> Functions:
    """The same, where a panic is one function with all that it calls."""
    if PANIC not in functions:
        return functions
    cut = {name: replace(function, calls=function.calls - {PANIC}) for name, function in functions.items()}
    size, _ = deepest(cut, PANIC)
    return {**functions, PANIC: Function("ant::panic(const char*, ...) and its report", size)}


def circles(functions: Functions) -> dict[str, frozenset[str]]:
    """Of each function those that it calls and that call it, over whatever way; itself, too."""

    @cache
    def reached(name: str) -> frozenset[str]:
        found = {name}
        waiting = [name]
        while waiting:
            new = functions[waiting.pop()].calls - found
            found |= new
            waiting += new
        return frozenset(found)

    return {name: frozenset(other for other in reached(name) if name in reached(other)) for name in functions}


def deepest(functions: Functions, start: str = "") -> tuple[int, list[str]]:
    """The longest chain, from there or from anywhere: its bytes, and its functions."""
    together = circles(functions)

    def inside(name: str, way: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
        """The longest way through a circle that meets nobody twice."""
        way = (*way, name)
        further = [inside(other, way) for other in functions[name].calls & together[name] if other not in way]
        return max([(sum(functions[each].bytes for each in way), way), *further])

    @cache
    def below(circle: frozenset[str]) -> tuple[int, tuple[str, ...]]:
        calls = {other for name in circle for other in functions[name].calls}
        size, way = max(inside(name, ()) for name in circle)
        further = max([below(together[other]) for other in calls - circle], default=(0, ()))
        return size + further[0], way + further[1]

    size, way = max(below(circle) for circle in ({together[start]} if start else set(together.values())))
    return size, list(way)


def problems(functions: Functions) -> Iterator[str]:
    for function in functions.values():
        if function.kind == "dynamic":
            yield f"{function.name}: takes an amount of stack that is only known when it runs"
        elif function.bytes > FUNCTION:
            yield f"{function.name}: takes {function.bytes} bytes of stack, more than {FUNCTION}"


def main(build: Path, verbose: bool) -> int:
    found: dict[str, None] = {}  # each once: the images have functions in common
    sys.setrecursionlimit(10_000)
    for image, parts in IMAGES.items():
        notes = sorted(path for part in parts for path in build.glob(f"**/{part}.dir/**/*.ci"))
        if not notes:
            print(f"{build} holds no notes for the {image}: cmake --build {build} --target {' '.join(parts)}")
            return 1
        functions, unknown = read(notes)
        whole = ended_by_panic(functions)
        size, way = deepest(whole)
        print(f"{image}: at most {size} of a stack's {STACK} bytes")
        found |= dict.fromkeys([*unknown, *problems(functions)])
        if verbose or size > CHAIN:
            print("\n".join(f"  {whole[name].bytes:5} {whole[name].name[:110]}" for name in way))
        if size > CHAIN:
            found[f"{image}: a chain of calls takes {size} bytes of stack, more than {CHAIN}"] = None
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-v", dest="verbose", action="store_true")
    parser.add_argument("build", type=Path)
    words = parser.parse_args()
    sys.exit(main(words.build, words.verbose))
