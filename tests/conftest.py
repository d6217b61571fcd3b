# SPDX-License-Identifier: GPL-2.0-only
"""Signals are for the tests' children as on a terminal, whoever started the tests.

The shell of a script starts `make test &` with Ctrl-C ignored, `nohup` with SIGHUP, and children inherit what is
ignored: a test that interrupts its child would wait for it in vain. A handler is not inherited. This one does nothing,
so the tests themselves go on as their caller wants it.
"""

from __future__ import annotations

import signal

for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, lambda number, frame: None)
