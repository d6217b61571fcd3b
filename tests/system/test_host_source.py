# SPDX-License-Identifier: GPL-2.0-only
"""Where the source of Linux comes from, and which version KERNEL=auto is: the real scripts on tiny sources."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from source_project import NAME, ROOT, Mirror, Project, path_without, served, silent_mirror, tarball, tree

COMPRESSIONS = ("xz", "bz2", "gz")
NO_NETWORK_SECONDS = 15.0


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture
def linux(tmp_path: Path) -> Path:
    return tree(tmp_path / "somewhere" / NAME)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    (tmp_path / "mirror").mkdir()
    with served(tmp_path / "mirror") as server:
        yield server


@pytest.fixture
def mirrored(tmp_path: Path, linux: Path, mirror: Mirror) -> Path:
    """The tarball on the mirror."""
    assert mirror.url
    return tarball(tmp_path / "mirror" / f"{NAME}.tar.xz", linux)


def state(directory: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in directory.rglob("*")}


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of a refusal."""
    assert done.returncode != 0, done.stdout
    lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1, done.stderr
    return lines[0]


# --- LINUX_SRC


def test_tree_is_only_read(project: Project, linux: Path) -> None:
    before = state(linux)
    done = project.get_source(LINUX_SRC=str(linux))
    assert done.returncode == 0, done.stderr
    assert project.has_mint() and state(linux) == before
    again = project.get_source(LINUX_SRC=str(linux))
    assert (again.returncode, again.stdout) == (0, "")


@pytest.mark.parametrize("worktree", [False, True])
def test_git_checkout(project: Project, linux: Path, worktree: bool) -> None:
    git = ["git", "-C", str(linux), "-c", "user.name=n", "-c", "user.email=e@x.invalid"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "3.0.8"]):
        subprocess.run([*git, *words], check=True)
    if worktree:  # there .git is a file
        subprocess.run([*git, "worktree", "add", "-q", str(linux.parent / "other")], check=True)
        linux = linux.parent / "other"
    done = project.get_source(LINUX_SRC=str(linux))
    assert done.returncode == 0 and project.has_mint(), done.stderr


@pytest.mark.parametrize("top", [NAME, f"./{NAME}", "linux"])
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_tarball(project: Project, linux: Path, compression: str, top: str) -> None:
    given = tarball(linux.parent / f"any.tar.{compression}", linux, top)
    done = project.get_source(LINUX_SRC=str(given))
    assert done.returncode == 0 and project.has_mint(), done.stderr
    assert "signature unchecked: there is no any.tar.sign" in done.stdout


def test_leftovers_of_a_build_do_no_harm(project: Project, linux: Path) -> None:
    leftovers = (".config", "include/generated/autoconf.h", "kernel/reboot.o", "kernel/.reboot.o.cmd")
    leftovers += ("Module.symvers", ".tmp_versions/x.mod", "kernel/timeconst.h", "kernel/built-in.a")
    for name in leftovers:
        (linux / name).parent.mkdir(parents=True, exist_ok=True)
        (linux / name).write_text("left over\n", encoding="utf-8")
    done = project.get_source(LINUX_SRC=str(linux))
    assert done.returncode == 0 and project.has_mint(), done.stderr
    assert (linux / ".config").exists()
    # A build there between two of ours is no change of the source.
    soon = time.time() + 60
    os.utime(linux / "kernel" / "reboot.o", (soon, soon))
    assert project.get_source(LINUX_SRC=str(linux)).stdout == ""


def test_a_changed_source_is_taken_anew(project: Project, linux: Path) -> None:
    project.get_source(LINUX_SRC=str(linux))
    time.sleep(0.05)
    (linux / "kernel" / "other.c").write_text("int changed;\n", encoding="utf-8")
    assert "unpacking" in project.get_source(LINUX_SRC=str(linux)).stdout
    assert (project.source / "kernel" / "other.c").read_text(encoding="utf-8") == "int changed;\n"


def test_a_file_unlike_the_stock_one_is_refused_by_name(project: Project, linux: Path) -> None:
    (linux / "kernel" / "reboot.c").write_text("// somebody's own\n", encoding="utf-8")
    refused = project.get_source(LINUX_SRC=str(linux))
    assert "kernel/reboot.c" in complaint(refused) and "base.lock" in refused.stderr
    # What no patch touches does not matter.
    (linux / "kernel" / "other.c").write_text("// somebody's own\n", encoding="utf-8")
    assert "other.c" not in complaint(project.get_source(LINUX_SRC=str(linux)))


