"""What an answer changes in a match list: the list as it is, the list after the answer, and the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from data.accommodations import Accommodation
from data.levels import TOP
from data.reference_files import read_reference

from .answered_market import SomeSites
from .asked import lay_measures_out
from .carving.branching import PROVEN
from .carving.choosing_measures import best_part_job
from .carving.columns import MarketColumns
from .carving.laying_out import BUILT, lay_out
from .carving.market_search import pass_gates
from .carving.part_job import WORK_LIMIT
from .learned_worth import orders_lists
from .meeting import Meeting
from .retrieval import retrieve
from .search import SCORE_DECIMALS, best_sites
from .suggestion import Suggestion

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
Totals = tuple[tuple[int, float], ...]
STEPS = range(int(TOP) + 1)
NOISE = 2 * 10.0**-SCORE_DECIMALS
"""Totals are rounded to four decimals; a bound has to leave room for that."""


@dataclass(frozen=True, slots=True)
class ListAsItIs:
    """A list and what stands behind it: the totals of the best sites in order, further than is shown.

    ``small`` is the same meeting over just these sites; ``rest``: no site that is not at hand has a higher total.
    ``measures``: those of each suggestion.
    """

    meeting: Meeting
    order: Totals
    top: int
    rest: float
    some: SomeSites
    small: Meeting
    measures: Mapping[int, tuple[Accommodation, ...]]
    _taken: dict[int, Rows | None] = field(default_factory=dict)

    @classmethod
    def of(cls, meeting: Meeting, suggestions: tuple[Suggestion, ...]) -> ListAsItIs:
        """Look beyond the suggestions of a list, as many sites as answers could bring in without a further search."""
        ids, columns = meeting.held.index.sites.id, meeting.columns
        shown = {int(np.flatnonzero(ids == one.reach.place.site.id)[0]): one for one in suggestions}
        open_ = meeting.asked.open.copy()
        for number in shown:
            open_[columns.first[number] : columns.last[number]] = False
        wanted = int(read_reference("weights.yaml")["questions"]["looked_at"])
        asked = meeting.asked._replace(open=open_)
        more = best_sites(columns, asked, meeting.measures, wanted, meeting.score).found
        order = (*((number, one.score) for number, one in shown.items()), *more)
        some = SomeSites.of(meeting.held, [number for number, _ in order])
        rest = more[-1][1] if len(more) == wanted else -np.inf
        taken: dict[int, Rows | None] = {number: _rows_of(one) for number, one in shown.items()}
        measures = {number: one.measures for number, one in shown.items()}
        return cls(meeting, order, meeting.config.top, rest, some, meet_again(meeting, some), measures, taken)

    @property
    def shown(self) -> Totals:
        """Give what is shown."""
        return self.order[: self.top]

    @property
    def next(self) -> float:
        """Give the total of the first site that is not shown; nothing counts as 0."""
        return self.order[self.top][1] if len(self.order) > self.top else 0.0

    def taken(self, number: int) -> Rows | None:
        """Give the rows of a site's best part-job, counted within the site; None when that does not decide.

        With expert weights an answer can only make tasks worth less or close them. Where it leaves the tasks taken as
        they were, the best part-job is still the best: the site need not be solved again. Not so with a learned scorer.
        """
        if orders_lists(self.meeting.scorer):
            return None
        if number not in self._taken:
            self._taken[number] = _solved(self.small, self.some.numbers.index(number))
        return self._taken[number]


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
    return replace(meeting, retrieved=retrieved, measures=measures).again(some)


def shares_of(counts: npt.NDArray[np.int64]) -> list[float]:
    """Give the chance of each level 0-5 before asking: known levels counted, and the stated made-up ones."""
    made_up = np.array(read_reference("weights.yaml")["questions"]["levels"], np.float64)
    weighed = made_up + counts[: len(STEPS)]
    return [float(share) for share in weighed / weighed.sum()]


def _rows_of(suggestion: Suggestion) -> Rows:
    """Find the tasks of a suggestion, and those tied to them, in the order of the market's rows."""
    jobs = sorted(suggestion.reach.place.site.jobs, key=lambda job: job.id)
    ids = [task.id for job in jobs for task in sorted(job.tasks, key=lambda task: task.id)]
    return np.array([ids.index(part.task.id) for part in suggestion.tasks], np.intp)


def _solved(small: Meeting, site: int) -> Rows | None:
    """Solve one site and give the rows that are taken, and those tied to them."""
    columns: MarketColumns = small.columns
    passed = pass_gates(columns, small.asked, small.measures)
    form, arrays, rows, _ = lay_out(columns, small.asked, small.measures, passed, site)
    if form != BUILT:
        return None
    hours = np.zeros(len(rows))
    status, worth, _, _, _, _ = best_part_job(arrays, -np.inf, WORK_LIMIT, hours)
    if status != PROVEN or worth == -np.inf:
        return None
    first, last = int(columns.first[site]), int(columns.last[site])
    units = np.unique(columns.unit[rows[hours > 0]])
    return np.flatnonzero(np.isin(columns.unit[first:last], units))
