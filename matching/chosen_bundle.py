"""A bundle that a coach puts together task by task: which accommodations it needs, what it is worth, what it breaks.

Any choice is answered, also one that cannot be: nothing is refused, every limit that it breaks is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from data.dimensions import HOURS_DIMENSION
from data.levels import level_of_share, share_of_shift

from .carving.donor_jobs import DonorJob, donor_jobs
from .carving.gates import DOSE
from .carving.near_miss import TIGHT, demand_before
from .carving.part_job import carve
from .carving.problem import (
    SMALLEST_STEP,
    Blocker,
    CarveLimits,
    CarveProblem,
    CarveSolution,
    CarveTask,
    TakenTask,
)
from .carving.recheck import TOLERANCE, bundle_levels, eased_level, recheck
from .carving.site_arrays import job_of
from .carving.week import tidy_week
from .one_site import ClosedTask, SiteQuestion
from .pipeline import compare
from .suggestion import Comparison


@dataclass(frozen=True, slots=True)
class JudgedBundle:
    """A bundle and what is to be said of it.

    ``broken``: every limit that it breaks (empty: it can be suggested); ``closed``: its tasks that no bundle may have.
    ``score``: value-hours as in a match list; None with a closed task, whose hours have no worth. ``guidance``: hours
    of guidance a week; ``donors``: what stays with the jobs that give tasks away.
    """

    solution: CarveSolution
    score: float | None
    broken: tuple[Blocker, ...]
    closed: tuple[ClosedTask, ...]
    comparisons: tuple[Comparison, ...]
    donors: tuple[DonorJob, ...]
    guidance: float

    @property
    def possible(self) -> bool:
        """Tell whether nothing speaks against it."""
        return not self.broken and not self.closed

    @property
    def hours(self) -> dict[str, float]:
        """Give the weekly hours of each task in it."""
        return {task.id: task.hours for task in self.solution.tasks}


def judge_bundle(asked: SiteQuestion, problem: CarveProblem, hours: Mapping[str, float]) -> JudgedBundle:
    """Judge a bundle: ``hours`` by task (those above 0); ``problem`` holds all tasks of the site, closed ones too."""
    chosen = [task for task in problem.tasks if hours.get(task.id, 0.0) > SMALLEST_STEP]
    solution = _with_measures(problem, chosen, hours) if chosen else CarveSolution("chosen")
    closed = tuple(one for one in asked.closed if hours.get(one.task.id, 0.0) > SMALLEST_STEP)
    donors, guidance = donor_jobs(problem, solution, asked.everything)
    worth = _worth(problem, solution)
    return JudgedBundle(
        replace(solution, objective=worth),
        None if closed or not chosen else round(worth + asked.term, 4),
        tuple(_once(recheck(problem, solution), {one.task.id for one in closed})) if chosen else (),
        closed,
        compare(asked.capacity, solution, demand_before(problem, solution)) if chosen else (),
        donors,
        guidance,
    )


def _with_measures(problem: CarveProblem, chosen: list[CarveTask], hours: Mapping[str, float]) -> CarveSolution:
    """Choose the cheapest accommodations with which the loads fit, and plan the week, as far as either can be."""
    ids = frozenset(task.id for task in chosen)
    fixed = tuple(
        replace(task, hours=hours[task.id], min_hours=hours[task.id], divisible=False, value=0.0) for task in chosen
    )
    tied = tuple(group for group in problem.tied if set(group) <= ids)
    whole = replace(problem, tasks=fixed, locked=ids, tied=tied, excluded=())
    measures = next((found for one in _loads_only(whole) if (found := carve(one)).objective is not None), None)
    used = () if measures is None else measures.accommodations
    plan = tidy_week(whole, {id_: hours[id_] for id_ in sorted(ids)}, used) or {}
    taken = tuple(TakenTask(id_, hours[id_], plan.get(id_, {})) for id_ in sorted(ids))
    bare = CarveSolution("chosen", tasks=taken, accommodations=used)
    peaks, doses = bundle_levels(problem, bare)
    return replace(bare, jobs=tuple(sorted({job_of(task) for task in chosen})), peaks=peaks, doses=doses)


def _loads_only(whole: CarveProblem) -> Iterable[CarveProblem]:
    """Give what is left to be met by accommodations: every load; those that can be met; with any number of them."""
    total = sum(task.hours for task in whole.tasks)
    loads = CarveProblem(
        0.0, total + 1.0, tuple(replace(task, core=False, ban_levels={}, blocks=None) for task in whole.tasks),
        _a_hair_wider(whole.capacity), measures=whole.measures, locked=whole.locked,
        limits=CarveLimits(accommodations=whole.limits.accommodations),
    )  # fmt: skip
    yield loads
    best = CarveSolution(
        "best", tasks=tuple(TakenTask(task.id, task.hours, {}) for task in loads.tasks),
        accommodations=tuple(measure.id for measure in loads.measures),
    )  # fmt: skip
    peaks, doses = bundle_levels(loads, best)
    least = peaks | {dimension: level_of_share(share) for dimension, share in doses.items()}
    reachable = {d: level for d, level in loads.capacity.items() if least.get(d, 0.0) <= level + TOLERANCE}
    yield replace(loads, capacity=reachable)
    yield replace(loads, capacity=reachable, limits=CarveLimits())


def _a_hair_wider(capacity: Mapping[str, float]) -> dict[str, float]:
    """Allow for hours that were rounded: half of what a finished part-job may miss a limit by."""
    hair = TOLERANCE / 2
    return {
        dimension: level_of_share(share_of_shift(level) + hair) if dimension in DOSE else level + hair
        for dimension, level in capacity.items()
    }


def _worth(problem: CarveProblem, solution: CarveSolution) -> float:
    values = {task.id: task.value for task in problem.tasks}
    costs = {measure.id: measure.cost for measure in problem.measures}
    gained = sum(task.hours * values[task.id] for task in solution.tasks)
    spent = sum(costs[id_] for id_ in solution.accommodations)
    return round(gained - spent - problem.switch_cost * max(0, len(solution.jobs) - 1), 6)


def _once(found: Iterable[Blocker], closed: set[str]) -> Iterable[Blocker]:
    """Say each broken limit once: a week that does not hold the hours is one thing, however many tasks are in it."""
    week = False
    for one in found:
        if one.rule == "ban" and set(one.tasks) <= closed:
            continue
        if one.rule == "blocks":
            if not week:
                yield Blocker("blocks", "week", one.needed, one.available)
            week = True
        else:
            yield one


class TaskFit(StrEnum):
    """How one task by itself stands to the person, before it is part of any bundle."""

    OK = "ok"
    TIGHT = "tight"
    EASED = "eased"
    BEYOND = "beyond"
    BANNED = "banned"
    CONDITION = "condition"
    SCHEDULE = "schedule"
    CORE = "core"


_CLOSED = {
    "task.core": TaskFit.CORE,
    "task.ban": TaskFit.BANNED,
    "task.condition": TaskFit.CONDITION,
    "task.schedule": TaskFit.SCHEDULE,
}


def task_fit(asked: SiteQuestion, task: CarveTask) -> tuple[TaskFit, tuple[str, ...]]:
    """Tell how a task stands to the person, and what that is about (dimensions, conditions).

    Tight: within half a step of a limit. Eased: within the limits with an accommodation. Beyond: no accommodation that
    could be had here is enough. Loads that count by their share of the week are no matter of one task.
    """
    closed = next((one for one in asked.closed if one.task.id == task.id), None)
    if closed is not None:
        return _CLOSED[closed.rule], closed.about
    found: dict[TaskFit, list[str]] = {TaskFit.BEYOND: [], TaskFit.EASED: [], TaskFit.TIGHT: []}
    for dimension, level in sorted(task.levels.items()):
        limit = asked.whole.capacity.get(dimension)
        if limit is None or dimension in DOSE or dimension == HOURS_DIMENSION:
            continue
        if level > limit + SMALLEST_STEP:
            least = eased_level(asked.whole.measures, task, dimension)
            found[TaskFit.BEYOND if least > limit + SMALLEST_STEP else TaskFit.EASED].append(dimension)
        elif limit < 5 and limit - level < TIGHT:
            found[TaskFit.TIGHT].append(dimension)
    worst = next((fit for fit, about in found.items() if about), TaskFit.OK)
    return worst, tuple(found.get(worst, ()))
