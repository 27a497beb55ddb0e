"""From a person to a ranked list: retrieve -> check -> accommodate and carve -> score -> rank -> explain.

Each stage is a module of its own with a typed result. The order is the score alone (quantised, ties by site id); the
three readings can do, wants and likely are sums of its terms and are shown apart. A learned scorer is part of the score
(``learned_worth``); expert weights of going well are shown and order nothing.

Stages 1 to 3 read the market's columns; records are looked at only for the sites that are shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass, replace
from functools import partial

import numpy as np

from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.dimensions import dimension_index
from data.record_json import fields_said
from features.hour_value import HourValue, hour_value, wish_parts
from features.market import Market

from .carving.near_miss import bundle_demand, demand_before, gaps_closed
from .carving.part_job import planned
from .carving.problem import CarveProblem, CarveSolution
from .carving.recheck import recheck
from .check import Capacity
from .config import MatchConfig, model_name, reference_fingerprint
from .flags import known_share, raise_flags
from .held_market import HeldMarket, hold
from .learned_worth import hour_parts, hour_units, orders_lists
from .learned_worth import site_contributions as learned_contributions
from .learning.lessons import NOTHING_LEARNED, Histories, Lessons, ReviewedSteps
from .learning.scorer import TrialScorer
from .market_index import MarketIndex
from .meeting import Catalogue, Meeting, Progress, Stages, meet
from .prospect import with_prospects
from .scoring import contributions, site_contributions
from .search import FoundPartJob, best_under_a_rule
from .site_problem import SiteView, site_problem
from .suggestion import Comparison, MatchList, Suggestion, TakenPart


def match(
    person: Candidate,
    market: Market | HeldMarket,
    config: MatchConfig | None = None,
    catalogue: Catalogue | None = None,
    progress: Progress = lambda _stage: None,
    stages: Stages | None = None,
    scorer: TrialScorer | None = None,
    lessons: Lessons = NOTHING_LEARNED,
    histories: Histories | None = None,
) -> MatchList:
    """Find the best work trials for one person, one suggestion a site, with proof that none is missed.

    Deterministic: the same person, market, configuration, scorer, lessons and reference data give the same list, byte
    for byte. ``scorer`` reads how likely each suggestion is to go well; a learned one is also part of the order
    (decision 0016), the experts' (the default) is not. ``lessons``: what ended trials taught; ``histories`` is asked
    once, about the employers that are shown, in the place of those of ``lessons``. Effects in force are part of the
    order, histories are not (decision 0018). ``progress`` is told the name of each stage as it begins.
    """
    config, stages = config or MatchConfig(), stages or Stages()
    held = hold(market, (config.caution,)) if isinstance(market, Market) else market
    catalogue = lessons.in_force(load_accommodations() if catalogue is None else catalogue)
    meeting = meet(person, held, config, catalogue, progress, stages, scorer)
    progress("carve")

    def score(number: int) -> tuple[float | None, bool]:
        return meeting.score(number, stages.carve)

    find = stages.rank if config.day is None else partial(best_under_a_rule, stages.rank)
    best = find(meeting.columns, meeting.asked, meeting.measures, config.top, score)
    left_out = meeting.retrieved.left_out + meeting.checked.left_out
    left_out["site.too_few_hours"] += int(meeting.retrieved.reached.sum()) - best.certificate.sites
    left_out["site.no_part_job"] += len(best.without)
    left_out = +left_out
    progress("explain")
    run = run_id(person, held.index, config, meeting.scorer, lessons.steps)
    suggestions: list[Suggestion] = []
    views = meeting.views([number for number, _ in best.found])
    for rank, ((number, worth), view) in enumerate(zip(best.found, views, strict=True), start=1):
        there = best.part_jobs.get(number)
        known_here = None if there is None else _planned(meeting, number, view, there, worth)
        problem, solution = known_here or _carved(meeting, view, stages)
        one = _suggestion(meeting, number, (view, problem, solution, worth), rank, run)
        known = {c.dimension for c in one.comparisons if c.capacity is not None}
        suggestions.append(replace(one, reviewed=lessons.about(one.solution.accommodations, known)))
    shown = sorted({one.reach.place.employer.id for one in suggestions})
    went = lessons.histories if histories is None else histories(shown)
    used = Lessons(lessons.steps, {employer: went[employer] for employer in shown if employer in went})
    read = with_prospects(person, suggestions, meeting.scorer, used.histories)
    model = model_name(meeting.scorer.name)
    kind = orders_lists(meeting.scorer), meeting.scorer.simulated
    return MatchList(person, run, model, config, read, dict(sorted(left_out.items())), best.certificate, *kind, used)


def _planned(
    meeting: Meeting, number: int, view: SiteView, there: FoundPartJob, worth: float
) -> tuple[CarveProblem, CarveSolution] | None:
    """Plan the week of what the search has found at a site; None: what it found has to be carved after all."""
    tasks, rows = view.market.tasks, view.place.rows
    hours = {tasks[rows[at]].id: taken for at, taken in there.hours.items()}
    measures = [view.catalogue[at] for at in there.measures]
    problem = site_problem(meeting.person, meeting.capacity, view, meeting.config.day, measures)
    ids = tuple(measure.id for measure in measures)
    solution = planned(problem, hours, ids, worth - float(meeting.asked.extra[number]))
    return None if solution is None else (problem, solution)


def _carved(meeting: Meeting, view: SiteView, stages: Stages) -> tuple[CarveProblem, CarveSolution]:
    """Carve one site anew."""
    problem = site_problem(meeting.person, meeting.capacity, view, meeting.config.day)
    solution = stages.carve(problem)
    if broken := recheck(problem, solution):
        site = view.place.site.id
        raise AssertionError(f"part-job at {site} breaks {broken[0].rule}")  # a fault of ours, never of the input
    return problem, solution


def run_id(
    person: Candidate,
    index: MarketIndex,
    config: MatchConfig,
    scorer: TrialScorer,
    steps: Sequence[ReviewedSteps] = (),
) -> str:
    """Name a run by what decides it: person, sites of the region, choices, model, reference data, effects in force.

    Where no review has moved an effect, effects leave no trace.
    """
    digest = hashlib.sha256()
    model = f"{model_name(scorer.name)}:{scorer.fingerprint}"
    for part in (_canonical(person), config.fingerprint(), model, reference_fingerprint()):
        digest.update(part.encode() + b"\0")
    if steps:
        moved = [(one.measure, one.dimension, one.steps) for one in steps]
        digest.update(b"effects\0" + json.dumps(moved).encode() + b"\0")
    regions = [not config.region or name == config.region for name in index.names.regions]
    digest.update(index.sites.digest[np.array(regions, np.bool_)[index.sites.region]].tobytes())
    return digest.hexdigest()[:16]


def _canonical(person: Candidate) -> str:
    """Write a person down in one form, whatever the order in which their facts came."""
    return json.dumps(person, sort_keys=True, default=_plainly)


def _plainly(value: object) -> object:
    if is_dataclass(value):
        return fields_said(value)
    return sorted(value) if isinstance(value, frozenset) else str(value)


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
    reach, before = meeting.reach(number, view), demand_before(problem, solution)
    rows = {market.tasks[row].id: row for row in view.place.rows}
    rows = {task.id: rows[task.id] for task in solution.tasks}
    measures = tuple(measure for measure in view.catalogue if measure.id in solution.accommodations)
    values = {
        id_: hour_value(person, capacity.planned, market.tasks[row], market.jobs[row], view.demand[row])
        for id_, row in rows.items()
    }
    terms = site_contributions(person, site.natural_support, reach.minutes)
    if orders_lists(meeting.scorer):
        values = _with_outcomes(meeting, number, rows, values, view)
        owner = view.place.employer
        terms += learned_contributions(
            person, meeting.scorer, owner.id, owner.sector, site.natural_support, reach.minutes
        )  # fmt: skip
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
        comparisons=compare(capacity, solution, before),
        gaps_closed=gaps_closed(problem, solution, before),
        known_share=known_share(capacity, market, sorted(rows.values())),
        wish_agreement=round(agreement / solution.hours, 4),
        score=score,
        contributions=contributions(problem, solution, values, terms, score),
        flags=raise_flags(person, capacity, market, reach, rows, solution, measures),
    )


def _with_outcomes(
    meeting: Meeting, number: int, rows: dict[str, int], values: dict[str, HourValue], view: SiteView
) -> dict[str, HourValue]:
    """Add to the named parts of an hour what outcomes say of it."""
    first, columns = int(meeting.columns.first[number]), meeting.columns
    at = np.array([first + row for row in rows.values()], np.intp)
    tables, planned = meeting.scorer.order_tables, meeting.capacity.planned
    units = hour_units(meeting.person, planned, meeting.held.index, columns.level, at, tables)
    return {
        id_: HourValue({**values[id_].parts, **hour_parts(units[place], values[id_].value, float(view.worth[row]))})
        for place, (id_, row) in enumerate(rows.items())
    }


def compare(capacity: Capacity, solution: CarveSolution, before: Mapping[str, float]) -> tuple[Comparison, ...]:
    """Set the bundle beside the person, the tightest dimension first, unknown capacity last.

    ``before``: what it would ask without accommodations (``demand_before``).
    """
    after = bundle_demand(solution)
    columns = dimension_index()
    found = []
    for dimension, level in before.items():
        own = capacity.planned[columns[dimension]]
        known = round(float(own), 2) if np.isfinite(own) else None
        found.append(Comparison(dimension, round(level, 2), round(after.get(dimension, 0.0), 2), known))
    return tuple(sorted(found, key=lambda c: (c.margin is None, c.margin, -c.demand, c.dimension)))
