"""One person meets one market: what is within reach and open, and what an hour of each open task is worth.

These are the stages before carving. They read the market's columns; records are looked at one site at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.accommodations import Accommodation, load_accommodations
from data.candidates import Candidate
from features.market import Levels, Market

from .asked import ask, lay_measures_out
from .carving.columns import NO_LIMIT, Asked, MarketColumns, Measures
from .carving.part_job import carve
from .carving.problem import CarveProblem, CarveSolution
from .check import Capacity, Checked, check
from .config import MatchConfig
from .held_market import HeldMarket
from .hours_worth import Rows, hours_strain, hours_with_comfort, hours_without_comfort
from .learned_worth import hours_with_outcomes, margin_units, orders_lists, sites_with_outcomes, work_units
from .learning.scorer import TrialScorer, expert_scorer
from .learning.tables import Points
from .market_index import MarketIndex
from .retrieval import InReach, Retrieved, retrieve
from .scoring import site_terms
from .search import Rank, best_sites
from .site_problem import SiteView, site_problem

Catalogue = tuple[Accommodation, ...]
Progress = Callable[[str], None]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of a match, each replaceable by a function of the same shape.

    ``retrieve`` -> Retrieved, ``check`` -> Checked, ``rank`` (which sites are the best, their part-jobs, and when to
    stop) -> BestSites, ``carve`` (where ``rank`` knows no part-job) -> CarveSolution. Explaining reads their results.
    """

    retrieve: Callable[[Candidate, MarketIndex, str], Retrieved] = retrieve
    check: Callable[[Candidate, MarketIndex, MarketColumns, Flags, Asked, Measures], Checked] = check
    rank: Rank = best_sites
    carve: Callable[[CarveProblem], CarveSolution] = carve


@dataclass(frozen=True, slots=True)
class Meeting:
    """One person and one market: what is within reach and open, and what an hour of each open task is worth.

    ``plain`` and ``learned`` (tasks) are the parts of that worth that do not hang on capacity, from experts and from
    outcomes (units of log-odds).
    """

    person: Candidate
    capacity: Capacity
    held: HeldMarket
    config: MatchConfig
    catalogue: Catalogue
    retrieved: Retrieved
    checked: Checked
    asked: Asked
    measures: Measures
    ban: npt.NDArray[np.int16]
    scorer: TrialScorer
    plain: Levels
    learned: Points

    @property
    def columns(self) -> MarketColumns:
        """Give the columns at the caution level that was asked for."""
        return self.held.index.columns[self.config.caution]

    def view(self, number: int) -> SiteView:
        """Look at one site closely, records and all."""
        return self.views((number,))[0]

    def views(self, numbers: Sequence[int]) -> tuple[SiteView, ...]:
        """Look at some sites closely, in the order asked."""
        return tuple(self._view(*one) for one in zip(numbers, self.held.sites(numbers), strict=True))

    def _view(self, number: int, market: Market) -> SiteView:
        rows = slice(self.columns.first[number], self.columns.last[number])
        demand = market.planned(self.config.caution.quantile)
        strain = hours_strain(self.capacity.planned, self.columns.level, np.arange(rows.start, rows.stop))
        return SiteView(market, demand, self.asked.open[rows], self.asked.worth[rows], strain, self.catalogue)

    def reach(self, number: int, view: SiteView) -> InReach:
        """Tell how far one site is."""
        return InReach(view.place, self.retrieved.minutes_to(number))

    def again(self, held: HeldMarket) -> Meeting:
        """Meet once more with other levels of the same tasks: checking and valuing are repeated."""
        return _checked_and_valued(replace(self, held=held), check)

    def with_less(self, capacity: Capacity) -> Meeting:
        """Meet once more with a person who is known to manage less, or no more: the search closes what that closes."""
        rows = np.flatnonzero(self.asked.open)
        worth = self.asked.worth.copy()
        worth[rows] = _worth(self, capacity, rows)
        limits = ask(self.person, capacity, 0, 0).capacity
        return replace(self, capacity=capacity, asked=self.asked._replace(capacity=limits, worth=worth))

    def score(self, number: int, carve: Callable[[CarveProblem], CarveSolution] = carve) -> tuple[float | None, bool]:
        """Score one site by its records, in any form: the score (None: no part-job), and whether that is proven."""
        solution = carve(site_problem(self.person, self.capacity, self.view(number), self.config.day))
        proven = solution.status in {"optimal", "infeasible"}
        if solution.objective is None:
            return None, proven
        return solution.objective + float(self.asked.extra[number]), proven


