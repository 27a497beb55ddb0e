"""Which tasks of a market are of the same kind as the work of a carved job, and of which of its kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.levels import PER_STEP
from features.market import Levels
from features.work_likeness import (
    DECIMALS,
    SAME_KIND,
    likeness,
    likeness_parts,
    shared_activities,
    shared_loads,
    shared_words,
)

from ..carving.columns import UNKNOWN, Bytes, Words
from ..market_index import MarketIndex

AT_ONCE = 20_000
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class WorkPart:
    """A piece of work: what it is called, activities, levels (dimensions; NaN unknown), weekly hours.

    ``texts`` are the words for it, in one language or several; the first is shown.
    """

    id: str
    texts: tuple[str, ...]
    activities: tuple[str, ...]
    level: Levels
    hours: float


@dataclass(frozen=True, slots=True, eq=False)
class WorkKind:
    """Pieces of work of one kind; elsewhere no more hours of it count than these have together."""

    parts: tuple[WorkPart, ...]

    @property
    def hours(self) -> float:
        """Add up the weekly hours."""
        return round(sum(part.hours for part in self.parts), 4)

    @property
    def activities(self) -> tuple[str, ...]:
        """Name what is done, most hours first."""
        hours: dict[str, float] = {}
        for part in self.parts:
            for activity in part.activities:
                hours[activity] = hours.get(activity, 0.0) + part.hours / len(part.activities)
        return tuple(sorted(hours, key=lambda activity: (-hours[activity], activity)))


@dataclass(frozen=True, slots=True, eq=False)
class LikeWork:
    """For every task of a market the number of its kind (-1: none), and what activities, loads and words add.

    ``parts`` is (tasks, 3); ``worth`` of an hour is their sum, the likeness (0-1), and 0 where a task is of no kind.
    """

    kind: Words
    parts: Levels
    worth: Levels


def kinds_of(parts: Sequence[WorkPart]) -> tuple[WorkKind, ...]:
    """Join the pieces of a job that are of one kind with each other, also over a third one."""
    number = list(range(len(parts)))
    for at, part in enumerate(parts):
        before = parts[:at]
        if not before:
            continue
        done = shared_activities(part.activities, [one.activities for one in before])
        parts_of_it = likeness_parts(
            done,
            shared_loads(part.level, np.array([one.level for one in before])),
            shared_words(part.texts, [one.texts[0] for one in before]),
        )
        for other in np.flatnonzero((likeness(parts_of_it) >= SAME_KIND) & (done != 0)):
            old, new = sorted((number[at], number[other]), reverse=True)
            number = [new if one == old else one for one in number]
    groups = dict.fromkeys(number)
    return tuple(WorkKind(tuple(p for p, n in zip(parts, number, strict=True) if n == group)) for group in groups)


def like_work(kinds: Sequence[WorkKind], index: MarketIndex, level: Bytes, rows: npt.NDArray[np.intp]) -> LikeWork:
    """Compare the tasks in ``rows`` with each kind; a task belongs to the one that it is most like (ties: the first).

    ``level`` holds the planned levels of the market. A task is as like a kind as it is like the most like piece of it.
    """
    total = len(level)
    kind, added = np.full(total, -1, np.int32), np.zeros((total, 3))
    best = np.full(total, SAME_KIND - 10.0**-DECIMALS / 2)
    for number, one in enumerate(kinds):
        for part in one.parts:
            for start in range(0, len(rows), AT_ONCE):
                some = rows[start : start + AT_ONCE]
                some, weighed = _like_part(part, index, level, some, best[some])
                like = likeness(weighed)
                better = like > best[some]
                at = some[better]
                best[at], kind[at], added[at] = like[better], number, weighed[better]
    return LikeWork(kind, added, np.where(kind >= 0, best, 0.0))


def compare(part: WorkPart, index: MarketIndex, level: Bytes, rows: npt.NDArray[np.intp]) -> Levels:
    """Compare one piece of work with tasks, whatever their kind: (rows, 3), what activities, loads and words add."""
    steps = level[rows].astype(np.float64)
    return likeness_parts(
        shared_activities(part.activities, index.names.activities)[index.tasks.activities[rows]],
        shared_loads(part.level, np.where(steps == UNKNOWN, np.nan, steps / PER_STEP)),
        shared_words(part.texts, [index.names.words[number] for number in index.tasks.words[rows]]),
    )


def _like_part(
    part: WorkPart, index: MarketIndex, level: Bytes, rows: npt.NDArray[np.intp], to_beat: Levels
) -> tuple[npt.NDArray[np.intp], Levels]:
    """Compare one piece of work with tasks, without those that cannot beat ``to_beat`` whatever their words."""
    done = shared_activities(part.activities, index.names.activities)[index.tasks.activities[rows]]
    full = np.ones(len(rows))
    could = (done != 0) & (likeness_parts(done, full, full).sum(axis=1) + _ROUNDING > to_beat)
    rows, done, to_beat, full = rows[could], done[could], to_beat[could], full[could]
    steps = level[rows].astype(np.float64)
    loads = shared_loads(part.level, np.where(steps == UNKNOWN, np.nan, steps / PER_STEP))
    # words can lift the likeness to what full words would give, or weigh nothing where they are not known
    most = likeness_parts(done, loads, full).sum(axis=1)
    without = likeness_parts(done, loads, np.full(len(rows), np.nan)).sum(axis=1)
    could = np.maximum(most, without) + _ROUNDING > to_beat
    rows, done, loads = rows[could], done[could], loads[could]
    numbers, which = np.unique(index.tasks.words[rows], return_inverse=True)
    words = shared_words(part.texts, [index.names.words[number] for number in numbers])
    return rows, likeness_parts(done, loads, words[which] if len(rows) else np.zeros(0))
