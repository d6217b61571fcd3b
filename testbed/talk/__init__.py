# SPDX-License-Identifier: GPL-2.0-only
"""What is said to a machine that runs, and heard from it: consoles, control channels, gdb."""
