"""What an answer changes in a match list: the list as it is, the list after the answer, and the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.levels import TOP
from data.reference_files import read_reference

from .answered_market import SomeSites
from .asked import lay_measures_out
from .meeting import Meeting
from .retrieval import retrieve
from .search import SCORE_DECIMALS

Flags = npt.NDArray[np.bool_]
Totals = tuple[tuple[int, float], ...]
STEPS = range(int(TOP) + 1)
NOISE = 2 * 10.0**-SCORE_DECIMALS
"""Totals are rounded to four decimals; a bound has to leave room for that."""


@dataclass(frozen=True, slots=True)
class ListAsItIs:
    """The list as it is: totals of the best sites in order, further than is shown; ``rest``: no other has more."""

    meeting: Meeting
    order: Totals
    top: int
    rest: float

    @property
    def shown(self) -> Totals:
        """Give what is shown."""
        return self.order[: self.top]

    @property
    def next(self) -> float:
        """Give the total of the first site that is not shown; nothing counts as 0."""
        return self.order[self.top][1] if len(self.order) > self.top else 0.0


@dataclass(frozen=True, slots=True)
class Asking:
    """A question before its value is known: capacity, condition, demand or facility; of which site (None: person)."""

    kind: str
    about: str
    site: int | None
    ask: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one answer changes: its share of all answers, the size in value-hours, sites (numbers) out and in."""

    share: float
    answer: str
    size: float
    fallen: tuple[int, ...]
    come_in: tuple[int, ...]


def change_of(base: ListAsItIs, order: Totals, share: float, answer: str) -> Change:
    """Compare the list after an answer with the list as it is."""
    before, after = base.shown, order[: base.top]
    old, new = [number for number, _ in before], [number for number, _ in after]
    fallen = tuple(number for number in old if number not in new)
    size = abs(sum(total for _, total in before) - sum(total for _, total in after))
    size += read_reference("weights.yaml")["questions"]["place"] * len(fallen)
    return Change(share, answer, size, fallen, tuple(number for number in new if number not in old))


def in_order(totals: Mapping[int, float]) -> Totals:
    """Put sites into the order of a list: by total, ties by site."""
    return tuple(sorted(totals.items(), key=lambda one: (-one[1], one[0])))


def meet_again(meeting: Meeting, some: SomeSites) -> Meeting:
    """Hold the same meeting over a few of its sites."""
    index = some.index
    retrieved = retrieve(meeting.person, index, meeting.config.region)
    measures = lay_measures_out(index, meeting.catalogue, meeting.person.declined_accommodations)
    return replace(meeting, held=some, retrieved=retrieved, measures=measures).again()


def shares_of(counts: npt.NDArray[np.int64]) -> list[float]:
    """Give the chance of each level 0-5 before asking: known levels counted, and the stated made-up ones."""
    made_up = np.array(read_reference("weights.yaml")["questions"]["levels"], np.float64)
    weighed = made_up + counts[: len(STEPS)]
    return [float(share) for share in weighed / weighed.sum()]
