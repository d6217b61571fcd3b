#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Do our sources use each other in circles?

    ci/circles.py PART...       testbed, lkm, ant; in the directory that is checked

testbed: by Python's imports, wherever in a file they stand; neither files nor rooms (the directories right below
testbed/, and testbed/ itself) form a circle. lkm: by #include; no files do, where a .c and its .h are one. ant: by
#include; no rooms do, and what lies below the others (BELOW) stays there. Its rooms are the directories of ant/ (of one
that holds nothing but directories: these), and each directory of include/.

A circle is one line, `a -> b -> a`, with a line for each of its steps: which file leads there. Then the status is 1.
"""

from __future__ import annotations

import ast
import posixpath
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

# A room, where its includes are limited, and which rooms it may include there all the same.
BELOW = (
    ("ant/base", "ant/", ("ant/abi",)),
    ("ant/arch/x86", "ant/", ("ant/abi", "ant/base")),
    ("ant/abi", "ant/", ()),
    ("include/", "ant/", ()),
    ("include/antlinux", "include/antlinux/observe", ()),
)
_SUFFIXES = (".c", ".cpp", ".h", ".S")
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)

Uses = dict[str, set[str]]  # a file, and those of ours that it uses
Graph = dict[str, dict[str, tuple[str, str]]]  # a node, and the nodes it leads to, each by which two files


def python_uses() -> Uses:
    files = {str(path) for path in Path("testbed").rglob("*.py")}

    def file_of(module: list[str]) -> str:
        path = "/".join(module)
        return next((name for name in (f"{path}.py", f"{path}/__init__.py") if name in files), "")

    def used(name: str) -> Iterator[str]:
        package = name.split("/")[:-1]
        for node in ast.walk(ast.parse(Path(name).read_text(encoding="utf-8"), name)):
            if isinstance(node, ast.ImportFrom):
                above = package[: len(package) + 1 - node.level] if node.level else []
                base = [*above, *(node.module.split(".") if node.module else [])]
                for each in node.names:
                    yield file_of([*base, each.name]) or file_of(base)
            elif isinstance(node, ast.Import):
                yield from (file_of(each.name.split(".")) for each in node.names)

    return {name: {other for other in used(name) if other and other != name} for name in sorted(files)}


def c_uses(*tops: str) -> Uses:
    files = {str(path) for top in tops for path in Path(top).rglob("*.*") if path.suffix in _SUFFIXES}

    def used(name: str) -> Iterator[str]:
        for included in _INCLUDE.findall(Path(name).read_text(encoding="utf-8", errors="replace")):
            places = (posixpath.dirname(name), "", *tops)
            yield next((path for place in places if (path := posixpath.join(place, included)) in files), "")

    return {name: {other for other in used(name) if other} for name in sorted(files)}


def stem(path: str) -> str:
    return posixpath.splitext(path)[0]


def python_room(path: str) -> str:
    return "/".join(path.split("/")[:2]) if path.count("/") > 1 else "testbed"


@cache
def c_room(path: str) -> str:
    """Of a file below include/ or ant/."""
    own = Path(path).parent
    if own.parts[0] != "include":
        for depth in range(2, len(own.parts)):
            top = Path(*own.parts[:depth])
            if any(each.is_file() for each in top.iterdir()):
                return str(top)
    return str(own)


def graph(uses: Uses, node_of: Callable[[str], str]) -> Graph:
    found: Graph = {}
    for path, others in uses.items():
        edges = found.setdefault(node_of(path), {})
        for other in sorted(others):
            if node_of(other) != node_of(path):
                edges.setdefault(node_of(other), (path, other))
    return found


def circle_from(edges: Graph, start: str) -> list[str]:
    """The shortest way from a node back to it; empty when there is none."""
    before: dict[str, str] = {}
    waiting = [start]
    while waiting:
        node = waiting.pop(0)
        for following in sorted(edges[node]):
            if following == start:
                way = [start, node]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return way[::-1]
            if following not in before:
                before[following] = node
                waiting.append(following)
    return []


def circles(edges: Graph) -> Iterator[str]:
    """One for each node that is in none of those before."""
    seen: set[str] = set()
    for start in sorted(edges):
        if start not in seen and (way := circle_from(edges, start)):
            seen.update(way)
            yield " -> ".join(way)
            yield from ("    {} uses {}".format(*edges[one][other]) for one, other in zip(way, way[1:]))


def above(uses: Uses) -> Iterator[str]:
    """What a room includes though it lies below it."""
    for path, others in uses.items():
        for room, where, allowed in BELOW:
            if c_room(path) == room or (room.endswith("/") and path.startswith(room)):
                for other in sorted(others):
                    if f"{other}/".startswith(where) and c_room(other) not in (room, *allowed):
                        yield f"{path} uses {other}: {room} lies below {c_room(other)}"


def testbed_problems() -> Iterator[str]:
    uses = python_uses()
    yield from circles(graph(uses, str))
    yield from circles(graph(uses, python_room))


def lkm_problems() -> Iterator[str]:
    yield from circles(graph(c_uses("lkm"), stem))


def ant_problems() -> Iterator[str]:
    uses = c_uses("ant", "include")
    yield from circles(graph(uses, c_room))
    yield from above(uses)


PARTS = {"testbed": testbed_problems, "lkm": lkm_problems, "ant": ant_problems}


def main(parts: list[str]) -> int:
    if not parts or not PARTS.keys() >= set(parts):
        print(__doc__, file=sys.stderr)
        return 2
    found = [problem for part in parts for problem in PARTS[part]()]
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
