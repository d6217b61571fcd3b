# SPDX-License-Identifier: GPL-2.0-only
"""QEMU's control protocol through libvirt, which has the only connection to QEMU's monitor."""

from __future__ import annotations

import json
import threading
from types import TracebackType
from typing import Any

from ..qmp import QmpError
from . import connection as link

_SECONDS = 10.0  # libvirt itself would wait for a hanging QEMU for ever


class Monitor:
    def __init__(self, domain: Any) -> None:
        self._domain = domain

    def __enter__(self) -> Monitor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """There is nothing to close: libvirt keeps its connection."""

    def execute(self, command: str, **arguments: Any) -> Any:
        answer = json.loads(self._ask(command, json.dumps({"execute": command, "arguments": arguments})))
        if "return" not in answer:
            raise QmpError(f"QEMU refuses {command}: {answer.get('error', {}).get('desc')}")
        return answer["return"]

    def registers(self) -> str:
        return str(self.execute("human-monitor-command", **{"command-line": "info registers -a"}))

    def _ask(self, command: str, request: str) -> str:
        import libvirt_qemu

        answers: list[str] = []
        errors: list[Exception] = []

        def ask() -> None:
            try:
                answers.append(libvirt_qemu.qemuMonitorCommand(self._domain, request, 0))
            except link.module().libvirtError as error:
                errors.append(error)

        asker = threading.Thread(target=ask, daemon=True)
        asker.start()
        asker.join(_SECONDS)
        if answers:
            return answers[0]
        raise QmpError(f"QEMU does not answer {command}: {errors[0] if errors else f'waited {_SECONDS:g} s'}")
