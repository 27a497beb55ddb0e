"""Lists of suggestions to judge an order by: each person's side by side, with the truth where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..learning.decisions import ShownDecisions
from ..learning.outcomes import TrialOutcomes
from .methods import Asked

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedLists:
    """Suggestions, list after list, as ``list_of`` numbers them; employers and groups by id.

    ``truth``: the chance of going well, all known; ``expected``: the same as far as recorded features and the employer
    tell. Both are None for real lists: nobody knows them.
    """

    asked: Asked
    list_of: Numbers
    truth: Floats | None = None
    expected: Floats | None = None

    @property
    def lists(self) -> int:
        """Count the lists."""
        return len(np.unique(self.list_of))


def as_shown(shown: ShownDecisions, past: TrialOutcomes) -> JudgedLists:
    """Take the lists that coaches saw; an employer has the group that its ended trials have."""
    group = dict(zip(past.employers, past.groups, strict=True))
    return JudgedLists(Asked(shown.rows, shown.employers, [group.get(e, "") for e in shown.employers]), shown.list_of)


def side_by_side(list_of: Numbers) -> Iterator[Numbers]:
    """Give the places of all lists of one length as a matrix (lists, length), the shortest lists first.

    >>> [places.tolist() for places in side_by_side(np.array([4, 4, 5, 7, 7]))]
    [[[2]], [[0, 1], [3, 4]]]
    """
    order = np.argsort(list_of, kind="stable")
    _, start, count = np.unique(list_of[order], return_index=True, return_counts=True)
    for length in np.unique(count):
        first = start[count == length]
        yield np.asarray(order[first[:, None] + np.arange(length)], np.int64)


def numbered(ids: object) -> tuple[Numbers, int]:
    """Give each id a number in the order of the ids, and how many there are."""
    names, number = np.unique(np.asarray(ids, dtype=str), return_inverse=True)
    return np.asarray(number, np.int64), len(names)
