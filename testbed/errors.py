# SPDX-License-Identifier: GPL-2.0-only
"""What can go wrong in the testbed, each with the exit status that tells it to scripts."""

from __future__ import annotations

# As `timeout` and container tools have them, so that scripts need not learn new ones.
STATUS_FAILED = 1
STATUS_USAGE = 2
STATUS_TIMED_OUT = 124  # the command did not end in time
STATUS_NO_ANSWER = 125  # the machine, not the command, failed
STATUS_INTERRUPTED = 130


class TestbedError(Exception):
    """One clear message: what, where, what to do."""

    __test__ = False  # the name begins with Test, but it is none
    status = STATUS_FAILED


class UsageError(TestbedError):
    """What was asked for is not to be had so: a word, an option, a name."""

    status = STATUS_USAGE


class MachineFailed(TestbedError):
    """The guest panicked, hung, never booted, or QEMU ended; `report` has the details."""

    status = STATUS_NO_ANSWER

    def __init__(self, what: str, report: str = "") -> None:
        super().__init__(what)
        self.report = report


class MachinePaused(TestbedError):
    """The guest stands still and cannot answer; QEMU is there."""

    status = STATUS_NO_ANSWER


class MachineEnded(MachineFailed):
    """Somebody has ended the machine, and meant to: nothing has failed, and there is nothing to report."""


class NoAnswer(TestbedError):
    """The system that was asked is not there to answer."""

    status = STATUS_NO_ANSWER


class CommandTimedOut(TestbedError):
    """A command in a guest took longer than it was given."""

    status = STATUS_TIMED_OUT
