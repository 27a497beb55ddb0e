"""What carving could free at a workplace, for nobody in particular: tasks that can be taken out of jobs, and the gain.

No person, level of a person or trial is looked at: only what the employer says of the own work. The part-job shown is
the one that frees most for the hours that are asked about, with the guard that no job left behind becomes dull.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from data.dimensions import dimension_index
from data.employer_levels import as_employers_say
from data.errors import UnknownId
from data.reference_files import read_reference
from data.workplaces import Benefit, Employer, Job, Task
from features.market import build_market

from .carving import CarveLimits, CarveProblem, CarveTask, DonorJob, carve, donor_jobs, with_variety_kept
from .carving.donor_jobs import MONOTONY
from .market_index import least_hours

MOST_RISE = 0.5
"""Steps by which a job that gives tasks away may become more monotonous."""

MIDDLE = 0.5
WORTH = {Benefit.FREES: 1.0, Benefit.NICE: 0.8, None: 0.8, Benefit.UNDONE: 0.3}
"""What an hour counts for here: hours of those who do them today come first, work that nobody does comes after."""

LEAST_WORTH = 0.01
"""An hour that costs as much guidance as it frees is not worth nothing: it may be the work that is wished for."""


@dataclass(frozen=True, slots=True)
class FreeableJob:
    """One job of a workplace in weekly hours: done today, core of them, free to give; and work that nobody does."""

    job: Job
    hours: float
    core: float
    free_to_give: float
    undone: float


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A task of the part-job: how many weekly hours of it, and how many of guidance they cost."""

    task: Task
    job: Job
    hours: float
    guidance: float


@dataclass(frozen=True, slots=True)
class FreedTime:
    """What carving could free: all jobs, the part-job for the hours asked about, and what stays with each job.

    ``freed``: hours that the jobs' holders do today and would not do; ``added``: hours of work that nobody does today;
    ``guidance``: hours of guidance that the part-job costs; all weekly.
    """

    jobs: tuple[FreeableJob, ...]
    tasks: tuple[TakenOut, ...]
    donors: tuple[tuple[Job, DonorJob], ...]
    freed: float
    added: float
    guidance: float

    @property
    def gain(self) -> float:
        """Give the weekly hours that are won when guidance is taken off."""
        return round(self.freed - self.guidance, 2)


def freed_time(employer: Employer, site: str, hours: float, most_rise: float = MOST_RISE) -> FreedTime:
    """Find the part-job of at most ``hours`` a week that frees most at a site; UnknownId when there is no such site.

    ``most_rise``: steps of monotony that any job left behind may gain. Core tasks stay; where nothing can be taken out,
    tasks and donors are empty.
    """
    place = next((one for one in as_employers_say(employer).sites if one.id == site), None)
    if place is None:
        raise UnknownId("site", site)
    market = build_market([replace(employer, sites=(place,))])
    demand = market.planned(MIDDLE)
    jobs = {job.id: job for job in place.jobs}
    rows = tuple(
        _as_carved(task, job, demand[row])
        for row, (task, job) in enumerate(zip(market.tasks, market.jobs, strict=True))
    )
    listed = tuple(_freeable(jobs[id_]) for id_ in sorted(jobs))
    limits = read_reference("weights.yaml")["limits"]
    problem = CarveProblem(
        hours_min=0.0,
        hours_max=hours,
        tasks=tuple(row for row in rows if not row.core),
        tied=tuple(group for job in jobs.values() for group in job.tied),
        excluded=tuple(pair for job in jobs.values() for pair in job.excluded),
        limits=CarveLimits(limits["tasks"], limits["jobs"], None, place.supervision_hours_per_week),
    )
    solution = carve(with_variety_kept(problem, most_rise, rows))
    donors, guidance = donor_jobs(problem, solution, rows)
    by_id = {task.id: (task, job) for job in jobs.values() for task in job.tasks}
    taken = tuple(
        TakenOut(*by_id[one.id], round(one.hours, 2), round(one.hours * by_id[one.id][0].supervision, 2))
        for one in sorted(solution.tasks, key=lambda one: (-one.hours, one.id))
    )
    freed, added = sum(one.hours_freed for one in donors), sum(one.hours_added for one in donors)
    named = tuple((jobs[one.job], one) for one in donors)
    return FreedTime(listed, taken, named, round(freed, 2), round(added, 2), round(guidance, 2))


def _as_carved(task: Task, job: Job, demand: np.ndarray) -> CarveTask:
    monotony = float(demand[dimension_index()[MONOTONY]])
    return CarveTask(
        id=task.id,
        hours=task.most_hours_per_week,
        value=max(LEAST_WORTH, WORTH[task.benefit] * (1.0 - min(task.supervision, 1.0))),
        levels={MONOTONY: monotony} if monotony > 0 else {},
        job=job.id,
        divisible=task.divisible or task.most_hours_per_week > task.hours_per_week,
        min_hours=least_hours(task),
        core=task.core,
        supervision=task.supervision,
        hours_now=0.0 if task.benefit is Benefit.UNDONE else task.hours_per_week,
    )


def _freeable(job: Job) -> FreeableJob:
    done = [task for task in job.tasks if task.benefit is not Benefit.UNDONE]
    hours = sum(task.hours_per_week for task in done)
    core = sum(task.hours_per_week for task in done if task.core)
    undone = sum(task.hours_per_week for task in job.tasks) - hours
    return FreeableJob(job, round(hours, 2), round(core, 2), round(hours - core, 2), round(undone, 2))
