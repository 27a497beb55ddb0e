"""Keeps trials, their outcomes and reviews. Nothing is learned from a trial that the candidate has not released."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
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
    judged,
)
from .schema import trial, trial_review, trial_task
from .trial_changes import note_trial_change
from .trial_plan_tables import trial_plan

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
    if listed:
        note_trial_change(connection)
    return len(listed)


def remove_trials(connection: sa.Connection, ids: Iterable[str]) -> int:
    """Take trials by their ids; returns how many went."""
    return _remove(connection, trial.c.id, sorted(set(ids)))


def remove_trials_of(connection: sa.Connection, candidates: Iterable[str]) -> int:
    """Erase the trials of some people and what was planned of them; returns how many trials went."""
    ids = sorted(set(candidates))
    _remove(connection, trial_plan.c.candidate_id, ids)
    gone = _remove(connection, trial.c.candidate, ids)
    if gone:
        note_trial_change(connection)
    return gone


def release_trials(connection: sa.Connection, candidate: str, released: bool) -> int:
    """Let all trials of one person be learned from, or no longer; returns how many it concerns."""
    connection.execute(sa.update(trial_plan).where(trial_plan.c.candidate_id == candidate).values(released=released))
    change = sa.update(trial).where(trial.c.candidate == candidate).values(released=released)
    concerned = connection.execute(change).rowcount
    if concerned:
        note_trial_change(connection)
    return concerned


def all_trials(connection: sa.Connection) -> tuple[Trial, ...]:
    """Give all trials, by id (by its letters, not by the database's language)."""
    return _read(connection, sa.true())


def trials_by_id(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Trial]:
    """Give those of some trials that there are, by id."""
    wanted = sorted(set(ids))
    found = (_read(connection, trial.c.id.in_(wanted[at : at + _AT_ONCE])) for at in range(0, len(wanted), _AT_ONCE))
    return {one.id: one for some in found for one in some}


def trials_around(connection: sa.Connection, candidate: str, employer: str) -> tuple[Trial, ...]:
    """Give the trials of a person and those at an employer, by id: what limits of a trial are held against."""
    return _read(connection, (trial.c.candidate == candidate) | (trial.c.employer == employer))


def _read(connection: sa.Connection, where: sa.ColumnElement[bool]) -> tuple[Trial, ...]:
    ids = sa.select(trial.c.id).where(where)
    tasks: dict[str, list[TriedTask]] = {}
    of_tasks = sa.select(trial_task).where(trial_task.c.trial_id.in_(ids)).order_by(trial_task.c.position)
    for row in connection.execute(of_tasks):
        tasks.setdefault(row.trial_id, []).append(TriedTask(row.task, row.hours_per_week))
    reviews: dict[str, list[TrialReview]] = {}
    of_reviews = sa.select(trial_review).where(trial_review.c.trial_id.in_(ids)).order_by(trial_review.c.position)
    for row in connection.execute(of_reviews):
        effects = tuple(MeasureEffect(measure, dimension, steps) for measure, dimension, steps in row.effects)
        review = TrialReview(row.day, dict(row.loads), row.performance, row.strain, effects)
        reviews.setdefault(row.trial_id, []).append(review)
    rows = connection.execute(sa.select(trial).where(where))
    found = [_record(row, tasks.get(row.id, ()), reviews.get(row.id, ())) for row in rows]
    return tuple(sorted(found, key=lambda one: one.id))


def count_trials(connection: sa.Connection) -> int:
    """Count the trials."""
    return connection.scalar(sa.select(sa.func.count()).select_from(trial)) or 0


def real_trials(connection: sa.Connection) -> int:
    """Count the trials that are not fictional."""
    return connection.scalar(sa.select(sa.func.count()).select_from(trial).where(trial.c.fictional.is_(False))) or 0


def judged_trials(
    connection: sa.Connection, employers: Collection[str], before: date, *, fictional: bool
) -> dict[str, tuple[int, int]]:
    """Count the trials at some employers that ended before a day: employer -> (judged, gone well).

    Released trials only, real or fictional ones, never both; an employer without any is not in the answer.
    """
    looked_at = (trial.c.course, trial.c.interruption, trial.c.outcome, trial.c.retained_at_3)
    query = sa.select(trial.c.employer, *looked_at, sa.func.count()).group_by(trial.c.employer, *looked_at)
    query = query.where(trial.c.released, trial.c.fictional.is_(fictional), trial.c.ended_on < before)
    found: dict[str, tuple[int, int]] = {}
    asked = sorted(set(employers))
    for start in range(0, len(asked), _AT_ONCE):
        here = query.where(trial.c.employer.in_(asked[start : start + _AT_ONCE]))
        for employer, course, interruption, outcome, retained_at_3, count in connection.execute(here):
            why, what = _maybe_interruption(interruption), _maybe_outcome(outcome)
            well = judged(Course(course), why, what, retained_at_3).went_well
            if well is not None:
                ended, went_well = found.get(employer, (0, 0))
                found[employer] = ended + count, went_well + (count if well else 0)
    return found


def effects_seen(connection: sa.Connection, *, fictional: bool) -> dict[tuple[str, str, str], float]:
    """Give by how many steps measures lowered dimensions in trials that are over, by (trial, measure, dimension).

    Released trials only, real or fictional ones, never both; of several reviews of one trial the last counts. The same
    trials come in the same order, whatever the database.
    """
    said = sa.cast(trial_review.c.effects, sa.Text)
    query = sa.select(trial_review.c.trial_id, trial_review.c.day, trial_review.c.position, said)
    query = query.join(trial, trial.c.id == trial_review.c.trial_id).where(
        trial.c.released,
        trial.c.fictional.is_(fictional),
        trial.c.course.in_([Course.ENDED.value, Course.INTERRUPTED.value]),
        said != "[]",
    )
    rows = sorted(tuple(row) for row in connection.execute(query))
    effects = json.loads(f"[{','.join(text for *_, text in rows)}]")  # one text is read ten times as fast as many
    return {
        (row[0], measure, dimension): steps
        for row, several in zip(rows, effects, strict=True)
        for measure, dimension, steps in several
    }


def _remove(connection: sa.Connection, column: sa.Column[str], values: Sequence[str]) -> int:
    gone = 0
    for start in range(0, len(values), _AT_ONCE):
        gone += connection.execute(sa.delete(column.table).where(column.in_(values[start : start + _AT_ONCE]))).rowcount
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
        interruption=_maybe_interruption(row.interruption),
        outcome=_maybe_outcome(row.outcome),
        retention=Retention(row.retained_at_3, row.retained_at_6, row.retained_at_12),
        tasks=tuple(tasks),
        measures=tuple(row.measures),
        reviews=tuple(reviews),
    )


def _maybe_interruption(stored: str | None) -> Interruption | None:
    return None if stored is None else Interruption(stored)


def _maybe_outcome(stored: str | None) -> Outcome | None:
    return None if stored is None else Outcome(stored)
