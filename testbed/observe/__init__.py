# SPDX-License-Identifier: GPL-2.0-only
"""What a machine does, for whoever looks: its state, its logs, the way of its calls, gdb's commands."""