def test_source_is_for_the_version_it_names(project: Project, tmp_path: Path) -> None:
    newer = tree(tmp_path / "linux-6.1.70", "6.1.70")
    line = complaint(project.get_source(LINUX_SRC=str(newer)))
    assert "no source of Linux 3.0.8" in line  # it is not taken for it
    assert project.version(LINUX_SRC=str(newer)).stdout == "6.1\n"


def test_source_of_an_unknown_version(project: Project, tmp_path: Path) -> None:
    other = tree(tmp_path / "linux-3.0.101", "3.0.101")
    for settings in ({"KERNEL": "3.0.8"}, {"KERNEL": "6.1"}):
        line = complaint(project.run("images/linux-source.sh", LINUX_SRC=str(other), **settings))
        assert str(other) in line and "3.0.101" in line and "3.0.8 6.1" in line
    assert "3.0.101" in complaint(project.version(LINUX_SRC=str(other)))


@pytest.mark.parametrize("what", ["nothing", "an empty directory", "a text file", "a broken tarball"])
def test_no_source_at_all(project: Project, linux: Path, tmp_path: Path, what: str) -> None:
    given = tmp_path / "given"
    if what == "an empty directory":
        given.mkdir()
    elif what == "a text file":
        given.write_text("hello\n", encoding="utf-8")
    elif what == "a broken tarball":
        given = tarball(tmp_path / "broken.tar.xz", linux)
        given.write_bytes(given.read_bytes()[:40])
    assert f"LINUX_SRC={given}" in complaint(project.get_source(LINUX_SRC=str(given)))


def test_the_tree_of_the_build_is_no_source(project: Project, linux: Path) -> None:
    project.get_source(LINUX_SRC=str(linux))
    assert "name the source itself" in complaint(project.get_source(LINUX_SRC=str(project.source)))
    assert project.has_mint()


# --- sources/ and downloads


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_tarball_in_sources(project: Project, linux: Path, compression: str) -> None:
    (project.path / "sources").mkdir()
    tarball(project.path / "sources" / f"{NAME}.tar.{compression}", linux)
    done = project.get_source()
    assert done.returncode == 0 and project.has_mint(), done.stderr


def test_what_is_unpacked_goes_on_without_its_source(project: Project, linux: Path) -> None:
    project.get_source(LINUX_SRC=str(linux))
    done = project.get_source()
    assert (done.returncode, done.stdout) == (0, "")
    assert project.version().stdout == "3.0.8\n"


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_download(project: Project, linux: Path, mirror: Mirror, tmp_path: Path, compression: str) -> None:
    tarball(tmp_path / "mirror" / f"{NAME}.tar.{compression}", linux)
    done = project.get_source(LINUX_MIRROR=mirror.url + "/")
    assert done.returncode == 0 and project.has_mint(), done.stderr
    assert "signature unchecked: there is no linux-3.0.8.tar.sign" in done.stdout
    assert project.downloads() == {f"{NAME}.tar.{compression}"}


@pytest.mark.parametrize("tells_length", [True, False])
def test_broken_download_leaves_nothing(project: Project, mirrored: Path, mirror: Mirror, tells_length: bool) -> None:
    mirror.cut_after = mirrored.stat().st_size // 2
    mirror.tells_length = tells_length
    line = complaint(project.get_source(LINUX_MIRROR=mirror.url))
    assert mirror.url in line and "sources/" in line
    assert project.downloads() == set() and not project.source.exists()


def test_no_network_is_said_soon(project: Project) -> None:
    with silent_mirror() as silent:
        for settings in ({}, {"LINUX_MIRROR": silent}):
            start = time.monotonic()
            line = complaint(project.get_source(**settings))
            assert time.monotonic() - start < NO_NETWORK_SECONDS
            for word in (f"{NAME}.tar.xz", "sources/", "LINUX_SRC=", "KERNEL=6.1", "cannot be reached"):
                assert word in line
    assert project.downloads() == set()


def test_download_without_curl(project: Project, tmp_path: Path) -> None:
    path = path_without(tmp_path / "bin", "curl")
    assert "curl is not installed" in complaint(project.get_source(PATH=path))
    assert "curl is not installed" in project.version(PATH=path).stderr


# --- signatures


@pytest.fixture
def keys() -> Iterator[Path]:
    """A key of its own, in a keyring of its own; a short path, for the sake of its sockets."""
    home = Path(tempfile.mkdtemp(prefix="antgpg"))
    environment = {**os.environ, "GNUPGHOME": str(home)}
    new_key = ["gpg", "--batch", "--passphrase", "", "--quick-gen-key", "signer@x.invalid", "ed25519", "sign"]
    subprocess.run(new_key, env=environment, check=True, capture_output=True)
    yield home
    subprocess.run(["gpgconf", "--kill", "gpg-agent"], env=environment, check=False)
    shutil.rmtree(home)


