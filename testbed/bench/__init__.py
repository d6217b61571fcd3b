# SPDX-License-Identifier: GPL-2.0-only
"""`make bench`: the paper's evaluation on this machine: plan of runs, runner, statistics, figures, report."""
