# SPDX-License-Identifier: GPL-2.0-only
"""./antbed top: the calls between the two systems, as their counters have them."""
