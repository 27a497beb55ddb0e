"""Why there is no part-job here, and which single change would make one possible.

Looks for the smallest reason: which tasks fell at the gates, how many hours can be put together at most, and which
one limit or capacity, if it were out of the way, would give enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .gates import binding_doses, gate
from .part_job import carve
from .problem import SMALLEST_STEP, Blocker, CarveProblem


def explain_infeasible(problem: CarveProblem) -> tuple[Blocker, ...]:
    """Say why nothing fits: first what is missing, then each single thing whose change alone would help.

    A reason of rule ``hours`` about ``least`` gives the hours needed and the hours that can be put together.
    """
    gated = gate(problem)
    fallen = _grouped(blocker for id_ in sorted(gated.fallen) for blocker in gated.fallen[id_])
    if not gated.problem.tasks:
        return fallen
    reached = _most_hours(gated.problem)
    missing = Blocker("hours", "least", problem.hours_min, reached)
    return (missing, *_single_changes(gated.problem), *fallen)


def _grouped(blockers: Iterable[Blocker]) -> tuple[Blocker, ...]:
    """Join blockers of one rule about one thing; the tasks are listed together."""
    found: dict[tuple[str, str], Blocker] = {}
    for blocker in blockers:
        key = (blocker.rule, blocker.about if blocker.rule in {"ban", "peak", "dose"} else "")
        known = found.get(key)
        if known is None:
            found[key] = blocker
        else:
            needed = min(known.needed or 0.0, blocker.needed or 0.0)
            found[key] = replace(known, needed=needed, tasks=(*known.tasks, *blocker.tasks))
    return tuple(found.values())


def _most_hours(problem: CarveProblem) -> float:
    """Find how many weekly hours can be put together at most when the smallest number of hours is no matter."""
    tasks = tuple(replace(task, value=1.0) for task in problem.tasks)
    measures = tuple(replace(measure, cost=0.0) for measure in problem.measures)
    solution = carve(replace(problem, tasks=tasks, measures=measures, hours_min=0.0, switch_cost=0.0))
    return round(solution.hours, 2)


def _single_changes(problem: CarveProblem) -> tuple[Blocker, ...]:
    """Try what a coach would try: one dose, one limit or the week out of the way, and see if that is enough."""
    found = []
    for dimension in binding_doses(problem):
        eased = {d: level for d, level in problem.capacity.items() if d != dimension}
        if _feasible(replace(problem, capacity=eased)):
            found.append(Blocker("dose", dimension, available=problem.capacity[dimension]))
    for name in ("tasks", "jobs", "accommodations", "supervision"):
        most = getattr(problem.limits, name)
        if most is not None and _feasible(replace(problem, limits=replace(problem.limits, **{name: None}))):
            found.append(Blocker("limits", name, available=float(most)))
    if problem.blocks is not None and _feasible(replace(problem, blocks=None)):
        found.append(Blocker("blocks", "week", problem.hours_min, sum(hours for _, hours in problem.blocks)))
    if problem.hours_min > SMALLEST_STEP and not found and _feasible(replace(problem, hours_min=0.0)):
        found.append(Blocker("hours", "smallest", problem.hours_min))
    return tuple(found)


def _feasible(problem: CarveProblem) -> bool:
    return carve(problem).status in {"optimal", "feasible"}
