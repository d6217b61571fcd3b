# SPDX-License-Identifier: GPL-2.0-only
"""What a machine is: its description, read and checked, and both systems' command lines."""
