"""What else could be: other part-jobs at the same site, a front between two aims, and the answer after a change.

Everything here asks the exact search again with one more rule, so every answer is as proven as the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .part_job import carve
from .problem import SMALLEST_STEP, CarveProblem, CarveSolution


def alternatives(problem: CarveProblem, count: int, differ: int = 1) -> list[CarveSolution]:
    """List up to ``count`` part-jobs, the best first, each leaving out at least ``differ`` tasks of every earlier one.

    An earlier part-job of fewer tasks than ``differ`` is left out whole.
    """
    found: list[CarveSolution] = []
    while len(found) < count:
        taken = [frozenset(task.id for task in one.tasks) for one in found]
        groups = tuple((ids, max(0, len(ids) - differ)) for ids in taken)
        next_ = carve(replace(problem, at_most=(*problem.at_most, *groups)))
        if next_.objective is None:
            break
        found.append(next_)
    return found


def with_choices(
    problem: CarveProblem,
    lock_in: Iterable[str] = (),
    lock_out: Iterable[str] = (),
    without: Iterable[str] = (),
    hours: tuple[float, float] | None = None,
    capacity: Mapping[str, float | None] | None = None,
) -> CarveProblem:
    """Change what a coach would try: tasks locked in or out, measures left away, hours, levels (None: unknown)."""
    out, gone = frozenset(lock_out), frozenset(without)
    levels = {**problem.capacity, **(capacity or {})}
    return replace(
        problem,
        locked=problem.locked | frozenset(lock_in),
        at_most=(*problem.at_most, (out, 0)) if out else problem.at_most,
        measures=tuple(measure for measure in problem.measures if measure.id not in gone),
        hours_min=problem.hours_min if hours is None else hours[0],
        hours_max=problem.hours_max if hours is None else hours[1],
        capacity={d: level for d, level in levels.items() if level is not None},
    )


@dataclass(frozen=True, slots=True)
class Balance:
    """One point of a front: weekly benefit to the employer, weekly strain of the person, and the part-job."""

    benefit: float
    strain: float
    solution: CarveSolution


def pareto_front(
    problem: CarveProblem, benefit: Mapping[str, float], strain: Mapping[str, float], points: int = 7
) -> list[Balance]:
    """Give the best employer's benefit at several amounts of strain; none of them is beaten on both sides.

    ``benefit`` and ``strain`` are per hour of a task. Between the least strain of any part-job and that of the greatest
    benefit, ``points`` amounts are allowed in equal steps, and for each the greatest benefit is found exactly. The
    measures' prices and job changes count against the benefit.
    """
    wanted = _valued(problem, benefit)
    greatest = carve(wanted)
    if greatest.objective is None:
        return []
    mildest = carve(_free(_valued(problem, {task.id: -strain.get(task.id, 0.0) for task in problem.tasks})))
    low, high = _sum(mildest, strain), _sum(greatest, strain)
    found = [Balance(round(greatest.objective, 6), round(high, 6), greatest)]
    for step in range(points - 1):
        allowed = low + (high - low) * step / max(1, points - 1)
        budget = (dict(strain), allowed + SMALLEST_STEP)
        one = carve(replace(wanted, budgets=(*wanted.budgets, budget)))
        if one.objective is not None:
            found.append(Balance(round(one.objective, 6), round(_sum(one, strain), 6), one))
    return _unbeaten(found)


def _valued(problem: CarveProblem, worth: Mapping[str, float]) -> CarveProblem:
    """Put other values on the tasks."""
    return replace(problem, tasks=tuple(replace(task, value=worth.get(task.id, 0.0)) for task in problem.tasks))


def _free(problem: CarveProblem) -> CarveProblem:
    """Take every price away."""
    measures = tuple(replace(measure, cost=0.0) for measure in problem.measures)
    return replace(problem, measures=measures, switch_cost=0.0)


def _sum(solution: CarveSolution, per_hour: Mapping[str, float]) -> float:
    return sum(task.hours * per_hour.get(task.id, 0.0) for task in solution.tasks)


def _unbeaten(points: list[Balance]) -> list[Balance]:
    kept: list[Balance] = []
    for one in sorted(points, key=lambda point: (point.strain, -point.benefit)):
        if not kept or one.benefit > kept[-1].benefit + SMALLEST_STEP:
            kept.append(one)
    return kept
