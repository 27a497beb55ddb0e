"""One person meets one market: what is within reach and open, and what an hour of each open task is worth.

These are the stages before carving. They read the market's columns; records are looked at one site at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.accommodations import Accommodation, load_accommodations
from data.candidates import Candidate

from .asked import ask, lay_measures_out
from .carving.columns import NO_LIMIT, Asked, MarketColumns, Measures
from .carving.part_job import carve
from .carving.problem import CarveProblem, CarveSolution
from .check import Capacity, Checked, check
from .config import MatchConfig
from .held_market import HeldMarket
from .hours_worth import hours_strain, hours_worth
from .learned_worth import hour_units, hours_with_outcomes, orders_lists, sites_with_outcomes
from .learning.scorer import TrialScorer, expert_scorer
from .market_index import MarketIndex
from .retrieval import InReach, Retrieved, retrieve
from .scoring import site_terms
from .search import BestSites, Solve, best_sites
from .site_problem import SiteView, site_problem

Catalogue = tuple[Accommodation, ...]
Progress = Callable[[str], None]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of a match, each replaceable by a function of the same shape.

    ``retrieve`` -> Retrieved, ``check`` -> Checked, ``rank`` (which sites are the best, and when to stop) -> BestSites,
    ``carve`` (accommodations, part-job and week at each of those) -> CarveSolution. Explaining reads their results.
    """

    retrieve: Callable[[Candidate, MarketIndex, str], Retrieved] = retrieve
    check: Callable[[Candidate, MarketIndex, MarketColumns, Flags, Asked, Measures], Checked] = check
    rank: Callable[[MarketColumns, Asked, Measures, int, Solve], BestSites] = best_sites
    carve: Callable[[CarveProblem], CarveSolution] = carve


@dataclass(frozen=True, slots=True)
class Meeting:
    """One person and one market: what is within reach and open, and what an hour of each open task is worth."""

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

    @property
    def columns(self) -> MarketColumns:
        """Give the columns at the caution level that was asked for."""
        return self.held.index.columns[self.config.caution]

    def view(self, number: int) -> SiteView:
        """Look at one site closely, records and all."""
        market, rows = self.held.site(number), slice(self.columns.first[number], self.columns.last[number])
        demand = market.planned(self.config.caution.quantile)
        strain = hours_strain(self.capacity.planned, self.columns.level, np.arange(rows.start, rows.stop))
        return SiteView(market, demand, self.asked.open[rows], self.asked.worth[rows], strain, self.catalogue)

    def reach(self, number: int, view: SiteView) -> InReach:
        """Tell how far one site is."""
        return InReach(view.place, self.retrieved.minutes_to(number))

    def again(self, capacity: Capacity | None = None, held: HeldMarket | None = None) -> Meeting:
        """Meet once more with other levels of the person or of the same tasks: checking and valuing are repeated."""
        changed = replace(self, capacity=capacity or self.capacity, held=held or self.held)
        return _checked_and_valued(changed, check)

    def score(self, number: int, carve: Callable[[CarveProblem], CarveSolution] = carve) -> tuple[float | None, bool]:
        """Score one site by its records, in any form: the score (None: no part-job), and whether that is proven."""
        solution = carve(site_problem(self.person, self.capacity, self.view(number)))
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
        person, capacity, held, config, catalogue, retrieved, nothing, asked, measures, asked.ban, scorer
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
    worth = np.zeros(len(columns.hours))
    worth[rows] = hours_worth(person, capacity.planned, index, columns.level, rows)
    terms = site_terms(person, index.sites.support, meeting.retrieved.minutes)
    if orders_lists(meeting.scorer):
        units = hour_units(person, capacity.planned, index, columns.level, rows, meeting.scorer.tables)
        worth[rows] = hours_with_outcomes(worth[rows], units)
        terms = terms + sites_with_outcomes(person, meeting.scorer, index, meeting.retrieved.minutes)
    # bans were looked at when tasks were checked; the search need not look again
    now = asked._replace(open=checked.open, worth=worth, extra=terms, ban=np.full_like(asked.ban, NO_LIMIT))
    return replace(meeting, checked=checked, asked=now, ban=asked.ban)
