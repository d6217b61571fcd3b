# SPDX-License-Identifier: GPL-2.0-only
"""A machine's QEMU: its command line, who runs it, and the directory of its run."""
