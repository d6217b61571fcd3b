# SPDX-License-Identifier: GPL-2.0-only
"""./antbed: its commands, their options and help."""