def sign(packed: Path, keys: Path) -> None:
    """As kernel.org does: the tar before its compression."""
    content = subprocess.run(["xz", "-dc", str(packed)], capture_output=True, check=True).stdout
    command = ["gpg", "--batch", "--yes", "--detach-sign", "--output", str(packed.with_suffix(".sign"))]
    subprocess.run(command, input=content, env={**os.environ, "GNUPGHOME": str(keys)}, capture_output=True, check=True)


def test_good_signature(project: Project, mirrored: Path, mirror: Mirror, keys: Path) -> None:
    sign(mirrored, keys)
    done = project.get_source(LINUX_MIRROR=mirror.url, GNUPGHOME=str(keys))
    assert done.returncode == 0 and project.has_mint(), done.stderr
    assert f"sources/{NAME}.tar.xz, signature good: signer@x.invalid" in done.stdout
    assert project.downloads() == {f"{NAME}.tar.xz", f"{NAME}.tar.sign"}


def test_unknown_key(project: Project, mirrored: Path, mirror: Mirror, keys: Path, tmp_path: Path) -> None:
    sign(mirrored, keys)
    (tmp_path / "empty").mkdir(mode=0o700)
    for home in ("empty", "missing"):
        shutil.rmtree(project.path / "build", ignore_errors=True)
        done = project.get_source(LINUX_MIRROR=mirror.url, GNUPGHOME=str(tmp_path / home))
        assert done.returncode == 0 and project.has_mint(), done.stderr
        assert "signature unchecked: gpg does not know the key" in done.stdout
    assert not (tmp_path / "missing").exists()


def test_no_gpg(project: Project, mirrored: Path, mirror: Mirror, keys: Path, tmp_path: Path) -> None:
    sign(mirrored, keys)
    done = project.get_source(LINUX_MIRROR=mirror.url, GNUPGHOME=str(keys), PATH=path_without(tmp_path / "bin", "gpg"))
    assert done.returncode == 0 and "signature unchecked: gpg is not installed" in done.stdout, done.stderr


@pytest.mark.parametrize("how", ["of another file", "no signature"])
def test_bad_signature_is_refused(
    project: Project, linux: Path, mirrored: Path, mirror: Mirror, keys: Path, how: str
) -> None:
    if how == "of another file":
        sign(mirrored, keys)
        (linux / "kernel" / "other.c").write_text("int evil;\n", encoding="utf-8")
        tarball(mirrored, linux)
    else:
        mirrored.with_suffix(".sign").write_text("<html>not found</html>\n", encoding="utf-8")
    assert "bad" in complaint(project.get_source(LINUX_MIRROR=mirror.url, GNUPGHOME=str(keys)))
    assert project.downloads() == set() and not project.source.exists()
    # The same for one that was put there by hand.
    (project.path / "sources").mkdir(exist_ok=True)
    for path in (mirrored, mirrored.with_suffix(".sign")):
        shutil.copy(path, project.path / "sources")
    assert "bad" in complaint(project.get_source(GNUPGHOME=str(keys)))
    assert not project.source.exists()


# --- KERNEL


def test_auto_without_network(project: Project) -> None:
    start = time.monotonic()
    with silent_mirror() as silent:
        chosen = project.version(LINUX_MIRROR=silent)
        assert time.monotonic() - start < 6
        assert chosen.stdout == "6.1\n" and len(chosen.stderr.splitlines()) == 1
        assert "not 3.0.8" in chosen.stderr and "cannot be reached" in chosen.stderr
        start = time.monotonic()
        assert project.version(LINUX_MIRROR=silent).stderr == chosen.stderr
        assert time.monotonic() - start < 3  # the answer of the first


def test_auto_takes_what_can_be_downloaded(project: Project, mirrored: Path, mirror: Mirror) -> None:
    for _ in range(2):
        chosen = project.version(LINUX_MIRROR=mirror.url)
        assert chosen.stdout == "3.0.8\n" and f"{mirror.url}/{mirrored.name}" in chosen.stderr
    assert mirror.requests == [f"HEAD /{mirrored.name}"]


def test_auto_takes_what_is_at_hand(project: Project, linux: Path) -> None:
    given = project.version(LINUX_SRC=str(linux))
    assert given.stdout == "3.0.8\n" and str(linux) in given.stderr
    (project.path / "sources").mkdir()
    tarball(project.path / "sources" / f"{NAME}.tar.gz", linux)
    chosen = project.version()
    assert chosen.stdout == "3.0.8\n" and f"sources/{NAME}.tar.gz" in chosen.stderr


