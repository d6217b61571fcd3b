# SPDX-License-Identifier: GPL-2.0-only
"""The testbed: describes, boots, drives and ends the machine that Linux and AnT share."""
