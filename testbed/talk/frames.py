# SPDX-License-Identifier: GPL-2.0-only
"""What the guests say on their control channels (include/antlinux/testbed.h), as a stream of frames."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ..errors import STATUS_NO_ANSWER, TestbedError

_HEADER_LIMIT = 64  # bytes: no header is longer
_DATA_LIMIT = 1 << 24  # bytes in one frame: more is no frame of ours


class ProtocolError(TestbedError):
    """The guest said something on its control channel that is no frame."""

    status = STATUS_NO_ANSWER


class Kind(Enum):
    READY = "ready"
    OUT = "out"
    ERR = "err"
    END = "end"


@dataclass(frozen=True)
class Frame:
    kind: Kind
    data: bytes = b""  # OUT and ERR
    status: int = 0  # END


_HEADER = re.compile(rb"(ready)|(out|err) (\d{1,8})|(end) (\d{1,3})")


class FrameParser:
    """Cuts the byte stream into frames, however it arrives in pieces."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        self._held += data
        while (frame := self._next()) is not None:
            yield frame

    def _next(self) -> Frame | None:
        end = self._held.find(b"\n", 0, _HEADER_LIMIT)
        if end < 0:
            if len(self._held) >= _HEADER_LIMIT:
                self._refuse(_HEADER_LIMIT)
            return None
        header = _HEADER.fullmatch(self._held, 0, end)
        if not header:
            self._refuse(end)
            return None
        if header[1]:
            return self._cut(end + 1, Frame(Kind.READY))
        if header[4]:
            status = int(header[5])
            if status > 255:
                self._refuse(end)
            return self._cut(end + 1, Frame(Kind.END, status=status))
        size = int(header[3])
        if size > _DATA_LIMIT:
            self._refuse(end)
        start = end + 1
        if len(self._held) < start + size:
            return None
        data = bytes(self._held[start : start + size])
        return self._cut(start + size, Frame(Kind(header[2].decode()), data=data))

    def _cut(self, count: int, frame: Frame) -> Frame:
        del self._held[:count]
        return frame

    def _refuse(self, count: int) -> None:
        raise ProtocolError(f"no frame on the control channel: {bytes(self._held[:count])!r}")
