# SPDX-License-Identifier: GPL-2.0-only
"""What gdb reads first (gdb -x): both systems' symbols, the connection to the machine, our commands."""

import json
import os
import sys

import gdb

wish = json.loads(os.environ["ANTBED_DEBUG"])
sys.path.insert(0, wish["root"])

from testbed.observe.gdb import setup  # noqa: E402 (the path comes first)

try:
    setup.begin(wish)
except (gdb.error, RuntimeError) as error:
    print(f"antbed: gdb cannot begin: {error}", file=sys.stderr)
    gdb.execute("quit 1")
