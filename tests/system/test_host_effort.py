# SPDX-License-Identifier: GPL-2.0-only
"""make effort: what is counted, and that no file is forgotten in silence."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from pathlib import Path

import pytest

from testbed.bench import effort
from testbed.bench.effort import Amount, Effort
from testbed.errors import TestbedError

ROOT = Path(__file__).resolve().parents[2]
RULES = """
rooms = ["kernel", "series"]
ignored = ["*.md"]
[[part]]
table = 3
name = "memory"
paper = [12, 48]
whole = true
files = ["kernel/memory.*", "kernel/*.ld"]
[[part]]
table = 3
name = "hooks"
files = ["series/*"]
except = ["*.txt"]
[[part]]
name = "the rest"
whole = true
files = ["kernel/*"]
[whole]
name = "all"
paper = [165, 18505]
"""
PATCH = """What it is for.
---
--- a/{0}
+++ b/{0}
@@ -3,0 +4,2 @@
+one
+two
@@ -9 +11 @@
-old
+new
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "rules.toml": RULES,
        "kernel/memory.h": "// A comment.\n\nint a;\nint b; // with one\n",
        "kernel/memory.cpp": "/* More\n * than one line */\nint c;\n",
        "kernel/link.ld": "/* Memory. */\nSECTIONS {\n}\n",
        "kernel/deep/other.c": "int d;\n",
        "kernel/deep/same.c": "int d;\n",
        "kernel/empty.c": "",
        "kernel/Kbuild": "# Which.\nobj-y += other.o\n",
        "kernel/README.md": "Much text.\n",
        "series/01.patch": PATCH.format("init/main.c"),
        "series/02.patch": PATCH.format("init/main.c") + PATCH.format("init/other.c"),
        "series/03.subst": "# Why.\ninit/main.c 2 s/a/b/\ninit/word.c 1 s/c/d/\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def counted(project: Path) -> Effort:
    return effort.count(project, project / "rules.toml")


def test_counts_code_and_hooks(project: Path) -> None:
    result = counted(project)
    assert {part.name: part.amount for part in result.parts} == {
        "memory": Amount(3, 2 + 1 + 2),
        "hooks": Amount(3, 3 * 3 + 2 + 1),  # the files are Linux's: main.c, other.c, word.c
        "the rest": Amount(4, 3),
    }
    assert result.whole() == Amount(7, 8)
    assert result.share() == pytest.approx((100 * 5 / 8, 100 * 48 / 18505))


def test_file_without_a_part(project: Path) -> None:
    (project / "series" / "why.txt").write_text("because\n", encoding="utf-8")
    with pytest.raises(TestbedError, match="series/why.txt$"):
        counted(project)


def test_pattern_without_a_file(project: Path) -> None:
    (project / "kernel" / "link.ld").unlink()
    with pytest.raises(TestbedError, match=re.escape("'memory': there is no file kernel/*.ld")):
        counted(project)


def test_language_that_cannot_be_counted(project: Path) -> None:
    (project / "kernel" / "picture.xyzzy").write_text("?\n", encoding="utf-8")
    with pytest.raises(TestbedError, match="kernel/picture.xyzzy"):
        counted(project)


def make_effort(form: str) -> str:
    command = ["make", "-s", "effort", f"FORMAT={form}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_this_project() -> None:
    rows = json.loads(make_effort("json"))
    assert all(row["files"] > 0 and row["lines"] > 0 for row in rows)
    papers = [(row["paper_files"], row["paper_lines"]) for row in rows if row["paper_lines"]]
    for figures in ((12, 48), (10, 57), (9, 121), (1, 1), (2, 172), (7, 161), (2, 100), (165, 18505)):
        assert figures in papers
    table = list(csv.DictReader(io.StringIO(make_effort("csv"))))
    assert [(row["part"], int(row["lines"])) for row in table] == [(row["part"], row["lines"]) for row in rows]
    text = make_effort("text")
    assert all(f"{row['lines']:,}" in text and row["part"] in text for row in rows)
    assert "Table 3" in text and "Table 4" in text
