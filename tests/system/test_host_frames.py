# SPDX-License-Identifier: GPL-2.0-only
"""The control channels' frames, however the stream is cut into pieces, and what is no frame."""

from __future__ import annotations

import pytest

from testbed.talk.frames import Frame, FrameParser, Kind, ProtocolError

STREAM = b"ready\nout 5\na\nb\0cerr 0\nerr 6\nend 1\nout 3\n\x00\xff\nend 255\nend 0\n"
FRAMES = [
    Frame(Kind.READY),
    Frame(Kind.OUT, data=b"a\nb\0c"),
    Frame(Kind.ERR),
    Frame(Kind.ERR, data=b"end 1\n"),  # data that looks like a header
    Frame(Kind.OUT, data=b"\x00\xff\n"),
    Frame(Kind.END, status=255),
    Frame(Kind.END, status=0),
]


@pytest.mark.parametrize("piece", [1, 2, 3, 7, len(STREAM)])
def test_frames_come_out_whole(piece: int) -> None:
    parser = FrameParser()
    frames: list[Frame] = []
    for start in range(0, len(STREAM), piece):
        frames += parser.feed(STREAM[start : start + piece])
    assert frames == FRAMES
    assert not parser._held


def test_an_incomplete_frame_waits() -> None:
    parser = FrameParser()
    assert not list(parser.feed(b"out 10\n12345"))
    assert parser._held
    assert list(parser.feed(b"67890")) == [Frame(Kind.OUT, data=b"1234567890")]


@pytest.mark.parametrize(
    "stream",
    [b"hello\n", b"out\n", b"out -1\n", b"out 1 2\n", b"end 256\n", b"end x\n", b"\n", b"o" * 64, b"out 99999999\n"],
)
def test_what_is_no_frame_is_refused(stream: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(FrameParser().feed(stream))
