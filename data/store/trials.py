"""Keeps trials, their outcomes and reviews. Nothing is learned from a trial that the candidate has not released."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from ..trials import (
    Course,
    Interruption,
    MeasureEffect,
    Outcome,
    Retention,
    Trial,
    TrialReview,
    TriedTask,
)
from .schema import trial, trial_review, trial_task

_AT_ONCE = 500
_PLAIN = (
    "id", "candidate", "employer", "site", "suggestion", "run", "pathway", "group",
    "decided_on", "starts", "planned_end", "ended_on", "released", "fictional",
)  # fmt: skip


def replace_trials(connection: sa.Connection, trials: Iterable[Trial]) -> int:
    """Store trials; one that is there under the same id is replaced whole. Returns how many."""
    new = {one.id: one for one in trials}
    _remove(connection, trial.c.id, sorted(new))
    listed = list(new.values())
    _insert(connection, trial, [_row(one) for one in listed])
    _insert(connection, trial_task, [row for one in listed for row in _task_rows(one)])
    _insert(connection, trial_review, [row for one in listed for row in _review_rows(one)])
    return len(listed)


def remove_trials(connection: sa.Connection, ids: Iterable[str]) -> int:
    """Take trials by their ids; returns how many went."""
    return _remove(connection, trial.c.id, sorted(set(ids)))


def remove_trials_of(connection: sa.Connection, candidates: Iterable[str]) -> int:
    """Erase the trials of some people, for example when they ask for it; returns how many went."""
    return _remove(connection, trial.c.candidate, sorted(set(candidates)))


def release_trials(connection: sa.Connection, candidate: str, released: bool) -> int:
    """Let all trials of one person be learned from, or no longer; returns how many it concerns."""
    change = sa.update(trial).where(trial.c.candidate == candidate).values(released=released)
    return connection.execute(change).rowcount


def all_trials(connection: sa.Connection) -> tuple[Trial, ...]:
    """Give all trials, by id (by its letters, not by the database's language)."""
    tasks: dict[str, list[TriedTask]] = {}
    for row in connection.execute(sa.select(trial_task).order_by(trial_task.c.position)):
        tasks.setdefault(row.trial_id, []).append(TriedTask(row.task, row.hours_per_week))
    reviews: dict[str, list[TrialReview]] = {}
    for row in connection.execute(sa.select(trial_review).order_by(trial_review.c.position)):
        effects = tuple(MeasureEffect(measure, dimension, steps) for measure, dimension, steps in row.effects)
        review = TrialReview(row.day, dict(row.loads), row.performance, row.strain, effects)
        reviews.setdefault(row.trial_id, []).append(review)
    found = [
        _record(row, tasks.get(row.id, ()), reviews.get(row.id, ())) for row in connection.execute(sa.select(trial))
    ]
    return tuple(sorted(found, key=lambda one: one.id))


def count_trials(connection: sa.Connection) -> int:
    """Count the trials."""
    return connection.scalar(sa.select(sa.func.count()).select_from(trial)) or 0


def _remove(connection: sa.Connection, column: sa.Column[str], values: Sequence[str]) -> int:
    gone = 0
    for start in range(0, len(values), _AT_ONCE):
        gone += connection.execute(sa.delete(trial).where(column.in_(values[start : start + _AT_ONCE]))).rowcount
    return gone


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _row(one: Trial) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(one, name) for name in _PLAIN}
    row["course"] = one.course.value
    row["interruption"] = None if one.interruption is None else one.interruption.value
    row["outcome"] = None if one.outcome is None else one.outcome.value
    row["measures"] = list(one.measures)
    for months, answer in one.retention.answers():
        row[f"retained_at_{months}"] = answer
    return row


def _task_rows(one: Trial) -> list[dict[str, Any]]:
    return [
        {"trial_id": one.id, "position": position, "task": task.task, "hours_per_week": task.hours_per_week}
        for position, task in enumerate(one.tasks)
    ]


def _review_rows(one: Trial) -> list[dict[str, Any]]:
    return [
        {
            "trial_id": one.id,
            "position": position,
            "day": review.day,
            "loads": dict(review.loads),
            "performance": review.performance,
            "strain": review.strain,
            "effects": [[effect.measure, effect.dimension, effect.steps] for effect in review.effects],
        }
        for position, review in enumerate(one.reviews)
    ]


def _record(row: Any, tasks: Sequence[TriedTask], reviews: Sequence[TrialReview]) -> Trial:
    return Trial(
        **{name: getattr(row, name) for name in _PLAIN},
        course=Course(row.course),
        interruption=None if row.interruption is None else Interruption(row.interruption),
        outcome=None if row.outcome is None else Outcome(row.outcome),
        retention=Retention(row.retained_at_3, row.retained_at_6, row.retained_at_12),
        tasks=tuple(tasks),
        measures=tuple(row.measures),
        reviews=tuple(reviews),
    )
