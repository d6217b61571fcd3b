# SPDX-License-Identifier: GPL-2.0-only
"""The order of the tests, and what holds after each: the machine that all share is up, Linux's kernel is content."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest

import backends
import kernels
from antbed_runner import Antbed
from machine_fixtures import (
    devices_machine,
    failpoints_machine,
    kernel,
    linux_does_not_complain,
    machine,
    own_machine,
    save_state,
    share,
)
from testbed.run.instance import Instance

__all__ = [  # fixtures
    "devices_machine",
    "failpoints_machine",
    "kernel",
    "linux_does_not_complain",
    "machine",
    "own_machine",
    "share",
]

pytest_configure = backends.begin
pytest_unconfigure = backends.end
pytest_generate_tests = kernels.parametrise
KINDS = ("host", "guest", "own_machine")
_OTHER_MACHINES = {"own_machine", "devices_machine", "failpoints_machine"}


def kind_of(item: pytest.Item) -> int:
    fixtures = getattr(item, "fixturenames", [])
    if _OTHER_MACHINES & set(fixtures) or item.get_closest_marker("own_machine"):
        return 2
    return 1 if "machine" in fixtures else 0


def pytest_itemcollected(item: pytest.Item) -> None:
    """Before -m chooses by the markers."""
    item.add_marker(KINDS[kind_of(item)])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs no guest first; then for each kernel the shared machine's tests, then those that boot their own."""
    backends.skip_without(items, kind_of)
    items.sort(key=lambda item: (kind_of(item) > 0, kernels.order_of(item), kind_of(item)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """What both systems were doing when a test failed is in a file, and the report names it."""
    outcome = yield
    report = outcome.get_result()
    if not (report.failed and report.when == "call"):
        return
    for antbed in getattr(item, "funcargs", {}).values():
        if isinstance(antbed, Antbed) and not antbed.played and (path := save_state(antbed, item.name)):
            report.sections.append(("what both systems were doing", str(path)))


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
