# SPDX-License-Identifier: GPL-2.0-only
"""ci/circles.py: a circle is found and told in one line, and what is none is not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Files = dict[str, str]

STRAIGHT: Files = {
    "testbed/__init__.py": "",
    "testbed/errors.py": "import sys\n",
    "testbed/low/__init__.py": "",
    "testbed/low/one.py": "from ..errors import Error\n",
    "testbed/low/two.py": "from . import one\nfrom .deep.three import four\n",
    "testbed/low/deep/three.py": "from ...errors import Error\n",
    "testbed/high/five.py": "from testbed.low import one as other, two\n",
    "lkm/call.h": "#include <linux/list.h>\n",
    "lkm/call.c": '#include "call.h"\n#include "ring.h"\n',
    "lkm/ring.h": "#include <antlinux/ring.h>\n",
    "lkm/ring.c": '#include "ring.h"\n',
    "ant/base/list.h": "#include <antlinux/ring.h>\n",
    "ant/arch/x86/port.h": '#include "ant/base/list.h"\n#include "registers.h"\n',
    "ant/arch/x86/registers.h": "#include <cstdint>\n",
    "ant/core/core.cpp": '# include "ant/arch/x86/port.h"\n#include "deep/part.h"\n',
    "ant/core/deep/part.h": '#include "ant/core/core.h"\n',
    "ant/core/core.h": "",
    "include/antlinux/ring.h": "",
    "include/antlinux/observe/stamps.h": '#include "antlinux/ring.h"\n',
}

# What is changed of it, and what is then said of testbed, lkm and ant.
PROBLEMS = [
    ({}, []),
    ({"testbed/errors.py": "def f():\n    from .low import two\n"}, [
        "testbed/errors.py -> testbed/low/two.py -> testbed/low/deep/three.py -> testbed/errors.py",
        "testbed/low/one.py -> testbed/errors.py -> testbed/low/two.py -> testbed/low/one.py",
        "testbed -> testbed/low -> testbed",
    ]),
    ({"testbed/low/deep/three.py": "import testbed.high.six\n", "testbed/high/six.py": ""}, [
        "testbed/high -> testbed/low -> testbed/high",
    ]),
    ({"lkm/ring.c": '#include "call.h"\n'}, ["lkm/call -> lkm/ring -> lkm/call"]),
    ({"ant/core/core.h": '#include "ant/linux/port.h"\n', "ant/linux/port.h": '#include "ant/core/core.h"\n'}, [
        "ant/core -> ant/linux -> ant/core",
    ]),
    ({"ant/base/text.cpp": '#include "ant/core/core.h"\n', "ant/core/core.cpp": ""}, [
        "ant/base/text.cpp uses ant/core/core.h: ant/base lies below ant/core",
    ]),
    ({"ant/arch/x86/port.h": '#include "ant/core/core.h"\n', "ant/core/core.cpp": ""}, [
        "ant/arch/x86/port.h uses ant/core/core.h: ant/arch/x86 lies below ant/core",
    ]),
    ({"include/antlinux/observe/stamps.h": '#include "ant/base/list.h"\n'}, [
        "include/antlinux/observe/stamps.h uses ant/base/list.h: include/ lies below ant/base",
    ]),
    ({"include/antlinux/ring.h": '#include "antlinux/observe/stamps.h"\n', "include/antlinux/observe/stamps.h": ""}, [
        "include/antlinux/ring.h uses include/antlinux/observe/stamps.h:"
        " include/antlinux lies below include/antlinux/observe",
    ]),
]


def checked(tree: Path, files: Files, *parts: str) -> subprocess.CompletedProcess[str]:
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, encoding="utf-8")
    return subprocess.run(
        [str(ROOT / "ci" / "circles.py"), *parts], cwd=tree, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("changed, problems", PROBLEMS)
def test_what_is_said(tmp_path: Path, changed: Files, problems: list[str]) -> None:
    done = checked(tmp_path, {**STRAIGHT, **changed}, "testbed", "lkm", "ant")
    said = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert (said, done.returncode) == (problems, 1 if problems else 0), done.stdout + done.stderr


def test_each_step_of_a_circle_has_its_files(tmp_path: Path) -> None:
    changed = {"testbed/low/deep/three.py": "import testbed.high.six\n", "testbed/high/six.py": ""}
    done = checked(tmp_path, {**STRAIGHT, **changed}, "testbed")
    assert done.stdout.splitlines()[1:] == [
        "    testbed/high/five.py uses testbed/low/one.py",
        "    testbed/low/deep/three.py uses testbed/high/six.py",
    ]


@pytest.mark.parametrize("parts", [(), ("bench",)])
def test_a_part_that_is_not_checked_is_an_error(tmp_path: Path, parts: tuple[str, ...]) -> None:
    done = checked(tmp_path, STRAIGHT, *parts)
    assert done.returncode == 2 and "ci/circles.py PART..." in done.stderr
