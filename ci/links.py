#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Does everything that the pages (*.md) point at exist?

    ci/links.py

Checked are the links and pictures between our own files, with their anchors (a heading, or #L10: a line); the paths
in `backticks` that begin in this tree, and file names there; and that a reader who starts at README.md gets to every
page. `*` and words in capitals (`linux-VERSION`) stand for anything. What .gitignore names is made by a build and
need not be there; nor need a file that the page itself shows: `its/name`: alone in the line before a block of code.
Status 1 when something is missing, each with its file and line.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

# Endings by which a word without a slash is the name of one of our sources.
SOURCES = (".c", ".cmake", ".cpp", ".h", ".ld", ".patch", ".py", ".S", ".sh", ".subst", ".toml", ".yml")

_FENCE = re.compile(r"^ *(```|~~~).*?^ *\1[^\n]*$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?<=\n\n)(?:    [^\n]*\n|\n)+")
_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^ *\[[^]]+\]:\s+(\S+)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.*?)(?: +#+)?$", re.MULTILINE)
_PATH = re.compile(r"[\w.*@+-]+(/[\w.*@+-]+)*/?")
_SHOWN = re.compile(r"(?<=\n\n)`([^`\n]+)`:\n\n```")
_CAPITALS = re.compile(r"[A-Z]{2,}")


def blank(match: re.Match[str]) -> str:
    """What is cut out leaves its lines, so that those behind it keep their numbers."""
    return "\n" * match[0].count("\n")


@dataclass
class Page:
    """One page's text, and where it lies below the top directory."""

    name: str
    text: str

    @cached_property
    def prose(self) -> str:
        """Without blocks of code."""
        return _INDENTED.sub(blank, _FENCE.sub(blank, self.text))

    @cached_property
    def anchors(self) -> set[str]:
        """What GitHub makes of the headings: small letters, hyphens for spaces, a number behind a second one."""
        found: set[str] = set()
        for heading in _HEADING.findall(_FENCE.sub(blank, self.text)):
            shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
            name = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
            count = 0
            while (anchor := f"{name}-{count}" if count else name) in found:
                count += 1
            found.add(anchor)
        return found

    def line(self, place: int) -> int:
        return self.prose.count("\n", 0, place) + 1

    def links(self) -> list[tuple[int, str]]:
        """(line, target) of each link that is no address of the web."""
        prose = _CODE.sub(lambda code: re.sub(r"[^\n]", "`", code[0]), self.prose)
        found = [(self.line(match.start()), match[1] or match[2]) for match in _LINK.finditer(prose)]
        return [(line, target) for line, target in found if not re.match(r"[a-z][a-z+.-]*:", target)]

    def words(self) -> list[tuple[int, str]]:
        """(line, word) of each `word` that could be a path, except files whose content is here."""
        shown = set(_SHOWN.findall(self.text))
        return [
            (self.line(match.start()), match[2])
            for match in _CODE.finditer(self.prose)
            if _PATH.fullmatch(match[2]) and match[2] not in shown
        ]


class Tree:
    """The files that git knows or would add, and the directories that they lie in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        listed = self._git("ls-files", "--cached", "--others", "--exclude-standard")
        self.files = {name for name in listed if (root / name).is_file()}
        self.directories = {""} | {
            "/".join(name.split("/")[:depth]) for name in self.files for depth in range(1, name.count("/") + 1)
        }
        self.names = {posixpath.basename(name) for name in self.files}
        self.pages = {
            name: Page(name, (root / name).read_text(encoding="utf-8"))
            for name in sorted(self.files)
            if name.endswith(".md")
        }

    def _git(self, *words: str) -> list[str]:
        done = subprocess.run(["git", *words], cwd=self.root, stdout=subprocess.PIPE, text=True, check=False)
        return done.stdout.splitlines()

    def has(self, path: str) -> bool:
        return path in self.files or path in self.directories

    def matches(self, pattern: str) -> bool:
        return any(fnmatch.fnmatchcase(path, pattern) for path in self.files | self.directories)

    def is_made(self, path: str) -> bool:
        return bool(self._git("check-ignore", "--no-index", path))


def joined(base: str, path: str) -> str:
    whole = posixpath.normpath(posixpath.join(base, path))
    return "" if whole == "." else whole


def link_problem(tree: Tree, page: Page, target: str) -> str:
    """Why the link leads nowhere, or nothing."""
    path, _, anchor = target.partition("#")
    whole = joined(posixpath.dirname(page.name), path) if path else page.name
    if path.startswith("/"):
        return "write it relative to this page"
    if not tree.has(whole):
        return f"there is no {whole}"
    if not anchor:
        return ""
    if whole in tree.pages:
        return "" if anchor in tree.pages[whole].anchors else f"{whole} has no heading #{anchor}"
    lines = re.fullmatch(r"L(\d+)", anchor)
    if lines and whole in tree.files:
        count = len((tree.root / whole).read_text(encoding="utf-8").splitlines())
        return "" if int(lines[1]) <= count else f"{whole} has only {count} lines"
    return f"{whole} has no anchors"


def word_problem(tree: Tree, page: Page, word: str) -> str:
    """Why the path or file name in backticks is none of this tree's, or nothing."""
    path = word.rstrip("/")
    patterns = [path] if not _CAPITALS.search(path) else [path, _CAPITALS.sub("*", path)]
    if "/" not in path:
        if not path.endswith(SOURCES) or path.startswith((".", "*")) or "/" in word:
            return ""
        known = any(fnmatch.fnmatchcase(name, pattern) for name in tree.names for pattern in patterns)
        return "" if known or tree.is_made(path) else f"no file is called {path}"
    first = path.split("/", maxsplit=1)[0]
    bases = [base for base in ("", posixpath.dirname(page.name)) if joined(base, first) in tree.directories]
    if not bases:
        return ""  # somebody else's: Linux's, the machine's, a build's
    whole = [joined(base, pattern) for base in bases for pattern in patterns]
    if any(tree.matches(path) or tree.is_made(path) for path in whole):
        return ""
    return f"there is no {path}"


def unreachable(tree: Tree, start: str) -> set[str]:
    """The pages to which no links lead from there. A link to a directory shows its README.md."""
    waiting, seen = [start], {start}
    while waiting:
        page = tree.pages[waiting.pop()]
        for _, target in page.links():
            whole = joined(posixpath.dirname(page.name), target.partition("#")[0])
            name = whole if whole in tree.pages else joined(whole, "README.md")
            if name in tree.pages and name not in seen:
                seen.add(name)
                waiting.append(name)
    return tree.pages.keys() - seen


def problems(tree: Tree) -> list[str]:
    found = []
    for name, page in tree.pages.items():
        for line, target in page.links():
            if problem := link_problem(tree, page, target):
                found.append(f"{name}:{line}: ({target}): {problem}")
        for line, word in page.words():
            if problem := word_problem(tree, page, word):
                found.append(f"{name}:{line}: `{word}`: {problem}")
    if "README.md" in tree.pages:
        found += [f"{name}:1: no link leads here from README.md" for name in sorted(unreachable(tree, "README.md"))]
    return found


def main() -> int:
    if len(sys.argv) > 1:
        print(__doc__, file=sys.stderr)
        return 2
    tree = Tree(Path.cwd())
    if not tree.pages:
        print("links: no page here", file=sys.stderr)
        return 1
    found = problems(tree)
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
