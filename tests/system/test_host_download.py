# SPDX-License-Identifier: GPL-2.0-only
"""Downloading the source of Linux from a mirror that is played here, and its signature."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import pytest

from source_project import NAME, Mirror, Project, complaint, linux, mirror, mirrored, path_without, project
from source_project import silent_mirror, tarball

__all__ = ["linux", "mirror", "mirrored", "project"]  # fixtures

COMPRESSIONS = ("xz", "bz2", "gz")
NO_NETWORK_SECONDS = 15.0


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "a hang"
        time.sleep(0.05)


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


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_download_leaves_nothing(
    project: Project, mirrored: Path, mirror: Mirror, how: signal.Signals
) -> None:
    mirror.cut_after = mirrored.stat().st_size // 2
    with mirror.stalled():
        running = project.start("images/linux-source.sh", KERNEL="3.0.8", LINUX_MIRROR=mirror.url)
        wait_for(lambda: any(request.startswith("GET") for request in mirror.requests))
        wait_for(lambda: bool(project.downloads()))
        os.killpg(running.pid, how)  # as Ctrl-C does, or a caller's time limit
        assert running.wait(timeout=60) != 0
        wait_for(lambda: project.downloads() == set())
    assert not project.source.exists()


def test_no_network_is_said_soon(project: Project) -> None:
    with silent_mirror() as silent:
        mirrors: list[dict[str, str]] = [{}, {"LINUX_MIRROR": silent}]
        for settings in mirrors:
            start = time.monotonic()
            line = complaint(project.get_source(**settings))
            assert time.monotonic() - start < NO_NETWORK_SECONDS
            for word in (f"{NAME}.tar.xz", "sources/", "LINUX_SRC=", "KERNEL=auto", "cannot be reached"):
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
    shutil.rmtree(home, onerror=unless_gone)


def unless_gone(_: object, __: str, error: tuple[type[BaseException], BaseException, TracebackType]) -> None:
    """gpg-agent, told to end, takes its sockets away meanwhile."""
    if not isinstance(error[1], FileNotFoundError):
        raise error[1]


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
