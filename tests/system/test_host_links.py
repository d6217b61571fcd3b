# SPDX-License-Identifier: GPL-2.0-only
"""ci/links.py: what the pages point at is there, and what is not is named by file and line."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FILES = {
    ".gitignore": "made/\n",
    "docs/page.md": "# A page: `code`, twice\n\n## Twice\n\n## Twice\n\n```sh\n# no heading\n```\n[up](../README.md)\n",
    "src/one.cpp": "int one;\nint two;\n",
    "src/linux-6.1/deep.h": "",
}

# A line of README.md, and what is said about it: nothing, or a part of it.
LINES = [
    ("[page](docs/page.md)", ""),
    ("[page](docs/pages.md)", "there is no docs/pages.md"),
    ("![picture](docs/picture.png)", "there is no docs/picture.png"),
    ("[directory](src) [web](https://example.org/none) [mail](mailto:a@b.invalid)", ""),
    ("[top](/docs/page.md)", "relative"),
    ("[title](docs/page.md#a-page-code-twice), [second](docs/page.md#twice-1)", ""),
    ("[none](docs/page.md#thrice)", "docs/page.md has no heading #thrice"),
    ("[comment](docs/page.md#no-heading)", "docs/page.md has no heading #no-heading"),
    ("[mine](#readme)", ""),
    ("[mine](#here)", "README.md has no heading #here"),
    ("[line](src/one.cpp#L2)", ""),
    ("[line](src/one.cpp#L3)", "src/one.cpp has only 2 lines"),
    ("[by name][name]\n\n[name]: docs/none.md", "there is no docs/none.md"),
    ("`src/one.cpp`, `src/*.cpp`, `src/`, `one.cpp`, `src/linux-VERSION/deep.h`, `made/anything`", ""),
    ("`src/two.cpp`", "there is no src/two.cpp"),
    ("`src/linux-VERSION/high.h`", "there is no src/linux-VERSION/high.h"),
    ("`two.cpp`", "no file is called two.cpp"),
    ("`/dev/ant`, `arch/x86/setup.c`, `make src/two.cpp`, `a/b`", ""),
    ("`[no link](none.md)`", ""),
    ("```\n[no link](none.md) `src/two.cpp`\n```", ""),
    ("`src/new.cpp`:\n\n```cpp\nint three;\n```", ""),
]


def checked(tree: Path, readme: str) -> subprocess.CompletedProcess[str]:
    for name, text in {**FILES, "README.md": readme}.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)
    return subprocess.run(
        [str(ROOT / "ci" / "links.py")], cwd=tree, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("line, problem", LINES)
def test_a_line(tmp_path: Path, line: str, problem: str) -> None:
    done = checked(tmp_path, f"# Readme\n\n{line}\n\n[page](docs/page.md)\n")
    assert done.returncode == (1 if problem else 0), done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert len(said) == (1 if problem else 0)
    if problem:
        where = 5 if line.startswith("[by name]") else 3
        assert said[0].startswith(f"README.md:{where}: ") and problem in said[0]


def test_a_page_that_nobody_finds(tmp_path: Path) -> None:
    done = checked(tmp_path, "# Readme\n\n`docs/page.md`\n")
    assert done.returncode == 1
    assert done.stdout == "docs/page.md:1: no link leads here from README.md\n"


def test_no_page_is_an_error(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    done = subprocess.run([str(ROOT / "ci" / "links.py")], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr == "links: no page here\n"


def test_frames_in_the_pages_are_where_their_functions_are() -> None:
    """docs/debugging.md showed a source of long ago. What has moved by a few lines since is no reason to fail."""
    frame = re.compile(r"(\w+) \([^)]*\) at (?:\.\./)+((?:ant|lkm)/[\w/.]+):(\d+)")
    found = [one for page in (ROOT / "docs").glob("*.md") for one in frame.findall(page.read_text(encoding="utf-8"))]
    for function, path, number in found:
        lines = enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), start=1)
        begins = [place for place, line in lines if re.match(rf"[A-Za-z].*?\b{function}\(", line)]
        assert any(abs(int(number) - place) < 40 for place in begins), f"{function} at {path}:{number}: {begins}"
    assert len(found) >= 5
