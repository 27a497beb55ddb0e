"""What carving means for the employer: hours freed in each job, guidance it costs, what stays with each job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.levels import level_of_share, share_of_shift

from .problem import CarveProblem, CarveSolution, CarveTask
from .site_arrays import job_of

MONOTONY = "org_mono"


@dataclass(frozen=True, slots=True)
class DonorJob:
    """One job that gives tasks away: weekly hours freed and kept, tasks kept, its monotony (0-5) before and after.

    ``hours_added``: hours of work that nobody does today (tasks done more often or longer). Monotony is None where
    nothing is left of the job.
    """

    job: str
    hours_freed: float
    hours_added: float
    hours_kept: float
    tasks_kept: int
    monotony_before: float
    monotony_after: float | None


def donor_jobs(
    problem: CarveProblem, solution: CarveSolution, everything: Sequence[CarveTask] | None = None
) -> tuple[tuple[DonorJob, ...], float]:
    """Say what stays with each donor job, and how many weekly hours of guidance the part-job costs.

    Core tasks stay with their job and count there. ``everything``: all tasks of the jobs, where the problem holds only
    some of them.
    """
    every = problem.tasks if everything is None else everything
    taken = {task.id: task.hours for task in solution.tasks}
    guidance = sum(taken.get(task.id, 0.0) * task.supervision for task in problem.tasks)
    found = []
    for job in sorted({job_of(task) for task in problem.tasks if task.id in taken}):
        tasks = [task for task in every if job_of(task) == job]
        freed = {task.id: min(task.now, taken.get(task.id, 0.0)) for task in tasks}
        kept = {task.id: task.now - freed[task.id] for task in tasks}
        left = sum(kept.values())
        found.append(
            DonorJob(
                job,
                round(sum(freed.values()), 4),
                round(sum(taken.get(task.id, 0.0) - freed[task.id] for task in tasks), 4),
                round(left, 4),
                sum(hours > 1e-6 for hours in kept.values()),
                round(_monotony(tasks, {task.id: task.now for task in tasks}), 2),
                round(_monotony(tasks, kept), 2) if left > 1e-6 else None,
            )
        )
    return tuple(found), round(guidance, 4)


def with_variety_kept(
    problem: CarveProblem, most_rise: float, everything: Sequence[CarveTask] | None = None
) -> CarveProblem:
    """Add the guard that no donor job becomes more monotonous by more than ``most_rise`` steps.

    The monotony of what stays is its hours-weighted share, so the guard is a budget on the hours that are taken:
    sum of (allowed share - own share) x hours taken <= the same sum over the whole job. Of an extended task, the hours
    beyond today's free nothing; there the guard is on the safe side. ``everything``: all tasks of the jobs, where the
    problem holds only some of them.
    """
    budgets = []
    every = problem.tasks if everything is None else everything
    for job in sorted({job_of(task) for task in problem.tasks}):
        tasks = [task for task in every if job_of(task) == job]
        before = _monotony(tasks, {task.id: task.now for task in tasks})
        allowed = share_of_shift(min(5.0, before + most_rise))
        own = {task.id: allowed - share_of_shift(task.levels.get(MONOTONY, 0.0)) for task in tasks}
        factors = {t.id: _of_today(own[t.id], t) for t in tasks}
        budgets.append((factors, sum(own[task.id] * task.now for task in tasks) + 1e-9))
    return replace(problem, budgets=(*problem.budgets, *budgets))


def _of_today(own: float, task: CarveTask) -> float:
    """Give what an hour of a task weighs in the guard: nothing where nobody does it today, as none leaves the job."""
    if task.now <= 0:
        return 0.0
    return own if own >= 0 else own * task.now / task.hours


def _monotony(tasks: list[CarveTask], hours: dict[str, float]) -> float:
    total = sum(hours.values())
    shares = sum(hours[task.id] * share_of_shift(task.levels.get(MONOTONY, 0.0)) for task in tasks)
    return level_of_share(shares / total) if total > 0 else 0.0
