"""From a person to a ranked list: retrieve -> check -> accommodate and carve -> score -> rank -> explain.

Each stage is a module of its own with a typed result. The order is the score alone (quantised, ties by site id); the
three readings can do, wants and likely are sums of its terms and are shown apart.

Stages 1 to 3 read the market's columns; records are looked at only for the sites that are shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from data.accommodations import Accommodation, load_accommodations
from data.candidates import Candidate
from data.dimensions import dimension_index
from features.hour_value import hour_value, wish_parts
from features.market import Market

from .asked import ask, lay_measures_out
from .carving.columns import NO_LIMIT, Asked, MarketColumns, Measures
from .carving.near_miss import bundle_demand, demand_before, gaps_closed
from .carving.part_job import carve
from .carving.problem import CarveProblem, CarveSolution
from .carving.recheck import recheck
from .check import Capacity, Checked, check
from .config import MatchConfig, model_name, reference_fingerprint
from .flags import known_share, raise_flags
from .held_market import HeldMarket, hold
from .hours_worth import hours_strain, hours_worth
from .market_index import MarketIndex
from .retrieval import InReach, Retrieved, retrieve
from .scoring import contributions, site_contributions, site_terms
from .search import Rank, best_sites, best_under_a_rule
from .site_problem import SiteView, site_problem
from .suggestion import Comparison, MatchList, Suggestion, TakenPart

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
    rank: Rank = best_sites
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


def meet(
    person: Candidate,
    held: HeldMarket,
    config: MatchConfig,
    catalogue: Catalogue | None = None,
    progress: Progress = lambda _stage: None,
    stages: Stages | None = None,
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
    checked = stages.check(person, index, columns, retrieved.reached, asked, measures)
    rows = np.flatnonzero(checked.open)
    worth = np.zeros(len(columns.hours))
    worth[rows] = hours_worth(person, capacity.planned, index, columns.level, rows)
    terms = site_terms(person, index.sites.support, retrieved.minutes)
    ban = asked.ban  # looked at when tasks were checked; the search need not look again
    asked = asked._replace(open=checked.open, worth=worth, extra=terms, ban=np.full_like(ban, NO_LIMIT))
    return Meeting(person, capacity, held, config, catalogue, retrieved, checked, asked, measures, ban)


def match(
    person: Candidate,
    market: Market | HeldMarket,
    config: MatchConfig | None = None,
    catalogue: Catalogue | None = None,
    progress: Progress = lambda _stage: None,
    stages: Stages | None = None,
) -> MatchList:
    """Find the best work trials for one person, one suggestion a site, with proof that none is missed.

    Deterministic: the same person, market, configuration and reference data give the same list, byte for byte.
    ``progress`` is told the name of each stage as it begins.
    """
    config, stages = config or MatchConfig(), stages or Stages()
    held = hold(market, (config.caution,)) if isinstance(market, Market) else market
    meeting = meet(person, held, config, catalogue, progress, stages)
    progress("carve")

    def solve(number: int) -> tuple[SiteView, CarveProblem, CarveSolution]:
        view = meeting.view(number)
        problem = site_problem(person, meeting.capacity, view, config.day)
        return view, problem, stages.carve(problem)

    def score(number: int) -> tuple[float | None, bool]:
        solution = solve(number)[2]
        proven = solution.status in {"optimal", "infeasible"}
        if solution.objective is None:
            return None, proven
        return solution.objective + float(meeting.asked.extra[number]), proven

    rank = stages.rank if config.day is None else partial(best_under_a_rule, stages.rank)
    best = rank(meeting.columns, meeting.asked, meeting.measures, config.top, score)
    left_out = meeting.retrieved.left_out + meeting.checked.left_out
    left_out["site.too_few_hours"] += int(meeting.retrieved.reached.sum()) - best.certificate.sites
    left_out["site.no_part_job"] += len(best.without)
    left_out = +left_out
    progress("explain")
    run = run_id(person, held.index, config)
    suggestions = tuple(
        _suggestion(meeting, number, (*solve(number), worth), rank, run)
        for rank, (number, worth) in enumerate(best.found, start=1)
    )
    return MatchList(person, run, model_name(), config, suggestions, dict(sorted(left_out.items())), best.certificate)


def run_id(person: Candidate, index: MarketIndex, config: MatchConfig) -> str:
    """Name a run by what decides it: person, the sites of the region, choices, model, reference data."""
    digest = hashlib.sha256()
    for part in (_canonical(person), config.fingerprint(), model_name(), reference_fingerprint()):
        digest.update(part.encode() + b"\0")
    regions = [not config.region or name == config.region for name in index.names.regions]
    digest.update(index.sites.digest[np.array(regions, np.bool_)[index.sites.region]].tobytes())
    return digest.hexdigest()[:16]


def _canonical(person: Candidate) -> str:
    """Write a person down in one form, whatever the order in which their facts came."""
    return json.dumps(
        asdict(person),
        sort_keys=True,
        default=lambda value: sorted(value) if isinstance(value, frozenset) else str(value),
    )


def _suggestion(
    meeting: Meeting,
    number: int,
    found: tuple[SiteView, CarveProblem, CarveSolution, float],
    rank: int,
    run: str,
) -> Suggestion:
    person, capacity = meeting.person, meeting.capacity
    view, problem, solution, score = found
    market, site = view.market, view.place.site
    if broken := recheck(problem, solution):
        raise AssertionError(f"part-job at {site.id} breaks {broken[0].rule}")  # a fault of ours, never of the input
    reach = meeting.reach(number, view)
    rows = {market.tasks[row].id: row for row in view.place.rows}
    rows = {task.id: rows[task.id] for task in solution.tasks}
    measures = tuple(measure for measure in view.catalogue if measure.id in solution.accommodations)
    values = {
        id_: hour_value(person, capacity.planned, market.tasks[row], market.jobs[row], view.demand[row])
        for id_, row in rows.items()
    }
    terms = site_contributions(person, site.natural_support, reach.minutes)
    parts = tuple(
        TakenPart(market.tasks[rows[t.id]], market.jobs[rows[t.id]], t.hours, t.blocks)
        for t in sorted(solution.tasks, key=lambda task: (-task.hours, task.id))
    )
    agreement = sum(p.hours * sum(wish_parts(person, p.task, view.demand[rows[p.task.id]]).values()) for p in parts)
    return Suggestion(
        id=hashlib.sha256(f"{run}:{site.id}".encode()).hexdigest()[:12],
        rank=rank,
        reach=reach,
        tasks=parts,
        solution=solution,
        measures=measures,
        comparisons=_comparisons(capacity, problem, solution),
        gaps_closed=gaps_closed(problem, solution),
        known_share=known_share(capacity, market, sorted(rows.values())),
        wish_agreement=round(agreement / solution.hours, 4),
        score=score,
        contributions=contributions(problem, solution, values, terms, score),
        flags=raise_flags(person, capacity, market, reach, rows, solution, measures),
    )


def _comparisons(capacity: Capacity, problem: CarveProblem, solution: CarveSolution) -> tuple[Comparison, ...]:
    """Set the bundle beside the person, the tightest dimension first, unknown capacity last."""
    before, after = demand_before(problem, solution), bundle_demand(solution)
    columns = dimension_index()
    found = []
    for dimension, level in before.items():
        own = capacity.planned[columns[dimension]]
        known = round(float(own), 2) if np.isfinite(own) else None
        found.append(Comparison(dimension, round(level, 2), round(after.get(dimension, 0.0), 2), known))
    return tuple(sorted(found, key=lambda c: (c.margin is None, c.margin, -c.demand, c.dimension)))
