# SPDX-License-Identifier: GPL-2.0-only
"""images/series.sh: patches and substitutions on a source of two files."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORDS = "one\ntwo\nthree\nfour\nfive\nsix\n"
HEADER = "--- a/dir/words\n+++ b/dir/words\n"
BARE = HEADER + "@@ -2,0 +3 @@\n+two and a half\n"
WITH_CONTEXT = HEADER + "@@ -2,3 +2,4 @@\n two\n+two and a half\n three\n four\n"
CHANGED = WORDS.replace("two\n", "two\ntwo and a half\n")


class Series:
    """A directory as mint-patches/linux-*, and the tree that it is for."""

    def __init__(self, path: Path) -> None:
        self.directory, self.tree = path / "series", path / "src"
        self.words = self.tree / "dir" / "words"
        self.words.parent.mkdir(parents=True)
        self.words.write_text(WORDS, encoding="utf-8")
        (self.directory / "mint").mkdir(parents=True)
        pin = hashlib.sha256(WORDS.encode()).hexdigest()
        (self.directory / "base.lock").write_text(f"# pins\n{pin}  dir/words\n", encoding="utf-8")

    def entries(self, **files: str) -> None:
        """NAME_KIND=content: the entries of the one series, in this order."""
        names = [name.replace("_", ".") for name in files]
        for name, content in zip(names, files.values()):
            (self.directory / "mint" / name).write_text(content, encoding="utf-8")
        (self.directory / "mint" / "series").write_text("# order\n" + "\n".join(names) + "\n", encoding="utf-8")

    def apply(self, count: str = "") -> subprocess.CompletedProcess[str]:
        script = """set -euo pipefail
            . images/lib.sh
            . images/series.sh
            keep_originals "$1" "$2"
            apply_series "$1" "$2" $3"""
        return subprocess.run(
            ["bash", "-c", script, "bash", self.directory, self.tree, count],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip


@pytest.fixture
def series(tmp_path: Path) -> Series:
    return Series(tmp_path)


@pytest.mark.parametrize("patch", [BARE, WITH_CONTEXT])
def test_patch_is_applied_once(series: Series, patch: str) -> None:
    series.entries(a_patch=patch)
    for _ in range(2):
        result = series.apply()
        assert result.returncode == 0, result.stderr
        assert series.words.read_text(encoding="utf-8") == CHANGED


def test_other_content_is_named_and_may_fit_by_context(series: Series) -> None:
    series.entries(a_patch=WITH_CONTEXT)
    series.words.write_text("zero\n" + WORDS, encoding="utf-8")
    result = series.apply()
    assert result.returncode == 0 and "dir/words" in result.stderr
    assert series.words.read_text(encoding="utf-8") == "zero\n" + CHANGED


@pytest.mark.parametrize("entry", [{"a_patch": BARE}, {"a_subst": "dir/words 1 s/two/2/\n"}])
def test_other_content_is_refused_without_context(series: Series, entry: dict[str, str]) -> None:
    series.entries(**entry)
    series.words.write_text("zero\n" + WORDS, encoding="utf-8")
    result = series.apply()
    assert result.returncode != 0
    assert result.stderr.startswith("error: dir/words: ") and len(result.stderr.splitlines()) == 1
    assert series.words.read_text(encoding="utf-8") == "zero\n" + WORDS


@pytest.mark.parametrize("count", [0, 1, 3])
def test_substitution_has_to_change_as_many_lines_as_it_says(series: Series, count: int) -> None:
    series.entries(a_subst=f"# why\ndir/words {count} s/^t/T/\n")
    result = series.apply()
    assert result.returncode != 0 and "changes 2 lines of dir/words" in result.stdout
    assert series.words.read_text(encoding="utf-8") == WORDS


def test_entries_build_on_each_other_and_may_be_cut_off(series: Series) -> None:
    series.entries(a_patch=BARE, b_subst="dir/words 2 s/two/2/\n")
    assert series.apply().returncode == 0
    assert series.words.read_text(encoding="utf-8") == CHANGED.replace("two", "2")
    assert series.apply("1").returncode == 0
    assert series.words.read_text(encoding="utf-8") == CHANGED
