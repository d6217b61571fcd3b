# SPDX-License-Identifier: GPL-2.0-only
"""The same machines and kernels as the system tests have. Here, too, Linux finds nothing wrong with itself."""

from __future__ import annotations

import kernels
from machine_fixtures import kernel, linux_does_not_complain, machine, share

__all__ = ["kernel", "linux_does_not_complain", "machine", "share"]  # fixtures

pytest_generate_tests = kernels.parametrise
