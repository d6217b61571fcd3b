# SPDX-License-Identifier: GPL-2.0-only
"""The same machines and kernels as the system tests have."""

from __future__ import annotations

import kernels
from machine_fixtures import kernel, machine, share

__all__ = ["kernel", "machine", "share"]  # fixtures

pytest_generate_tests = kernels.parametrise
