# SPDX-License-Identifier: GPL-2.0-only
"""docs/adding-a-system-call.md, typed as it stands into a copy of the tree, then tried on a machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from antbed_runner import ROOT, Antbed

_CODE = re.compile(r"^```(cpp|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def insert(path: Path, text: str, before: str) -> None:
    """Puts the text in front of the last place of `before`."""
    content = path.read_text(encoding="utf-8")
    assert content.count(before) >= 1, f"{path} has no {before!r}"
    place = content.rindex(before)
    path.write_text(content[:place] + text + content[place:], encoding="utf-8")


def copy_of_the_tree(to: Path) -> Path:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, names.decode().split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def test_adding_a_system_call(own_machine: Antbed, kernel: str, tmp_path: Path) -> None:
    tree = copy_of_the_tree(tmp_path)
    page = (ROOT / "docs" / "adding-a-system-call.md").read_text(encoding="utf-8")
    blocks = _CODE.findall(page)
    code = [text for kind, text in blocks if kind == "cpp"]
    commands = [text for kind, text in blocks if kind == "sh"]
    table, number, definition, program = code
    assert len(commands) == 3
    shown = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)

    insert(tree / "userland/proxy/calls.cpp", table, "});\n// clang-format on")
    insert(tree / "ant/lib/linux_numbers.h", number, "    NUMBER(null, ")
    insert(tree / "ant/lib/posix/files.cpp", definition, '} // extern "C"')
    (tree / "examples/where.cpp").write_text(program, encoding="utf-8")

    # The page's ./antbed is the copy's; the machine is the test's, and its /host the copy's share/.
    environment = {**os.environ, "KERNEL": kernel, "ANTBED_NO_INSTALL": "1", "ANTBED_NAME": own_machine.name}
    environment |= {"ANTBED_BUILD": str(ROOT / "build")}
    own_machine.share = tree / "share"
    own_machine.boot_words[-1] = str(own_machine.share)
    own_machine.up()

    def run(script: str) -> str:
        done = subprocess.run(
            ["bash", "-ec", script],
            cwd=tree,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    run(commands[0])
    assert run(commands[1]) == shown[0]
    assert run(commands[2]).endswith(shown[1])
    # The page leads to green tests: those of the table know no list of its calls.
    unit_test = "cmake --preset host-asan && cmake --build build/cmake-host-asan --target test_userland"
    run(f"{unit_test} && build/cmake-host-asan/tests/unit/userland/test_userland --gtest_filter='Calls*:Executor*'")
