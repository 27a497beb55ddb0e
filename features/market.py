"""The tasks of all sites side by side: one row per task, one column per dimension, built from the store's records.

The most direct level counts (said of the task before said of its job); where the employer has confirmed a job,
what nobody named is 0; everywhere else it stays unknown (NaN).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.dimensions import dimension_index
from data.levels import Level, Source, level_at, most_direct, planned_up
from data.workplaces import Employer, Job, Site, Task

Levels = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """A site with its employer and its rows in the market."""

    employer: Employer
    site: Site
    rows: range


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """Columnar tasks: ``value``, ``low``, ``high`` are (tasks, dimensions) in steps 0-5, NaN where unknown.

    ``direct`` says how direct the source of each level is (0 where unknown); ``jobs[i]`` is the job of task i.
    """

    places: tuple[Place, ...]
    tasks: tuple[Task, ...]
    jobs: tuple[Job, ...]
    value: Levels
    low: Levels
    high: Levels
    direct: npt.NDArray[np.int8]

    def planned(self, caution: float) -> Levels:
        """Give the levels to plan with at a caution quantile (0-1)."""
        return planned_up(level_at(self.value, self.low, self.high, caution))

    def ban_levels(self) -> Levels:
        """Give the levels that a must-not looks at: upper ends; for averages and estimates the nearest half-step.

        An average of all workplaces, or a model's reading of a text, says little about this one: its upper end would
        close nearly every task to anybody with a must-not. What it leaves open is flagged as unverified (decisions
        0006 and 0007). NaN: unknown.
        """
        estimate = self.direct <= Source.MODEL.directness
        return np.where(estimate, np.round(self.value * 2) / 2, self.high)


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One row of levels over all dimensions: values and their interval, NaN where unknown."""

    value: Levels
    low: Levels
    high: Levels
    direct: npt.NDArray[np.int8]


def level_row(levels: Mapping[str, Iterable[Level]], nothing_else: bool = False) -> LevelRow:
    """Put the levels that count on their columns; with ``nothing_else`` what is not named is 0."""
    columns = dimension_index()
    fill = 0.0 if nothing_else else np.nan
    value, low, high = (np.full(len(columns), fill) for _ in range(3))
    direct = np.zeros(len(columns), dtype=np.int8)
    for dimension, several in levels.items():
        if (level := most_direct(several)) is not None:
            at = columns[dimension]
            value[at], low[at], high[at], direct[at] = (
                level.value,
                level.low,
                level.high,
                level.source.directness,
            )
    return LevelRow(value, low, high, direct)


def build_market(employers: Iterable[Employer]) -> Market:
    """Build the columnar market, sites in the order of their ids."""
    pairs = sorted(((e, s) for e in employers for s in e.sites), key=lambda pair: pair[1].id)
    places: list[Place] = []
    tasks: list[Task] = []
    jobs: list[Job] = []
    for employer, site in pairs:
        start = len(tasks)
        for job in sorted(site.jobs, key=lambda job: job.id):
            tasks += sorted(job.tasks, key=lambda task: task.id)
            jobs += [job] * len(job.tasks)
        places.append(Place(employer, site, range(start, len(tasks))))
    shape = (len(tasks), len(dimension_index()))
    value, low, high = (np.full(shape, np.nan) for _ in range(3))
    direct = np.zeros(shape, dtype=np.int8)
    of_job: dict[str, LevelRow] = {}
    for row, (task, job) in enumerate(zip(tasks, jobs, strict=True)):
        base = of_job.get(job.id) or of_job.setdefault(job.id, level_row(job.levels, nothing_else=job.confirmed))
        value[row], low[row], high[row], direct[row] = base.value, base.low, base.high, base.direct
        if task.levels:
            own = level_row(task.levels)
            said = (own.direct > 0) & (own.direct >= base.direct)
            value[row, said], low[row, said], high[row, said] = own.value[said], own.low[said], own.high[said]
            direct[row, said] = own.direct[said]
    return Market(tuple(places), tuple(tasks), tuple(jobs), value, low, high, direct)
