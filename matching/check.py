"""Stage 2: which tasks are open to this person: no ban broken, conditions met, times that fit, limits in help's reach.

One pass over all tasks at once. A task falls for the first of: core, ban, condition, schedule, capacity. Unknown levels
and unknown conditions never close a task; they become flags.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.accommodations import Accommodation
from data.candidates import Candidate
from data.conditions import Need
from data.dimensions import Combine, dimension_index, load_dimensions
from data.workplaces import Job, Task
from features.accommodation_scope import effects_matrix
from features.condition_check import Answer, check_condition
from features.market import LevelRow, Levels, Market, level_row

from .retrieval import InReach

PEAK = np.array([dimension.combine is Combine.PEAK for dimension in load_dimensions()])


@dataclass(frozen=True, slots=True)
class Capacity:
    """A person's capacity as one row: planned at the caution level, and the interval around it."""

    planned: Levels
    row: LevelRow

    @classmethod
    def of(cls, person: Candidate, quantile: float) -> Capacity:
        """Plan a person's capacity: the more careful, the lower."""
        from data.levels import level_at, planned_down

        row = level_row(person.capacity)
        return cls(planned_down(level_at(row.value, row.low, row.high, 1 - quantile)), row)


@dataclass(frozen=True, slots=True)
class Checked:
    """Which rows of the market are open, and how many tasks fell by reason."""

    open: npt.NDArray[np.bool_]
    left_out: Counter[str]


def check(
    person: Candidate,
    capacity: Capacity,
    market: Market,
    demand: Levels,
    places: tuple[InReach, ...],
    catalogue: tuple[Accommodation, ...],
) -> Checked:
    """Check all tasks of the places within reach."""
    rows = np.array([row for reach in places for row in reach.place.rows], dtype=np.intp)
    open_ = np.zeros(len(market.tasks), dtype=bool)
    left_out: Counter[str] = Counter()
    if not len(rows):
        return Checked(open_, left_out)
    reasons = {
        "task.core": np.array([market.tasks[row].core for row in rows]),
        "task.ban": banned(person, market)[rows],
        "task.condition": np.array([unmet_conditions(person, market.tasks[r], market.jobs[r]) != () for r in rows]),
        "task.schedule": np.array([not _fits_week(person, market.tasks[row]) for row in rows]),
        "task.capacity": _beyond_help(capacity, demand[rows], catalogue),
    }
    fallen = np.zeros(len(rows), dtype=bool)
    for reason, hit in reasons.items():
        left_out[reason] += int((hit & ~fallen).sum())
        fallen |= hit
    open_[rows[~fallen]] = True
    return Checked(open_, +left_out)


def banned(person: Candidate, market: Market) -> npt.NDArray[np.bool_]:
    """Tell which tasks break a ban, on the upper end of their interval and before any accommodation."""
    hit = np.zeros(len(market.tasks), dtype=bool)
    columns, levels = dimension_index(), market.ban_levels()
    for ban in person.bans:
        with np.errstate(invalid="ignore"):
            hit |= levels[:, columns[ban.dimension]] > ban.highest_level
    return hit


def unmet_conditions(person: Candidate, task: Task, job: Job) -> tuple[str, ...]:
    """Name the conditions that the employer cannot do without and the person is known not to meet."""
    return tuple(
        condition.key
        for condition in (*job.conditions, *task.conditions)
        if condition.need is Need.MUST and check_condition(condition, person) is Answer.UNMET
    )


def unknown_conditions(person: Candidate, task: Task, job: Job) -> tuple[str, ...]:
    """Name the conditions of which nobody knows yet whether the person meets them."""
    return tuple(
        condition.key
        for condition in (*job.conditions, *task.conditions)
        if condition.need is Need.MUST and check_condition(condition, person) is Answer.UNKNOWN
    )


def _fits_week(person: Candidate, task: Task) -> bool:
    if not person.blocks:
        return True
    least = task.min_hours_per_week if task.divisible else task.hours_per_week
    room = sum(hours for block, hours in person.blocks.items() if block in task.blocks)
    return room > 0 and room >= least


def _beyond_help(capacity: Capacity, demand: Levels, catalogue: tuple[Accommodation, ...]) -> npt.NDArray[np.bool_]:
    """Tell which tasks no measure of the catalogue could bring within the person's limits (peaks only)."""
    best = effects_matrix(catalogue).max(axis=0) if catalogue else np.zeros(demand.shape[1])
    with np.errstate(invalid="ignore"):
        over = np.maximum(demand - best, 0.0) > capacity.planned + 1e-9
    hit: npt.NDArray[np.bool_] = (over & PEAK).any(axis=1)
    return hit
