"""Stage 2: which tasks are open to this person: no ban broken, conditions met, times that fit, limits in help's reach.

One pass over all tasks at once. A task falls for the first of: core, ban, condition, schedule, capacity. Unknown levels
and unknown conditions never close a task; they become flags.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.candidates import Candidate
from data.conditions import Condition
from data.levels import level_at, planned_down
from data.workplaces import Job, Task
from features.condition_check import Answer, check_condition
from features.market import LevelRow, Levels, level_row

from .carving.columns import NO_LIMIT, UNKNOWN, Asked, MarketColumns, Measures
from .carving.market_search import pass_gates
from .market_index import HALF_DAY, MarketIndex, musts

Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Capacity:
    """A person's capacity as one row: planned at the caution level, and the interval around it."""

    planned: Levels
    row: LevelRow

    @classmethod
    def of(cls, person: Candidate, quantile: float) -> Capacity:
        """Plan a person's capacity: the more careful, the lower."""
        row = level_row(person.capacity)
        return cls(planned_down(level_at(row.value, row.low, row.high, 1 - quantile)), row)


@dataclass(frozen=True, slots=True)
class Checked:
    """Which rows of the market are open, and how many tasks fell by reason."""

    open: Rows
    left_out: Counter[str]


def check(
    person: Candidate, index: MarketIndex, columns: MarketColumns, reached: Rows, asked: Asked, measures: Measures
) -> Checked:
    """Check all tasks of the sites within reach (``reached``: sites)."""
    return check_tasks(person, index, columns, np.append(reached, False)[index.tasks.site], asked, measures)


def check_tasks(
    person: Candidate, index: MarketIndex, columns: MarketColumns, wanted: Rows, asked: Asked, measures: Measures
) -> Checked:
    """Check some tasks (``wanted``: tasks)."""
    left = wanted.copy()
    reasons = task_reasons(person, index, columns, asked) | {
        "task.capacity": ~pass_gates(columns, asked._replace(ban=np.full_like(asked.ban, NO_LIMIT)), measures)
    }
    left_out: Counter[str] = Counter()
    for reason, hit in reasons.items():
        left_out[reason] = int((hit & left).sum())
        left &= ~hit
    return Checked(left, +left_out)


def task_reasons(person: Candidate, index: MarketIndex, columns: MarketColumns, asked: Asked) -> dict[str, Rows]:
    """Tell what speaks against each task before any limit of capacity is looked at, the first reason first."""
    return {
        "task.core": index.tasks.core,
        "task.ban": banned(asked, columns),
        "task.condition": _unmet(person, index)[index.tasks.conditions],
        "task.schedule": ~_fits_week(person, columns),
    }


def banned(asked: Asked, columns: MarketColumns) -> Rows:
    """Tell which tasks break a ban, on the upper end of their interval and before any accommodation."""
    hit = np.zeros(len(columns.hours), np.bool_)
    for at in np.flatnonzero(asked.ban < NO_LIMIT):
        level = columns.ban_level[:, at]
        hit |= (level > asked.ban[at]) & (level != UNKNOWN)
    return hit


def _unmet(person: Candidate, index: MarketIndex) -> Rows:
    """Tell for each kind of conditions whether the person is known not to meet one of them."""
    return np.array([_those(person, some, Answer.UNMET) != () for some in index.names.conditions], np.bool_)


def unmet_conditions(person: Candidate, task: Task, job: Job) -> tuple[str, ...]:
    """Name the conditions that the employer cannot do without and the person is known not to meet."""
    return _those(person, musts(task, job), Answer.UNMET)


def unknown_conditions(person: Candidate, task: Task, job: Job) -> tuple[str, ...]:
    """Name the conditions of which nobody knows yet whether the person meets them."""
    return _those(person, musts(task, job), Answer.UNKNOWN)


def _those(person: Candidate, conditions: Sequence[Condition], answer: Answer) -> tuple[str, ...]:
    return tuple(condition.key for condition in conditions if check_condition(condition, person) is answer)


def _fits_week(person: Candidate, columns: MarketColumns) -> Rows:
    """Tell whether the smallest part of each task has room in the person's half-days that fit it."""
    if not person.blocks:
        return np.ones(len(columns.hours), np.bool_)
    there = np.zeros(len(columns.hours))
    for block, hours in person.blocks.items():
        there += hours * ((columns.half_days & np.uint32(HALF_DAY[block])) > 0)
    fits: Rows = (there > 0) & (there >= columns.least - 1e-9)
    return fits
