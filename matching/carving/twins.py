"""Tasks that are alike in every way: no part-job needs more of them than its hours and limits can hold.

Without this, a site with thousands of equal tasks has as many equally good part-jobs as there are ways to choose.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict

from .problem import SMALLEST_STEP, CarveProblem, CarveTask


def needed_twins(problem: CarveProblem) -> tuple[CarveTask, ...]:
    """Keep of each kind of equal tasks as many as a part-job could hold, the first by order; all others of course.

    Of 10,000 equal tasks of 2 h that must be taken whole, 20 hours a week can hold ten:

    >>> many = tuple(CarveTask(f"t{at}", 2.0, 0.5, {}) for at in range(10_000))
    >>> len(needed_twins(CarveProblem(4.0, 20.0, many)))
    10
    """
    kept, seen = [], defaultdict[object, int](int)
    alike = Counter((task.hours, task.value, task.job) for task in problem.tasks)
    scopes = [measure.tasks for measure in problem.measures if measure.tasks is not None]
    tied = {id_ for group in problem.tied for id_ in group} | {id_ for pair in problem.excluded for id_ in pair}
    for task in problem.tasks:
        few = alike[task.hours, task.value, task.job] <= _most(problem, task)
        if few or task.id in tied or task.id in problem.locked:
            kept.append(task)
            continue
        kind = (
            *(task.hours, task.min_hours, task.divisible, task.value, task.job, task.site, task.blocks),
            *(task.supervision, task.core, task.hours_now, tuple(sorted(task.levels.items()))),
            None if task.ban_levels is None else tuple(sorted(task.ban_levels.items())),
            tuple(task.id in scope for scope in scopes),
            tuple(task.id in group for group, _ in problem.at_most),
            tuple(factors.get(task.id, 0.0) for factors, _ in problem.budgets),
        )
        seen[kind] += 1
        if seen[kind] <= _most(problem, task):
            kept.append(task)
    return tuple(kept)


def _most(problem: CarveProblem, task: CarveTask) -> float:
    """Tell how many tasks like this one a part-job can hold; where parts may be small, as many as fill its hours."""
    least = task.min_hours if task.divisible else task.hours
    by_hours = (
        math.floor((problem.hours_max + SMALLEST_STEP) / least)
        if least > SMALLEST_STEP
        else math.ceil(problem.hours_max / task.hours)
    )
    return min(math.inf if problem.limits.tasks is None else problem.limits.tasks, by_hours)
