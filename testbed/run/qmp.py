# SPDX-License-Identifier: GPL-2.0-only
"""QMP, QEMU's control protocol: one JSON object a line over a unix socket."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from ..errors import TestbedError
from .backend import Monitor


class QmpError(TestbedError):
    """QEMU refused a command or does not answer."""


# QEMU's word for its state, where the guest stands still and stays so: in ours.
_STOPPED = {
    "paused": "it was stopped from outside",
    "io-error": "QEMU cannot write to a disk of it",
    "internal-error": "QEMU failed to go on",
    "debug": "a debugger has stopped it",
}
NO_SPACE = "no space is left on this computer for what it writes to its disks (free some)"


def why_stopped(monitor: Monitor) -> str | None:
    """Why the guest stands still, None when it runs."""
    state = monitor.execute("query-status").get("status")
    if state == "io-error":
        blocks = monitor.execute("query-block")
        if any(block.get("io-status") == "nospace" for block in blocks):
            return NO_SPACE
    return _STOPPED.get(state)


class Qmp:
    def __init__(self, path: Path, timeout: float = 10.0) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout)
        try:
            self._socket.connect(str(path))
            self._lines = self._socket.makefile("rb")
            self._receive()  # the greeting
            self.execute("qmp_capabilities")
        except OSError as error:
            self._socket.close()
            raise QmpError(f"QEMU's control socket {path}: {error}") from error

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def execute(self, command: str, **arguments: Any) -> Any:
        request = {"execute": command, "arguments": arguments}
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            while True:
                answer = self._receive()
                if "return" in answer:
                    return answer["return"]
                if "error" in answer:
                    raise QmpError(f"QEMU refuses {command}: {answer['error'].get('desc')}")
                # else an event: nobody here needs it
        except (OSError, ValueError) as error:
            raise QmpError(f"QEMU does not answer {command}: {error}") from error

    def _receive(self) -> dict[str, Any]:
        line = self._lines.readline()
        if not line:
            raise ConnectionResetError("the connection was closed")
        return dict(json.loads(line))
