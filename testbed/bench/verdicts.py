# SPDX-License-Identifier: GPL-2.0-only
"""What a verdict is made of; and every threshold, in this one place, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not reproduced"
    CANNOT = "cannot be judged on this clock"
    EMULATED = "cannot be judged: emulated times"
    NOT_MEASURED = "not measured in this run"


@dataclass(frozen=True)
class Compared:
    """One line of the table paper / ours / ratio."""

    what: str
    paper: float | None  # None: the paper prints no number
    ours: float
    unit: str
    paper_unit: str = ""  # when it is not ours: then there is no ratio

    @property
    def ratio(self) -> float | None:
        same = self.paper_unit in ("", self.unit)
        return self.ours / self.paper if self.paper and same else None


@dataclass(frozen=True)
class Verdict:
    claim: str  # C1 ... C10
    says: str  # what the paper says
    clock: str  # "" for a claim that is not about time
    outcome: Outcome
    why: str  # one sentence with our figures
    table: tuple[Compared, ...] = ()


# Claims about what a call costs a processor. Of an emulated one, the cost of a call says as little as its times do. (C6
# and C10 are mostly about waiting for disks, whose time emulation does not stretch.)
COSTS = ("C1", "C2", "C3", "C4", "C5")

# C1, largest by smallest overhead of the seven cases. The paper prints 0.09 to 0.1 ms; each may have been rounded by
# 0.005, so its own figures allow 0.105 / 0.085.
MOST_SPREAD_OF_OVERHEAD = 1.24

# C2, later call by first call. The paper prints 0.01 and 0.09 ms; by the same rounding up to 0.015 / 0.085. No lower
# bound: the cheaper a later call, the better the continue function does what the paper says it does.
MOST_LATER_BY_FIRST = 0.176

# C3, null call not continued by continued: 22.5 in the paper. Fork and IPI age differently with processor and kernel,
# so a factor of two either way still says the same: creating a proxy costs an order of magnitude more than waking one.
NULL_RATIO_FACTOR = 2.0
# and the delayed call must cost more than the undelayed one by more than the spread of a good measurement. The paper's
# factor of 7.5 comes from cache misses and so belongs to its processor.
LEAST_DELAYED_BY_CONTINUED = 1.2

# C4, sequential, 1 KB: "a few per cent" (the paper: 2 and 3).
MOST_SEQUENTIAL_OVERHEAD = 0.05

# C5, random, 1 KB: as far from Linux as the paper itself (2 %). Where Linux is further than that from itself in a run,
# nothing within that distance can be told.
MOST_RANDOM_DIFFERENCE = 0.02

# C6: the paper calls 115 % "slightly longer", so as much may the number of cores matter; and time must grow with the
# number of processes, at least half as fast as in proportion.
MOST_SPREAD_OVER_CORES = 1.15
LEAST_GROWTH = 0.5

# C7: the size of a process depends on C library and kernel; within a factor of two it is the same kind of cost.
MEMORY_FACTOR = 2.0

# C8: files outside the proxy that a further call changes.
MOST_FILES_OUTSIDE_PROXY = 0

# C9: the paper's own "under 1 %".
MOST_CHANGED = 0.01

# C10: three disks could at best divide the time by three; half of what is to be gained is a gain nobody would doubt.
LEAST_GAIN_OF_THREE_DISKS = 1.5
