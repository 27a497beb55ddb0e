"""Part-jobs at two workplaces at once, exactly: pairs within reach of home and of each other, with the way in between.

Worth looking at when no single workplace has enough that suits. The two share the person's hours and limits; a half-day
belongs to one of them, and far ones are never on one day. A second workplace has its price (``weights.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from data.reference_files import read_reference
from features.travel import travel_minutes

from .carving.choosing_measures import root_bound
from .carving.gates import gate
from .carving.market_search import bound_sites, pass_gates
from .carving.part_job import carve, in_order
from .carving.problem import CarveMeasure, CarveProblem, CarveSolution, bought_at
from .carving.site_arrays import site_arrays
from .meeting import Meeting
from .search import SCORE_DECIMALS
from .site_problem import SiteView, site_problem


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sites by number, with the minutes between them (None: unknown)."""

    one: int
    other: int
    minutes: float | None


@dataclass(frozen=True, slots=True)
class PairFound:
    """A part-job at two sites: score, problem and solution, and the sites as the person meets them."""

    pair: Pair
    score: float
    problem: CarveProblem
    solution: CarveSolution
    views: tuple[SiteView, SiteView]


@dataclass(frozen=True, slots=True)
class BestPairs:
    """The best pairs in order, how many there are, how many were solved, and the highest bound that was left."""

    found: tuple[PairFound, ...]
    pairs: int
    solved: int
    best_bound_left: float | None


def best_pairs(meeting: Meeting, top: int) -> BestPairs:
    """Find the best part-jobs that two sites make together, with proof that none is missed.

    The score of a pair is its carving objective, plus the mean of the two sites' own terms, less the price of a second
    workplace. Ties by the sites' order.
    """
    rules = read_reference("weights.yaml")["second_site"]
    pairs = list(_pairs(meeting, rules["minutes_between"]))
    bounds = _knapsack_bounds(meeting, pairs) - rules["cost"]
    views: dict[int, tuple[SiteView, CarveProblem]] = {}
    found: list[PairFound] = []
    solved, left = 0, None
    for at in np.argsort(-bounds, kind="stable"):
        least = found[top - 1].score if len(found) >= top else -np.inf
        if bounds[at] <= least + 10**-SCORE_DECIMALS:
            left = round(float(bounds[at]), SCORE_DECIMALS)
            break
        pair = pairs[at]
        for number in (pair.one, pair.other):
            if number not in views:
                view = meeting.view(number)
                views[number] = view, site_problem(meeting.person, meeting.capacity, view, meeting.config.day)
        problem = joint_problem(views[pair.one][1], views[pair.other][1], pair.minutes)
        term = _term(meeting, pair) - rules["cost"]
        if _tight_bound(problem) + term <= least:
            continue
        solution = carve(problem)
        solved += 1
        if solution.objective is not None:
            score = round(solution.objective + term, SCORE_DECIMALS)
            found.append(PairFound(pair, score, problem, solution, (views[pair.one][0], views[pair.other][0])))
            found.sort(key=lambda one: (-one.score, one.pair.one, one.pair.other))
    return BestPairs(tuple(found[:top]), len(pairs), solved, left)


def joint_problem(one: CarveProblem, other: CarveProblem, minutes: float | None) -> CarveProblem:
    """Put the problems of two sites together; every measure is bought at each site on its own.

    At least ``least_hours`` are worked at both. A way that is not known keeps the two on different days.
    """
    rules = read_reference("weights.yaml")["second_site"]
    sites = (one.tasks[0].site, other.tasks[0].site)
    least = rules["least_hours"]
    return replace(
        one,
        tasks=(*one.tasks, *other.tasks),
        measures=(*_named_for(one, sites[0]), *_named_for(other, sites[1])),
        tied=(*one.tied, *other.tied),
        excluded=(*one.excluded, *other.excluded),
        limits=replace(one.limits, supervision=None),
        budgets=tuple(budget for problem in (one, other) for budget in _budgets(problem, least)),
        between={sites: np.inf if minutes is None else minutes},
        travel_within_day=rules["minutes_within_a_day"],
    )


def _named_for(problem: CarveProblem, site: str) -> Iterator[CarveMeasure]:
    tasks = frozenset(task.id for task in problem.tasks)
    for measure in problem.measures:
        yield replace(measure, id=bought_at(measure.id, site), tasks=tasks if measure.tasks is None else measure.tasks)


def _budgets(problem: CarveProblem, least: float) -> Iterator[tuple[Mapping[str, float], float]]:
    """Give the guidance that one site has, and the fewest hours there."""
    if problem.limits.supervision is not None:
        yield {task.id: task.supervision for task in problem.tasks}, problem.limits.supervision
    yield {task.id: -1.0 for task in problem.tasks}, -least
    yield from problem.budgets


def _pairs(meeting: Meeting, most_minutes: float) -> Iterator[Pair]:
    """List the pairs of sites that have anything open, within reach of each other as far as that is known."""
    columns, index = meeting.columns, meeting.held.index
    passed = pass_gates(columns, meeting.asked, meeting.measures)
    least = meeting.asked._replace(hours_min=0.0)
    there = np.flatnonzero(np.isfinite(bound_sites(columns, least, passed)))
    names, at = index.names.municipalities, index.sites.municipality
    ways: dict[tuple[int, int], float | None] = {}
    for i, one in enumerate(there):
        for other in there[i + 1 :]:
            ends = int(at[one]), int(at[other])
            if ends not in ways:
                ways[ends] = travel_minutes(names[ends[0]], names[ends[1]], meeting.person.travel_by)
            minutes = ways[ends]
            if minutes is None or minutes <= most_minutes:
                yield Pair(int(one), int(other), minutes)


def _knapsack_bounds(meeting: Meeting, pairs: list[Pair]) -> np.ndarray:
    """Bound each pair by the best hours of both sites' tasks together, as if no measure cost anything."""
    columns, asked = meeting.columns, meeting.asked
    passed = pass_gates(columns, asked, meeting.measures)
    sorted_: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for number in {n for pair in pairs for n in (pair.one, pair.other)}:
        rows = np.arange(columns.first[number], columns.last[number])
        rows = rows[passed[rows]]
        sorted_[number] = asked.worth[rows], columns.hours[rows]
    bounds = np.empty(len(pairs))
    for at, pair in enumerate(pairs):
        worth = np.concatenate([sorted_[pair.one][0], sorted_[pair.other][0]])
        hours = np.concatenate([sorted_[pair.one][1], sorted_[pair.other][1]])
        order = np.argsort(-worth, kind="stable")
        room = np.clip(asked.hours_max - (np.cumsum(hours[order]) - hours[order]), 0.0, hours[order])
        enough = hours.sum() >= asked.hours_min - 1e-6
        bounds[at] = (worth[order] * room).sum() + _term(meeting, pair) if enough else -np.inf
    return bounds


def _term(meeting: Meeting, pair: Pair) -> float:
    return float(meeting.asked.extra[[pair.one, pair.other]].mean())


def _tight_bound(problem: CarveProblem) -> float:
    """Bound a joint problem as if its half-days could be shared."""
    gated = gate(in_order(problem)).problem
    arrays = site_arrays(gated) if gated.tasks else None
    return float("inf") if arrays is None else float(root_bound(arrays))