def test_explicit_version_never_falls_back(project: Project) -> None:
    chosen = project.version(KERNEL="3.0.8")
    assert (chosen.stdout, chosen.stderr) == ("3.0.8\n", "")
    made = project.run("make", "-s", "kernel", "KERNEL=3.0.8")
    assert made.returncode != 0 and "no source of Linux 3.0.8" in made.stderr
    assert not (project.path / "build" / "linux-6.1").exists()


def test_unknown_version(project: Project) -> None:
    line = complaint(project.version(KERNEL="4.19"))
    assert "4.19" in line and "3.0.8 6.1" in line and "auto" in line
    made = project.run("make", "kernel", "KERNEL=4.19")
    assert made.returncode != 0 and line in made.stderr


def test_make_asks_once_and_hands_the_version_on(project: Project, linux: Path) -> None:
    planned = project.run("make", "-n", "image", f"LINUX_SRC={linux}")
    assert planned.stderr.count("KERNEL=auto is Linux 3.0.8") == 1
    assert planned.stdout.count("KERNEL=3.0.8") >= 5 and "KERNEL=auto" not in planned.stdout
    silent = project.run("make", "-n", "clean", "packages")
    assert silent.stderr == ""


def test_available(project: Project, linux: Path) -> None:
    without = project.version("--available")
    assert without.stdout == "6.1\n" and "Linux 3.0.8 cannot be had" in without.stderr
    assert project.version("--available", LINUX_SRC=str(linux)).stdout == "3.0.8\n6.1\n"


def test_all_kernels_or_failure(project: Project) -> None:
    tested = project.run("make", "test-all")
    assert tested.returncode != 0 and "no source of Linux 3.0.8" in tested.stderr
    assert tested.stdout.splitlines()[-1] == "0 passed, 1 failed"


# --- make patches


def apply_mails(directory: Path, patches: Path) -> None:
    """Makes a repository of the directory and applies the patches as from a mailbox."""
    git = ["git", "-C", str(directory), "-c", "user.name=n", "-c", "user.email=e@x.invalid"]
    mails = [str(path) for path in sorted(patches.glob("*.patch"))]
    for words in (["init", "-q"], ["add", "-A", "-f"], ["commit", "-q", "-m", "stock"], ["am", "-q", *mails]):
        subprocess.run([*git, *words], check=True)
    shutil.rmtree(directory / ".git")


def contents(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_patches_are_mails(project: Project, linux: Path) -> None:
    project.play_kexec_tools()
    done = project.run("images/patches.sh", KERNEL="3.0.8", LINUX_SRC=str(linux))
    patches = project.path / "build" / "patches-3.0.8"
    names = [
        "kexec-tools/0001-Mint-files-of-its-own.patch",
        "kexec-tools/0002-Mint-a-hook.patch",
        "mint/0001-Mint-files-of-its-own.patch",
        "mint/0002-Mint-a-hook.patch",
        "toolchain/0001-toolchain-word-by-substitution.patch",
    ]
    assert sorted(str(path.relative_to(patches)) for path in patches.rglob("*.patch")) == names, done.stderr
    hook = (patches / "mint" / "0002-Mint-a-hook.patch").read_text(encoding="utf-8")
    assert "From: Somebody <somebody@ant-linux.invalid>" in hook and "It is called before anything else." in hook
    assert " int reboot(void)\n {\n+" in hook  # context
    word = (patches / names[-1]).read_text(encoding="utf-8")
    assert "\nSomebody wants it.\n" in word and "-old\n+new\n" in word
    apply_mails(linux, patches / "toolchain")
    apply_mails(linux, patches / "mint")
    assert contents(linux) == contents(project.source)


@pytest.mark.parametrize("kernel", os.environ.get("ANTBED_TEST_KERNELS", "3.0.8 6.1").split())
def test_our_own_patches_make_our_own_tree(kernel: str, tmp_path: Path) -> None:
    available = subprocess.run(["images/kernel-version.sh", "--available"], cwd=ROOT, capture_output=True, text=True)
    if kernel not in available.stdout.split():
        assert os.environ.get("ANTBED_TEST_REQUIRE_ALL") != "1", available.stderr
        pytest.skip(available.stderr.strip())
    command = ["make", "-s", "patches", f"KERNEL={kernel}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    source = ROOT / "build" / f"linux-{kernel}" / "src"
    made = tmp_path / "made"
    shutil.copytree(f"{source}.originals", made)
    for part in ("toolchain", "mint"):
        if (ROOT / "build" / f"patches-{kernel}" / part).exists():
            apply_mails(made, ROOT / "build" / f"patches-{kernel}" / part)
    assert contents(made)
    for name, content in contents(made).items():
        assert (source / name).read_bytes() == content, name
