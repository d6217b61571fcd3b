# SPDX-License-Identifier: GPL-2.0-only
"""ci/words.py: which words it finds in prose, and that it leaves code and other uses alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A file, its text, and the findings: line and words.
TEXTS = [
    ("page.md", "A ring gone mad.", ["1: gone mad"]),
    ("page.md", "Count `linux.mad` and `mad`, see [it](mad/room.md).", []),
    ("page.md", "Made, nomad, linux.mad, mad_peers, mad().", []),
    ("page.md", "One\n\n```c\n// room for two\n```\n\nis mad.", ["7: mad"]),
    ("page.md", "All but\nfor one, for ever and for every one.", ["1: but for", "2: for ever"]),
    ("page.md", "The how-manieth, and whom it ends, for who asks.", ["1: how-manieth", "1: whom", "1: for who"]),
    ("page.md", "It is of 2011, is of no use, is of course true.", ["1: is of"]),
    ("page.md", "Room by room; it waits for room; no room.", ["1: Room by room", "1: waits for room", "1: no room"]),
    ("page.md", "A room of the tree: each room has one owner.", []),
    ("code.cpp", 'int room = 0; use("mad", room); f(\'"\'); // who is mad', ["1: mad"]),
    ("code.cpp", "// nothing but\n//// for us\nx(); /* but */ y(); // for", ["1: but for"]),
    ("code.c", '/*\n * It counts for\n * ever.\n */\nsay("the ring is mad");', ["2: for ever", "5: mad"]),
    ("code.py", '"""All of it\n\nbut for this."""\nroom = "mad"  # no room\n', ["3: but for", "4: no room"]),
    ("run.sh", "[ $# -gt 0 ] || echo 'nobody but for me' # whom", ["1: but for", "1: whom"]),
    ("one.patch", "whom\ndiff --git a/b a/b\n-/* mad */\n /* mad */\n+/* is\n+ * mad */", ["1: whom", "6: mad"]),
    ("data.json", '{"says": "gone mad"}', []),
]


def checked(tree: Path, name: str, text: str, *words: str) -> subprocess.CompletedProcess[str]:
    (tree / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)
    command = [str(ROOT / "ci" / "words.py"), *words]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name, text, found", TEXTS)
def test_a_text(tmp_path: Path, name: str, text: str, found: list[str]) -> None:
    done = checked(tmp_path, name, text, ".")
    said = [line.partition(" -> ") for line in done.stdout.splitlines()]
    assert [words for words, _, _ in said] == [f"{name}:{one}" for one in found], done.stderr
    assert all(instead for _, _, instead in said)
    assert done.returncode == (1 if found else 0)


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    assert checked(tmp_path, "code.c", "/* gone mad */", "*.md").returncode == 0


def test_all_is_counted_by_directory(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er" / "still").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "still" / "one.c").write_text("/* mad mad */", encoding="utf-8")
    done = checked(tmp_path, "page.md", "whom", "--all")
    assert (done.returncode, done.stdout) == (0, "    1 .\n    2 deep/er\n    3 in all\n")


def test_no_file_is_an_error(tmp_path: Path) -> None:
    assert checked(tmp_path, "page.md", "").returncode == 2
