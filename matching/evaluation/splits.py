"""Which trials are learned from and which are kept for the test: by time and by employer, never rows at random.

Rows at random would let a scorer meet in the test an employer, or a week, that it has already seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ..learning.outcomes import TrialOutcomes

Flags = npt.NDArray[np.bool_]


def by_time(outcomes: TrialOutcomes, share: float = 0.2) -> tuple[Flags, Flags]:
    """Keep the latest ``share`` of trials for the test; a day is never on both sides."""
    if not 0.0 < share < 1.0:
        raise ValueError("share: between 0 and 1")
    days = np.sort(outcomes.day)
    first = days[int(np.floor((1.0 - share) * len(days)))]
    test: Flags = outcomes.day >= first
    return ~test, test


def by_employer(outcomes: TrialOutcomes, folds: int = 5) -> Iterator[tuple[Flags, Flags]]:
    """Keep each fold of employers for the test once; the same employer is in the same fold for ever."""
    fold = np.array([int(hashlib.sha256(e.encode()).hexdigest()[:8], 16) % folds for e in outcomes.employers])
    for number in range(folds):
        test: Flags = fold == number
        yield ~test, test
