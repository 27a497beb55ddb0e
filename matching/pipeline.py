"""From a person to a ranked list: retrieve -> check -> accommodate and carve -> score -> rank -> explain.

Each stage is a module of its own with a typed result. The order is the score alone (quantised, ties by site id); the
three readings can do, wants and likely are sums of its terms and are shown apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from data.accommodations import Accommodation, load_accommodations
from data.candidates import Candidate
from data.dimensions import dimension_index
from features.hour_value import hour_value, wish_parts
from features.market import Levels, Market

from .carving.columns import Asked, MarketColumns, Measures
from .carving.near_miss import bundle_demand, demand_before, gaps_closed
from .carving.part_job import carve
from .carving.problem import CarveProblem, CarveSolution
from .carving.recheck import recheck
from .check import Capacity, Checked, check
from .config import MatchConfig, model_name, reference_fingerprint
from .flags import known_share, raise_flags
from .market_index import ask, index_market
from .retrieval import InReach, Retrieved, retrieve
from .scoring import contributions, score_site_terms, site_contributions
from .search import BestSites, Solve, best_sites
from .site_problem import Pool, hours_limit, site_problem
from .suggestion import Comparison, MatchList, Suggestion, TakenPart

Places = tuple[InReach, ...]
Catalogue = tuple[Accommodation, ...]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of a match, each replaceable by a function of the same shape.

    ``retrieve`` -> Retrieved, ``check`` -> Checked, ``rank`` (which sites are the best, and when to stop) -> BestSites,
    ``carve`` (accommodations, part-job and week at each of those) -> CarveSolution. Explaining reads their results.
    """

    retrieve: Callable[[Candidate, Market, str], Retrieved] = retrieve
    check: Callable[[Candidate, Capacity, Market, Levels, Places, Catalogue], Checked] = check
    rank: Callable[[MarketColumns, Asked, Measures, int, Solve], BestSites] = best_sites
    carve: Callable[[CarveProblem], CarveSolution] = carve


def match(
    person: Candidate,
    market: Market,
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
    catalogue = load_accommodations() if catalogue is None else tuple(sorted(catalogue, key=lambda m: m.id))
    capacity = Capacity.of(person, config.caution.quantile)
    demand = market.planned(config.caution.quantile)
    progress("retrieve")
    retrieved = stages.retrieve(person, market, config.region)
    progress("check")
    checked = stages.check(person, capacity, market, demand, retrieved.places, catalogue)
    pool = _pool(person, capacity, market, demand, checked, catalogue)
    progress("carve")
    numbers = {place.site.id: number for number, place in enumerate(market.places)}
    reached = {numbers[reach.place.site.id]: reach for reach in retrieved.places}
    terms = {number: score_site_terms(person, r.place.site, r.minutes) for number, r in reached.items()}
    values = {row: value.value for row, value in pool.values.items()}
    index = index_market(market, demand, catalogue)
    asked, measures = ask(index, person, capacity, checked.open, values, terms, hours_limit(person), catalogue)

    def solve(number: int) -> tuple[CarveProblem, CarveSolution]:
        problem = site_problem(person, capacity, pool, reached[number].place)
        return problem, stages.carve(problem)

    def score(number: int) -> float | None:
        objective = solve(number)[1].objective
        return None if objective is None else objective + terms[number]

    best = stages.rank(index.columns, asked, measures, config.top, score)
    left_out = retrieved.left_out + checked.left_out
    left_out["site.too_few_hours"] += len(reached) - best.certificate.sites
    left_out["site.no_part_job"] += len(best.without)
    left_out = +left_out
    progress("explain")
    run = run_id(person, market, config)
    suggestions = tuple(
        _suggestion(person, capacity, pool, reached[number], (*solve(number), worth), rank, run)
        for rank, (number, worth) in enumerate(best.found, start=1)
    )
    return MatchList(person, run, model_name(), config, suggestions, dict(sorted(left_out.items())), best.certificate)


def _pool(
    person: Candidate,
    capacity: Capacity,
    market: Market,
    demand: Levels,
    checked: Checked,
    catalogue: tuple[Accommodation, ...],
) -> Pool:
    values = {
        int(row): hour_value(person, capacity.planned, market.tasks[row], market.jobs[row], demand[row])
        for row in np.flatnonzero(checked.open)
    }
    return Pool(market, demand, market.ban_levels(), checked.open, values, catalogue)


def run_id(person: Candidate, market: Market, config: MatchConfig) -> str:
    """Name a run by what decides it: person, market, choices, model, reference data."""
    digest = hashlib.sha256()
    for part in (_canonical(person), config.fingerprint(), model_name(), reference_fingerprint()):
        digest.update(part.encode() + b"\0")
    for place in market.places:
        site = place.site
        facts = (
            site.id,
            sorted(site.has),
            sorted(site.lacks),
            site.places,
            site.supervision_hours_per_week,
            site.natural_support,
        )
        digest.update(repr((facts, site.municipality, place.employer.region)).encode())
    for task, job in zip(market.tasks, market.jobs, strict=True):
        facts_of_task = (
            task.id,
            task.text,
            task.hours_per_week,
            task.core,
            sorted(task.blocks),
            task.conditions,
            job.conditions,
        )
        digest.update(repr((facts_of_task, task.benefit, task.activities, job.tied, job.excluded)).encode())
    for levels in (market.value, market.low, market.high):
        digest.update(np.ascontiguousarray(levels).tobytes())
    return digest.hexdigest()[:16]


def _canonical(person: Candidate) -> str:
    """Write a person down in one form, whatever the order in which their facts came."""
    return json.dumps(
        asdict(person),
        sort_keys=True,
        default=lambda value: sorted(value) if isinstance(value, frozenset) else str(value),
    )


def _suggestion(
    person: Candidate,
    capacity: Capacity,
    pool: Pool,
    reach: InReach,
    found: tuple[CarveProblem, CarveSolution, float],
    rank: int,
    run: str,
) -> Suggestion:
    market, site = pool.market, reach.place.site
    problem, solution, score = found
    if broken := recheck(problem, solution):
        raise AssertionError(f"part-job at {site.id} breaks {broken[0].rule}")  # a fault of ours, never of the input
    rows = {market.tasks[row].id: row for row in reach.place.rows}
    rows = {task.id: rows[task.id] for task in solution.tasks}
    measures = tuple(measure for measure in pool.catalogue if measure.id in solution.accommodations)
    values = {id_: pool.values[row] for id_, row in rows.items()}
    site_terms = site_contributions(person, reach.place.site, reach.minutes)
    parts = tuple(
        TakenPart(market.tasks[rows[t.id]], market.jobs[rows[t.id]], t.hours, t.blocks)
        for t in sorted(solution.tasks, key=lambda task: (-task.hours, task.id))
    )
    agreement = sum(p.hours * sum(wish_parts(person, p.task, pool.demand[rows[p.task.id]]).values()) for p in parts)
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
        contributions=contributions(problem, solution, values, site_terms, score),
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
