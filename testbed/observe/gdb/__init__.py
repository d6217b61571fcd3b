# SPDX-License-Identifier: GPL-2.0-only
"""What runs inside gdb (./antbed debug): both systems' symbols, and our commands. gdb itself reads first.py.

Only stops.py needs no gdb around it.
"""