def meet(
    person: Candidate,
    held: HeldMarket,
    config: MatchConfig,
    catalogue: Catalogue | None = None,
    progress: Progress = lambda _stage: None,
    stages: Stages | None = None,
    scorer: TrialScorer | None = None,
) -> Meeting:
    """Run the stages up to carving: which sites are within reach, which of their tasks open, at what worth."""
    stages = stages or Stages()
    catalogue = load_accommodations() if catalogue is None else tuple(sorted(catalogue, key=lambda m: m.id))
    capacity, index = Capacity.of(person, config.caution.quantile), held.index
    columns = index.columns[config.caution]
    progress("retrieve")
    retrieved = stages.retrieve(person, index, config.region)
    progress("check")
    asked = ask(person, capacity, len(columns.hours), len(columns.first))
    measures = lay_measures_out(index, catalogue, person.declined_accommodations)
    nothing = Checked(np.zeros(len(columns.hours), np.bool_), Counter())
    scorer = scorer or expert_scorer()
    meeting = Meeting(
        person, capacity, held, config, catalogue, retrieved, nothing, asked, measures, asked.ban, scorer,
        np.zeros(len(columns.hours)), np.zeros(len(columns.hours), np.int64),
    )  # fmt: skip
    return _checked_and_valued(meeting, stages.check)


def _checked_and_valued(
    meeting: Meeting,
    check: Callable[[Candidate, MarketIndex, MarketColumns, Flags, Asked, Measures], Checked],
) -> Meeting:
    person, capacity, index, columns = meeting.person, meeting.capacity, meeting.held.index, meeting.columns
    asked = ask(person, capacity, len(columns.hours), len(columns.first))
    checked = check(person, index, columns, meeting.retrieved.reached, asked, meeting.measures)
    rows = np.flatnonzero(checked.open)
    plain, learned = np.zeros(len(columns.hours)), np.zeros(len(columns.hours), np.int64)
    plain[rows] = hours_without_comfort(person, index, columns.level, rows)
    terms = site_terms(person, index.sites.support, meeting.retrieved.minutes)
    if orders_lists(meeting.scorer):
        learned[rows] = work_units(person, index, columns.level, rows, meeting.scorer.order_tables).sum(axis=1)
        terms = terms + sites_with_outcomes(person, meeting.scorer, index, meeting.retrieved.minutes)
    worth = np.zeros(len(columns.hours))
    met = replace(meeting, checked=checked, plain=plain, learned=learned, ban=asked.ban)
    worth[rows] = _worth(met, capacity, rows)
    # bans were looked at when tasks were checked; the search need not look again
    now = asked._replace(open=checked.open, worth=worth, extra=terms, ban=np.full_like(asked.ban, NO_LIMIT))
    return replace(met, asked=now)


def _worth(meeting: Meeting, capacity: Capacity, rows: Rows) -> Levels:
    """Value an hour of open tasks for a person of this capacity."""
    level = meeting.columns.level
    worth = hours_with_comfort(meeting.plain[rows], capacity.planned, level, rows)
    if orders_lists(meeting.scorer):
        margins = margin_units(capacity.planned, level, rows, meeting.scorer.order_tables).sum(axis=1)
        worth = hours_with_outcomes(worth, margins + meeting.learned[rows])
    return worth
