# SPDX-License-Identifier: GPL-2.0-only
"""Calls ./antbed as a person would, and gives back what it printed."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from testbed.errors import MachineFailed, TestbedError
from testbed.talk.lease import need_machine
from testbed.talk.session import capture, command_text

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 300.0  # seconds for one call: detects a hang


def command_lines() -> list[str]:
    """Of all processes of this computer but this one."""
    lines = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it has just ended
            if process.pid != os.getpid():
                lines.append(" ".join(process.cmdline()))
    return lines


@dataclass(frozen=True)
class Result:
    status: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        return self.out.decode("utf-8", "replace")

    @property
    def errors(self) -> str:
        return self.err.decode("utf-8", "replace")

    def __str__(self) -> str:
        return f"status {self.status}\n--- out\n{self.text[-4000:]}\n--- err\n{self.errors[-8000:]}"


class Antbed:
    """One machine by name; `environment` is that of a machine which fake_qemu.py plays."""

    def __init__(
        self, name: str, share: Path, kernel: str = "6.1", environment: dict[str, str] | None = None
    ) -> None:
        self.name = name
        self.share = share
        played = {"ANTBED_BACKEND": "qemu", **environment} if environment is not None else {}
        self.environment = {**os.environ, **played}
        accelerator = os.environ.get("ANTBED_TEST_ACCEL", "auto")
        self.boot_words = ["--no-build", "--kernel", kernel, "--accel", accelerator, "--share", str(share)]
        self.played = environment is not None  # by fake_qemu.py: another build directory than ours

    def command(self, verb: str, *words: str) -> list[str]:
        return [str(ROOT / "antbed"), verb, "--name", self.name, *words]

    def call(self, verb: str, *words: str, limit: float = LIMIT) -> Result:
        # Exactly one process to wait for: what it leaves behind must not hold our pipes open.
        done = subprocess.run(
            self.command(verb, *words),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
            env=self.environment,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def bootable(self, *words: str) -> list[str]:
        """What a call that may boot gets on its command line."""
        return [*self.boot_words, *words]

    def up(self, *words: str, status: int = 0) -> Result:
        result = self.call("up", *self.bootable(*words), limit=900)
        assert result.status == status, str(result)
        return result

    def down(self) -> Result:
        return self.call("down")

    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.call("status", "--json").text))

    def log(self, which: str) -> str:
        return self.call("logs", which).text

    def exec(self, system: str, *words: str, timeout: float = 120) -> Result:
        """A command on one system, whatever its status: what ./antbed exec does, without a process for each."""
        if self.played:
            return self.call("exec", "--on", system, "--timeout", str(timeout), "--", *words, limit=timeout + 120)
        try:
            instance = need_machine(self.name)
            return Result(*capture(instance, system, command_text(list(words)), timeout))
        except MachineFailed as failed:
            return Result(failed.status, b"", f"{failed.report}\nantbed: {failed}".encode())
        except TestbedError as error:
            return Result(error.status, b"", f"antbed: {error}".encode())

    def on(self, system: str, *words: str, timeout: float = 120) -> str:
        """The output of a command that must succeed without a word on its error output."""
        result = self.exec(system, *words, timeout=timeout)
        assert result.status == 0 and not result.err, f"{words}: {result}"
        return result.text

    def ant_fails(self, *words: str, status: int = 1) -> str:
        """What a command that must fail on AnT says."""
        result = self.exec("ant", *words)
        assert result.status == status, f"{words}: {result}"
        return result.errors

    def ant(self, *words: str, timeout: float = 120) -> str:
        return self.on("ant", *words, timeout=timeout)

    def linux(self, *words: str, timeout: float = 120) -> str:
        return self.on("linux", *words, timeout=timeout)
