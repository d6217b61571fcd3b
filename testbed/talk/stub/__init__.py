# SPDX-License-Identifier: GPL-2.0-only
"""./antbed debug: one gdb for both kernels, on a machine that is up."""
