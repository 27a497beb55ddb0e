"""A region of 10,000 workplaces for benchmarks: the demo region many times over, no two workplaces alike.

Fictional. Each copy of a task is done in 0.7 to 1.4 times the hours (to the half hour), and one level in six lies half
a step higher or lower, by a generator that is seeded with the task's id: the same market every time.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from data.imports.region import DEMO_REGION, read_region
from data.levels import TOP, Level
from data.workplaces import Employer, Job, Task

COPIES = 97
"""Of 103 workplaces: 9,991."""

SEED = 5
LEVELS_MOVED = 1 / 6


def large_region(copies: int = COPIES) -> list[Employer]:
    """Give the employers; the first copy of each is the demo region's own."""
    return [
        _copy(employer, number) for employer in read_region(DEMO_REGION, fictional=True) for number in range(copies)
    ]


def _copy(employer: Employer, number: int) -> Employer:
    end = f"~{number}"
    sites = tuple(
        replace(site, id=site.id + end, jobs=tuple(_job(job, end, vary=number > 0) for job in site.jobs))
        for site in employer.sites
    )
    return replace(employer, id=employer.id + end, sites=sites)


def _job(job: Job, end: str, vary: bool) -> Job:
    return replace(
        job,
        id=job.id + end,
        tasks=tuple(_varied(replace(task, id=task.id + end)) if vary else replace(task, id=task.id + end)
                    for task in job.tasks),
        levels=_moved(job.levels, random.Random(f"{SEED}:{job.id}{end}")) if vary else job.levels,  # noqa: S311
        tied=tuple(tuple(id_ + end for id_ in group) for group in job.tied),
        excluded=tuple((one + end, other + end) for one, other in job.excluded),
    )  # fmt: skip


def _varied(task: Task) -> Task:
    rng = random.Random(f"{SEED}:{task.id}")  # noqa: S311 - the same market every time
    times = rng.uniform(0.7, 1.4)

    def hours(now: float) -> float:
        return max(0.5, round(now * times * 2) / 2)

    most = task.extends_to_hours_per_week
    return replace(
        task,
        hours_per_week=hours(task.hours_per_week),
        min_hours_per_week=hours(task.min_hours_per_week) if task.min_hours_per_week else 0.0,
        extends_to_hours_per_week=None if most is None else hours(most),
        levels=_moved(task.levels, rng),
    )


def _moved(levels: Mapping[str, tuple[Level, ...]], rng: random.Random) -> dict[str, tuple[Level, ...]]:
    return {name: tuple(_level(one, rng) for one in several) for name, several in sorted(levels.items())}


def _level(level: Level, rng: random.Random) -> Level:
    if rng.random() > LEVELS_MOVED:
        return level
    by = rng.choice((-0.5, 0.5))
    value, low, high = (min(max(one + by, 0.0), TOP) for one in (level.value, level.low, level.high))
    return replace(level, value=value, low=low, high=high)
