# SPDX-License-Identifier: GPL-2.0-only
"""./antbed trace: the way of each call of a command, through both systems."""
