"""How much of something a task demands or exposes to, or a person manages: one level from 0 to 5.

The same scale stands on both sides (DESIGN section 3). A level always says where it comes from and how
wide it is; unknown is the absence of a level, never a zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

TOP = 5.0
"""The highest step of the scale."""

PER_STEP = 50
"""Levels are planned with in fiftieths of a step, so that a market of levels fits into bytes."""

SHARE_KNOTS = (0.0, 0.02, 0.15, 1 / 3, 2 / 3, 1.0)
"""Share of working time at the levels 0 to 5 of a dose dimension (DESIGN section 3)."""

QUANTILE_OF_LOW, QUANTILE_OF_HIGH = 0.1, 0.9
"""[low, high] is an interval that holds the level in 80 of 100 cases."""


class Source(StrEnum):
    """Who says so, from the least direct to the most direct."""

    OCCUPATION_PRIOR = "occupation_prior"
    MODEL = "model"
    EMPLOYER = "employer"
    CANDIDATE = "candidate"
    PROFESSIONAL = "professional"
    OBSERVED = "observed"

    @property
    def directness(self) -> int:
        """Higher wins: seen at work > said by a person > read from text > typical of the occupation."""
        order = {Source.OCCUPATION_PRIOR: 1, Source.MODEL: 2, Source.OBSERVED: 4}
        return order.get(self, 3)


@dataclass(frozen=True, slots=True)
class Level:
    """One level on one dimension: ``value`` in [``low``, ``high``], steps 0-5.

    >>> Level(3.0, 2.5, 3.5, Source.EMPLOYER).at(0.8)
    3.375
    """

    value: float
    low: float
    high: float
    source: Source
    evidence: str = ""
    stated_on: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.value <= self.high <= TOP:
            raise ValueError(f"a level needs 0 <= low <= value <= high <= 5, got {self.low, self.value, self.high}")

    def at(self, quantile: float) -> float:
        """Return the level that holds in ``quantile`` of cases (0-1)."""
        return float(level_at(np.float64(self.value), np.float64(self.low), np.float64(self.high), quantile))


def level_at(
    value: npt.NDArray[np.float64] | np.float64,
    low: npt.NDArray[np.float64] | np.float64,
    high: npt.NDArray[np.float64] | np.float64,
    quantile: float,
) -> npt.NDArray[np.float64]:
    """Plan levels for a coach's caution: a straight line from low (0.1) over value (0.5) to high (0.9).

    Beyond the two ends the line goes on, held within 0-5. Unknown (NaN) stays unknown. At 0.5 it is the value.
    """
    if quantile >= 0.5:
        reach = (quantile - 0.5) / (QUANTILE_OF_HIGH - 0.5)
        return np.asarray(np.clip(value + reach * (np.asarray(high) - value), 0.0, TOP))
    reach = (0.5 - quantile) / (0.5 - QUANTILE_OF_LOW)
    return np.asarray(np.clip(value - reach * (value - np.asarray(low)), 0.0, TOP))


def planned_up(levels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Round demands up to the step that is planned with (a fiftieth); unknown stays unknown.

    >>> float(planned_up(np.array([2.131]))[0])
    2.14
    """
    return np.asarray(np.ceil(levels * PER_STEP - 1e-6) / PER_STEP)


def planned_down(levels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Round capacities down to the step that is planned with (a fiftieth); unknown stays unknown."""
    return np.asarray(np.floor(levels * PER_STEP + 1e-6) / PER_STEP)


def share_of_shift(level: float) -> float:
    """Tell what share of working time a level on a dose dimension means.

    >>> round(share_of_shift(3), 3), share_of_shift(4.5)
    (0.333, 0.8333333333333333)
    """
    if math.isnan(level):
        return level
    below = min(int(level), 4)
    return SHARE_KNOTS[below] + (level - below) * (SHARE_KNOTS[below + 1] - SHARE_KNOTS[below])


@lru_cache(maxsize=4096)  # the same few shares are asked for again and again
def level_of_share(share: float) -> float:
    """Tell what level a share of working time (0-1) is: the way back from ``share_of_shift``.

    >>> level_of_share(1 / 3)
    3.0
    """
    return float(np.interp(share, SHARE_KNOTS, range(6)))


def most_direct(levels: Iterable[Level]) -> Level | None:
    """Choose the level that counts: the most direct source, then the latest, then the narrowest.

    The others are kept by the caller; None when nothing is known.
    """
    return max(
        levels,
        key=lambda level: (
            level.source.directness,
            level.stated_on or date.min,
            level.low - level.high,
            -level.value,
        ),
        default=None,
    )
