# SPDX-License-Identifier: GPL-2.0-only
"""The machines that the tests share, and ./antbed as a person would call it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from antbed_runner import Antbed
from testbed.instance import Instance
from testbed.rundir import RunDirectory

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs no guest first, then the shared machine's tests, then those that boot their own."""
    kinds = ("host", "guest", "own_machine")

    def order(item: pytest.Item) -> int:
        fixtures = getattr(item, "fixturenames", [])
        kind = 2 if "own_machine" in fixtures else 1 if "machine" in fixtures else 0
        item.add_marker(kinds[kind])
        return kind

    items.sort(key=order)


@pytest.fixture(scope="session")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the tests' machines see as /host: never the user's own directory."""
    directory = tmp_path_factory.mktemp("share")
    shutil.copy(ROOT / "share" / "hello.txt", directory)
    return directory


@contextmanager
def ended_afterwards(antbed: Antbed, session: pytest.Session) -> Iterator[Antbed]:
    """Takes the machine down; its logs stay when a test has failed."""
    try:
        yield antbed
    finally:
        antbed.down()
        if not session.testsfailed:
            shutil.rmtree(RunDirectory.named(antbed.name).path, ignore_errors=True)


@pytest.fixture(scope="session")
def machine(share: Path, request: pytest.FixtureRequest) -> Iterator[Antbed]:
    """The machine that most tests share: small profile, booted once."""
    with ended_afterwards(Antbed(f"test-{os.getpid()}", share), request.session) as antbed:
        antbed.up()
        yield antbed


@pytest.fixture
def own_machine(share: Path, request: pytest.FixtureRequest) -> Iterator[Antbed]:
    """A machine for this test alone, not yet booted."""
    with ended_afterwards(Antbed(f"own-{os.getpid()}", share), request.session) as antbed:
        yield antbed


@pytest.fixture(autouse=True)
def machine_survives(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that ends the shared machine is told so itself, not the next one."""
    yield
    if "machine" in request.fixturenames:
        antbed: Antbed = request.getfixturevalue("machine")
        instance = Instance.find(antbed.name)
        if instance is None or not instance.alive():
            how = instance.how_it_ended() if instance else "it was taken down"
            consoles = "\n".join(antbed.log(which) for which in ("linux", "ant"))
            antbed.up()  # for the tests after this one
            pytest.fail(f"this test ended the machine: {how}\n{consoles}")
