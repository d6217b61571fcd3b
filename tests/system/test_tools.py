# SPDX-License-Identifier: GPL-2.0-only
"""AnT's ls, cp, mv, rm ... against this computer's: the same command on the same directory, which both see."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from antbed_runner import ROOT, Antbed

TEXT = "one two\n three\tfour  \n\nfive"
TIMES = {"a": 3000, "b c": 1000, "d/e/deep": 5000, ".hidden": 2000, "long": 4000}


def make_tree(root: Path) -> None:
    """Files that AnT's ordinary user of Linux's may change, whoever runs the tests."""
    (root / "d" / "e").mkdir(parents=True)
    (root / "empty").mkdir()
    for name, text in {
        "a": TEXT, "b c": "", "d/e/deep": "deep\n", "d/in": "in\n", ".hidden": "x" * 300,
        "long": "".join(f"line {number}\n" for number in range(1, 31)), "umlaut": "na\u00efve \u20ac\n",
    }.items():
        (root / name).write_text(text, encoding="utf-8")
    for path in [root, *root.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    (root / "link").symlink_to("d")
    (root / "dangling").symlink_to("nowhere")
    for name, seconds in TIMES.items():
        os.utime(root / name, (10_000 - seconds, 10_000 + seconds))


def snapshot(root: Path) -> dict[str, tuple[str, str]]:
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_symlink():
            what = ("link", os.readlink(path))
        else:
            what = (oct(path.stat().st_mode), "" if path.is_dir() else path.read_text(encoding="utf-8"))
        found[str(path.relative_to(root))] = what
    return found


# @ is the directory.
SAME = [
    # What lists and reads.
    "ls @", "ls -a @", "ls -A @", "ls -1 @/d @/a @/nope @/d/e", "ls -r @", "ls -t @", "ls -tr @", "ls -tu @", "ls -S @",
    "ls -SrA @", "ls -F @", "ls -p @", "ls -FL @/link @/a", "ls -d @", "ls -d @/link @/d", "ls -R @", "ls @ -R -A",
    "ls -m @", "ls -q @", "ls -H @/link", "ls @/link", "ls -F @/link", "ls @/dangling", "ls -1RF @/d",
    "cat @/a @/long", "cat -u @/a", "cat @/nope @/a", "cat @/d", "cat @/dangling", "cat -- @/a",
    "head @/long", "head -n 3 @/long @/a", "head -3 @/long", "head -n3 -v @/long", "head -q -n 1 @/long @/a",
    "head -c 10 @/long", "head @/d", "head @/nope", "head -n 0 @/a", "head @/long -n 2",
    "wc @/a", "wc @/a @/long", "wc -l @/long", "wc -c @/long @/a", "wc -w @/a", "wc -cl @/a", "wc @/nope @/a",
    "wc -m @/a @/long", "wc -lwmc @/a",
    "sha256sum @/a @/long", "sha256sum @/nope", "sha256sum @/d",
    "stat -c '%n %s %F %a %A %h %U' @/d", "stat -c '%s %A' @/link", "stat -L -c '%F' @/link",
    "stat -c '%Y %X' @/a @/long", "stat -c '%y' @/a",
    # What makes.
    "mkdir @/new", "mkdir @/d", "mkdir @/x/y", "mkdir -p @/x/y/z", "mkdir -p @/d/e", "mkdir -m 700 @/m", "mkdir @/a/x",
    "mkdir -m u=rwx,g=rx,o= @/m", "mkdir -pm 711 @/x/m", "mkdir -p @/a", "mkdir @/one @/d @/two",
    # What copies.
    "cp @/a @/new", "cp @/a @/d", "cp @/a @/long @/d", "cp @/a @/d/", "cp @/d @/new", "cp -r @/d @/new",
    "cp @/a @/a", "cp @/nope @/new", "cp @/a @/nope/new", "cp @/a @/long @/b", "cp @/a @/long @/umlaut",
    "cp -R @/d @/empty", "cp @/link @/new",
    "cp -P @/link @/new", "cp -r @/link @/new", "cp -rL @/link @/new", "cp -rH @/link @/new", "cp -p @/a @/new",
    "cp -a @/d @/new", "cp @/d/in @/empty -p", "cp -r @/d @/a", "cp -R @/d @/link @/a @/empty", "cp -f @/a @/long",
    "cp -P @/dangling @/long", "cp @/dangling @/new",
    # What moves.
    "mv @/a @/new", "mv @/a @/d", "mv @/a @/long @/d", "mv @/d @/empty", "mv @/nope @/new", "mv @/a @/long @/nope",
    "mv @/a @/long @/umlaut", "mv @/a @/a", "mv @/d @/d/e", "mv -f @/a @/long", "mv @/link @/new", "mv @/dangling @/d",
    "mv @/a @/nope/x", "mv -- @/a @/new",
    # What removes.
    "rm @/a", "rm @/a @/nope @/long", "rm @/d", "rm -r @/d", "rm @/d -rf", "rm -d @/empty", "rm -d @/d", "rm -f @/nope",
    "rm -f", "rm -R @/link", "rm -rv @/d/e", "rm -rf @/d/.", "rm -f @/a/x", "rm -v @/a @/link",
    "rmdir @/empty", "rmdir @/d", "rmdir @/nope", "rmdir -p @/empty/../d/e", "rmdir @/a",
    "echo -n one 'two  three'", "echo -x", "echo",
]  # fmt: skip


@pytest.fixture(scope="module")
def both(share: Path) -> Path:
    directory = share / "tools"
    directory.mkdir(exist_ok=True)
    directory.chmod(0o777)
    return directory


def run_both(machine: Antbed, both: Path, command: str) -> tuple[list[str], list[str]]:
    """What each says and leaves: output, errors, whether it failed, the tree."""
    results = []
    for name in ("ant", "linux"):
        root = both / name
        if root.exists():
            shutil.rmtree(root)
        make_tree(root)
        if name == "ant":
            done = machine.exec("ant", command.replace("@", f"/host/tools/{name}"))
            said, status = (done.text, done.errors), done.status
        else:
            words = ["sh", "-c", command.replace("sh ", "").replace("@", str(root)).replace("echo", "/bin/echo")]
            environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
            host = subprocess.run(words, capture_output=True, env=environment, timeout=60, check=False)
            said, status = (host.stdout.decode(), host.stderr.decode()), host.returncode
        shown = [text.replace(f"/host/tools/{name}", "@").replace(str(root), "@") for text in said]
        results.append([*shown, f"fails={status != 0}", *(f"{k}: {v}" for k, v in snapshot(root).items())])
    return results[0], results[1]


@pytest.mark.parametrize("command", SAME)
def test_a_command_does_and_says_what_it_does_elsewhere(machine: Antbed, both: Path, command: str) -> None:
    ours, wanted = run_both(machine, both, command)
    assert ours == wanted


def test_details_are_linuxs(machine: Antbed, both: Path) -> None:
    """`ls -l`: type, permissions, links, owners, size and name, of all kinds of file."""
    machine.linux("rm -rf /tmp/kinds; mkdir /tmp/kinds; cd /tmp/kinds; mkfifo p; touch f; chmod 4751 f; ln f g")
    machine.linux("cd /tmp/kinds; ln -s f l; mknod n c 1 3; mknod b b 259 70000")
    linux, ours = (
        [line.split(" -> ")[0].split() for line in listing.splitlines()[1:]]
        for listing in (machine.linux("ls -l /tmp/kinds"), machine.ant("ls -l /tmp/kinds"))
    )
    # Linux has a date of three words, AnT of two.
    assert [[*line[:-3], line[-1]] for line in ours] == [[*line[:-4], line[-1]] for line in linux]
    assert machine.ant("ls /tmp/kinds").split() == ["b", "f", "g", "l", "n", "p"]
    assert machine.ant("ls -n /tmp/kinds/f").split()[2:4] == ["0", "0"]
    assert machine.ant("ls -l /tmp/kinds/f").split()[2:4] == ["root", "root"]
    machine.linux("rm -r /tmp/kinds")


def test_mv_between_two_file_systems_copies(machine: Antbed, both: Path) -> None:
    """It was "Invalid cross-device link"."""
    root = both / "far"
    make_tree(root)
    wanted = snapshot(root / "d")
    machine.ant("mv /host/tools/far/d /tmp/moved; mv /tmp/moved /host/tools/far/back")
    assert snapshot(root / "back") == wanted and not (root / "d").exists()
    shutil.rmtree(root)


def programs_of_the_page() -> list[str]:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    table = page.split("## AnT's programs")[1].split("\n## ")[0]
    return [usage.replace("\\|", "|") for usage in re.findall(r"^\| `(.+?)` \|", table, re.M)]


def test_the_page_tells_what_each_program_takes(machine: Antbed) -> None:
    usages = programs_of_the_page()
    assert len(usages) >= 17
    for usage in usages:
        program = usage.split()[0]
        assert machine.ant(f"{program} --help") == f"usage: {usage}\n"
        refused = machine.exec("ant", f"{program} -@ /host")
        assert refused.status == 2 and refused.text == "" and f"usage: {usage}\n" in refused.errors, str(refused)


def test_what_shows_ant_refuses_what_it_does_not_know(machine: Antbed) -> None:
    for program in ("cores", "devices", "getpid", "kernels", "mem", "null"):
        assert machine.exec("ant", f"{program} x").errors == f"{program}: extra operand 'x'\nusage: {program}\n"


def test_nobody_types_on_the_control_channel(machine: Antbed) -> None:
    """`cat` without a file waited there, and took the next command for its input."""
    assert machine.ant("cat; wc -l; echo next") == "0\nnext\n"
    refused = machine.exec("ant", "write /tmp/kept x; rm -i /tmp/kept; cat /tmp/kept; rm /tmp/kept")
    assert refused.text == "x\n" and refused.errors == "rm: remove regular file '/tmp/kept'? "
