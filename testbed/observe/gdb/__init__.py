# SPDX-License-Identifier: GPL-2.0-only
"""What runs inside gdb (./antbed debug): both systems' symbols, and our commands. gdb itself reads start.py.

Only rooms.py and names.py need no gdb around them.
"""
