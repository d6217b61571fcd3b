# SPDX-License-Identifier: GPL-2.0-only
"""What is said about a set of samples: median, 5th and 95th percentile, and how sure the median is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

_RESAMPLES = 1000
_BLOCK = 4_000_000  # samples drawn at once: bounds the memory
_SEED = 20_130_101  # fixed: a report made again from the same samples says the same


@dataclass(frozen=True)
class Statistics:
    n: int
    median: float
    p5: float
    p95: float
    ci_low: float  # 95 % confidence interval of the median, by bootstrap
    ci_high: float
    minimum: float
    maximum: float


def of(samples: Sequence[int]) -> Statistics:
    values = numpy.asarray(samples, dtype=float)
    if values.size == 0:
        raise ValueError("no samples")
    p5, median, p95 = numpy.percentile(values, (5, 50, 95))
    low, high = _interval_of_median(values)
    return Statistics(
        values.size, float(median), float(p5), float(p95), low, high, float(values.min()), float(values.max())
    )


def _interval_of_median(values: NDArray[numpy.float64]) -> tuple[float, float]:
    """The percentile bootstrap: how the median would scatter if the samples were drawn again."""
    if values.min() == values.max():
        return float(values[0]), float(values[0])
    random = numpy.random.default_rng(_SEED)
    at_once = max(1, _BLOCK // values.size)
    medians: list[NDArray[numpy.float64]] = []
    left = _RESAMPLES
    while left > 0:
        drawn = random.choice(values, size=(min(left, at_once), values.size))
        medians.append(numpy.median(drawn, axis=1))
        left -= len(drawn)
    low, high = numpy.percentile(numpy.concatenate(medians), (2.5, 97.5))
    return float(low), float(high)
