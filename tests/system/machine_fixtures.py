# SPDX-License-Identifier: GPL-2.0-only
"""The machines that the tests use, one up at a time: the shared one of each kernel, and machines of a test's own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from antbed_runner import Antbed
from guest import COMPLAINT
from testbed.paths import BUILD
from testbed.run.instance import Instance
from testbed.run.rundir import CONSOLE_LINUX, RunDirectory
from testbed.talk import debugger

ROOT = Path(__file__).resolve().parents[2]
_shared: list[Antbed] = []


@pytest.fixture(scope="session")
def kernel(request: pytest.FixtureRequest) -> str:
    """The Linux version of this case (see kernels.py)."""
    return str(request.param)


@pytest.fixture(scope="session")
def share(kernel: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the tests' machines see as /host: never the user's own directory, and new for each kernel."""
    directory = tmp_path_factory.mktemp(f"share-{kernel}")
    shutil.copy(ROOT / "share" / "hello.txt", directory)
    return directory


def shared() -> list[Antbed]:
    """Those that are up for many tests, at this moment."""
    return list(_shared)


@contextmanager
def ended_afterwards(antbed: Antbed, session: pytest.Session) -> Iterator[Antbed]:
    """Takes the machine down; its logs stay when a test has failed."""
    try:
        yield antbed
    finally:
        antbed.down()
        if not session.testsfailed:
            shutil.rmtree(RunDirectory.named(antbed.name).path, ignore_errors=True)


def save_state(antbed: Antbed, test: str, directory: Path = BUILD / "test" / "state") -> Path | None:
    """What both systems of a machine that is up are doing, into a file for this test."""
    instance = Instance.find(antbed.name)
    if instance is None or not instance.alive():
        return None
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{re.sub('[^A-Za-z0-9.]+', '-', test)}.txt"
    debugger.save_state(instance, path)
    return path


@pytest.fixture(scope="session")
def machine(share: Path, kernel: str, request: pytest.FixtureRequest) -> Iterator[Antbed]:
    """The machine that most tests share: small profile, booted once for each kernel."""
    with ended_afterwards(Antbed(f"test-{kernel}-{os.getpid()}", share, kernel), request.session) as antbed:
        antbed.up()
        _shared.append(antbed)
        yield antbed
        _shared.remove(antbed)


@pytest.fixture(scope="session")
def devices_machine(share: Path, kernel: str, request: pytest.FixtureRequest) -> Iterator[Antbed]:
    """The machine with one device of each kind (profile devices), booted once for each kernel."""
    for other in _shared:
        other.down()
    for script in ("devices.sh", "drivers.sh"):
        environment = {**os.environ, "KERNEL": kernel}
        subprocess.run([str(ROOT / "images" / script)], env=environment, check=True, timeout=3600)
    with ended_afterwards(Antbed(f"devices-{kernel}-{os.getpid()}", share, kernel), request.session) as antbed:
        antbed.up("--profile", "devices")
        _shared.append(antbed)
        yield antbed
        _shared.remove(antbed)


@pytest.fixture(scope="session")
def failpoints_machine(share: Path, kernel: str, request: pytest.FixtureRequest) -> Iterator[Antbed]:
    """The machine whose calls can be held on their way (profile failpoints), built and booted once for each kernel."""
    for other in _shared:
        other.down()
    environment = {**os.environ, "KERNEL": kernel}
    subprocess.run([str(ROOT / "images" / "failpoints.sh")], env=environment, check=True, timeout=900)
    with ended_afterwards(Antbed(f"failpoints-{kernel}-{os.getpid()}", share, kernel), request.session) as antbed:
        antbed.up("--profile", "failpoints")
        _shared.append(antbed)
        yield antbed
        _shared.remove(antbed)


@pytest.fixture
def own_machine(share: Path, kernel: str, request: pytest.FixtureRequest) -> Iterator[Antbed]:
    """A machine for this test alone, not yet booted. The shared one, which such tests come after, makes room."""
    for other in _shared:
        other.down()
    with ended_afterwards(Antbed(f"own-{kernel}-{os.getpid()}", share, kernel), request.session) as antbed:
        yield antbed


_searched: dict[Path, int] = {}  # logs of Linux's console: so many bytes of each


@pytest.fixture(autouse=True)
def linux_does_not_complain(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever the test is about: meanwhile Linux's kernel has found nothing wrong with itself."""
    if "own_machine" in request.fixturenames:
        request.getfixturevalue("own_machine")  # whose logs go with it, and it after this
    yield
    antbeds = {value for value in request.node.funcargs.values() if isinstance(value, Antbed) and not value.played}
    for path in [RunDirectory.named(antbed.name).log(CONSOLE_LINUX) for antbed in antbeds]:
        text = path.read_bytes() if path.exists() else b""
        start = _searched.get(path, 0)
        _searched[path] = len(text)
        new = text[start if start <= len(text) else 0 :].decode("utf-8", "replace")  # shorter: of another boot
        said = [line for line in new.splitlines() if COMPLAINT.search(line)]
        if said and request.node.get_closest_marker("linux_panics") is None:
            pytest.fail("Linux's console:\n" + "\n".join(said[:20]))
