#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Does the project's prose keep to the words of CONTRIBUTING.md?

    ci/words.py FILES...    these, as git's pathspecs name them; each finding with its file and line, status 1 if any
    ci/words.py --all       the number of findings in each directory of the tree

Prose is a page outside its code, and in a source its comments and those strings that are more than one word. Of a patch
it is the message and the added lines. A phrase is found across the end of a line, too.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from links import Page

# What is not written, and what is written instead.
RULES = [
    (r"how-?man(?:y-?|i)eth", "the number of"),
    (r"(?:(?:gone|goes|going|went)\s+)?mad(?:ness)?(?!\.?\w|\()", "corrupt (a ring), misbehaving (a peer)"),
    (r"but\s+for", "except"),
    (r"for\s*ever", "indefinitely, or nothing"),
    (r"whom", "a noun: the process that"),
    (r"(?:for|by|from|than|with)\s+who", "anyone who"),
    (
        r"(?:is|are|was|were)\s+of(?!\s+(?:course|type|(?:no|any|some|little|great)\s+\w+))",
        "belongs to, dates from, has",
    ),
    (
        r"room\s+by\s+room|rooms?\s+of\s+(?:the|its|their|a\s+call's|one\s+call's)\s+way|between\s+two\s+rooms"
        r"|each\s+room\s+leaves|the\s+rooms\s+(?:leave|in\s+which)",
        "stop",
    ),
    (
        r"(?:no|there\s+(?:is|was|may\s+be)|wait(?:s|ed|ing)?\s+for)\s+room"
        r"|room\s+(?:for|in\s+the\s+(?:\w+\s+){,2}ring)",
        "space",
    ),
]

_FOUND = [(re.compile(rf"(?<![\w./-])(?:{pattern})\b", re.IGNORECASE), instead) for pattern, instead in RULES]

# Data, other people's texts, and the test of the words.
_NO_PROSE = (".json", ".lock", ".subst", ".svg", "LICENSE", "test_host_words.py")
_C_FAMILY = (".S", ".c", ".cpp", ".h", ".ld", ".mjs")

_CODE = re.compile(r"(`+).+?\1|(?<=\])\([^)]*\)|https?:\S+", re.DOTALL)
_C = re.compile(r"""//[^\n]*|/\*.*?\*/|R"\(.*?\)"|"(?:\\.|[^"\\\n])*"|(?<!\w)'(?:\\.|[^'\\\n])+'""", re.DOTALL)
_HASH = re.compile(r'''"{3}.*?"{3}|(?<!\S)#[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*\'''', re.DOTALL)
_LEADER = re.compile(r"^[ \t]*(?://+|/?\*+/?|#+)", re.MULTILINE)
_SEVERAL_WORDS = re.compile(r"\w[,;:]?\s+\w")


def _lines(text: str) -> str:
    """Of what is no prose only the ends of its lines stay; `|` stands for it in a phrase."""
    return "|" * bool(text.strip()) + "\n" * text.count("\n")


def _of_source(text: str, kept: re.Pattern[str]) -> str:
    """Its comments, and its strings of several words."""
    found, end = [], 0
    for match in kept.finditer(text):
        token = match[0]
        found.append(_lines(text[end : match.start()]))
        found.append(_LEADER.sub(" ", token) if token[0] in "/#" or _SEVERAL_WORDS.search(token) else _lines(token))
        end = match.end()
    return "".join(found)


def _added(patch: str) -> str:
    """A patch's message, then its added lines as they will stand; other lines are empty."""
    message, mark, changes = patch.partition("\ndiff --git ")
    return _of_source(f"/*{message}*/{mark[:1]}{re.sub(r'^(?![+]).*$|^[+]', '', changes, flags=re.MULTILINE)}", _C)


def prose(name: str, text: str) -> str:
    """What people read in this file, each word on its line."""
    if name.endswith(_NO_PROSE):
        return ""
    if name.endswith(".md"):
        return _CODE.sub(lambda code: _lines(code[0]), Page(name, text).prose)
    if name.endswith(".patch"):
        return _added(text)
    return _of_source(text, _C if name.endswith(_C_FAMILY) else _HASH)


def findings(name: str, text: str) -> Iterator[tuple[int, str, str]]:
    """(line, words, what to use instead), in the order of the lines."""
    words = prose(name, text)
    found = [(match.start(), match[0], instead) for rule, instead in _FOUND for match in rule.finditer(words)]
    for place, match, instead in sorted(found):
        yield words.count("\n", 0, place) + 1, " ".join(match.split()), instead


def files(*pathspecs: str) -> Iterator[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *pathspecs]
    listed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return (name for name in listed if Path(name).is_file())


def counted() -> Counter[str]:
    """Findings in each directory, of the first two levels."""
    count: Counter[str] = Counter()
    for name in files():
        directory = "/".join(PurePosixPath(name).parent.parts[:2]) or "."
        count[directory] += len(list(findings(name, Path(name).read_text(encoding="utf-8"))))
    return +count


def main() -> int:
    if sys.argv[1:] == ["--all"]:
        count = counted()
        for directory, number in sorted(count.items()):
            print(f"{number:5} {directory}")
        print(f"{count.total():5} in all")
        return 0
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    status = 0
    for name in files(*sys.argv[1:]):
        for line, words, instead in findings(name, Path(name).read_text(encoding="utf-8")):
            print(f"{name}:{line}: {words} -> {instead}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
