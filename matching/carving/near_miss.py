"""Which accommodations a part-job needs at least: the cheapest set and the smallest, proven, and what each closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from data.levels import level_of_share

from .part_job import carve
from .problem import CarveProblem, CarveSolution
from .recheck import bundle_levels

TIGHT = 0.5
"""A level within half a step of the limit remains to be talked about."""

_PRICE_AS_TIE = 1e-3


@dataclass(frozen=True, slots=True)
class GapClosed:
    """A blocker that an accommodation removes: the demand before and after it, and the person's limit."""

    accommodation: str
    dimension: str
    before: float
    after: float
    limit: float


@dataclass(frozen=True, slots=True)
class Needed:
    """A set of accommodations that makes a part-job possible: what each closes, and what stays close to the limit.

    ``proven``: there is no cheaper (or smaller) set. ``solution`` is a part-job that it makes possible.
    """

    accommodations: tuple[str, ...]
    cost: float
    closes: tuple[GapClosed, ...]
    remains: tuple[tuple[str, float, float], ...]
    solution: CarveSolution
    proven: bool


def cheapest_accommodations(problem: CarveProblem) -> Needed | None:
    """Find the cheapest set that makes some part-job possible (or, with locked tasks, that one); None: no set does.

    The limit on the number of accommodations does not hold here.
    """
    return _needed(problem, {measure.id: measure.cost for measure in problem.measures})


def fewest_accommodations(problem: CarveProblem) -> Needed | None:
    """Find the smallest set that makes some part-job possible, of equally small ones the cheapest; None: none."""
    dearest = sum(measure.cost for measure in problem.measures) or 1.0
    scale = _PRICE_AS_TIE / dearest
    return _needed(problem, {measure.id: 1.0 + scale * measure.cost for measure in problem.measures})


def _needed(problem: CarveProblem, price: dict[str, float]) -> Needed | None:
    asked = replace(
        problem,
        tasks=tuple(replace(task, value=0.0) for task in problem.tasks),
        measures=tuple(replace(measure, cost=price[measure.id]) for measure in problem.measures),
        limits=replace(problem.limits, accommodations=None),
        switch_cost=0.0,
    )
    solution = carve(asked)
    if solution.objective is None:
        return None
    costs = {measure.id: measure.cost for measure in problem.measures}
    return Needed(
        solution.accommodations,
        round(sum(costs[id_] for id_ in solution.accommodations), 6),
        gaps_closed(problem, solution, demand_before(problem, solution)),
        _remains(problem, solution),
        solution,
        solution.status == "optimal",
    )


def bundle_demand(solution: CarveSolution) -> dict[str, float]:
    """Give the bundle's level on each dimension after accommodations, dose shares turned back into levels."""
    return dict(solution.peaks) | {d: level_of_share(share) for d, share in solution.doses.items()}


def demand_before(problem: CarveProblem, solution: CarveSolution) -> dict[str, float]:
    """Give the bundle's level on each dimension as if there were no accommodations."""
    if not solution.accommodations:
        return bundle_demand(solution)
    peaks, doses = bundle_levels(problem, CarveSolution(solution.status, tasks=solution.tasks))
    return bundle_demand(CarveSolution("before", peaks=peaks, doses=doses))


def gaps_closed(problem: CarveProblem, solution: CarveSolution, before: Mapping[str, float]) -> tuple[GapClosed, ...]:
    """List what each accommodation makes possible: levels over the limit before it that are within it after.

    ``before``: the ``demand_before`` of the part-job.
    """
    after = bundle_demand(solution)
    found = []
    for measure in problem.measures:
        if measure.id not in solution.accommodations:
            continue
        for dimension in sorted(measure.effects):
            limit = problem.capacity.get(dimension)
            was, is_ = before.get(dimension, 0.0), after.get(dimension, 0.0)
            if limit is not None and was > limit and is_ < was:
                found.append(GapClosed(measure.id, dimension, round(was, 2), round(is_, 2), limit))
    return tuple(found)


def _remains(problem: CarveProblem, solution: CarveSolution) -> tuple[tuple[str, float, float], ...]:
    """Name the dimensions on which it still comes within half a step of the limit: (dimension, level, limit)."""
    found = []
    for dimension, level in sorted(bundle_demand(solution).items()):
        limit = problem.capacity.get(dimension)
        if limit is not None and limit < 5 and limit - level < TIGHT:
            found.append((dimension, round(level, 2), limit))
    return tuple(found)
