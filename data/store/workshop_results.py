"""Stores what came back from a workshop: levels beside the estimates, corrected facts of tasks, new tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from ..levels import Level
from ..workplaces import Job, Task
from .level_rows import level_rows
from .schema import job, task, task_level
from .workplaces import _insert, _note_changes, _task_row, add_task_levels

_PLACE, _NOWHERE = {"id", "job_id", "position"}, Job("", "", ())


def add_stated_levels(connection: sa.Connection, levels: Mapping[str, Mapping[str, Level]]) -> int:
    """Put stated levels beside the estimates; what the same source said the same day on the same thing is replaced.

    Everything else that is known of a task stays. Returns how many were stored.
    """
    for id_, by_dimension in levels.items():
        for dimension, level in by_dimension.items():
            connection.execute(
                sa.delete(task_level).where(
                    task_level.c.task_id == id_,
                    task_level.c.dimension == dimension,
                    task_level.c.source == level.source.value,
                    task_level.c.stated_on == level.stated_on,
                )
            )
    return add_task_levels(connection, levels)[0]


def correct_tasks(connection: sa.Connection, tasks: Sequence[Task]) -> None:
    """Write the facts of tasks anew (hours, core, divisible, conditions ...); their levels and places stay."""
    ids = [one.id for one in tasks]
    _note_changes(connection, sa.select(job.c.site_id).join(task).where(task.c.id.in_(ids)).distinct())
    for one in tasks:
        values = {name: value for name, value in _task_row(_NOWHERE, 0, one).items() if name not in _PLACE}
        connection.execute(sa.update(task).where(task.c.id == one.id).values(values))


def add_tasks(connection: sa.Connection, tasks: Mapping[str, Sequence[Task]]) -> None:
    """Add tasks to jobs (by job id), after those that are there."""
    _note_changes(connection, sa.select(job.c.site_id).where(job.c.id.in_(list(tasks))).distinct())
    for id_, several in tasks.items():
        last = connection.scalar(sa.select(sa.func.max(task.c.position)).where(task.c.job_id == id_))
        first = 0 if last is None else last + 1
        _insert(connection, task, [_task_row(Job(id_, "", ()), first + at, one) for at, one in enumerate(several)])
        _insert(connection, task_level, [row for one in several for row in level_rows("task_id", one.id, one.levels)])


def sites_of_tasks(connection: sa.Connection, ids: Iterable[str]) -> list[str]:
    """Name the sites at which tasks are, sorted; unknown ids say nothing."""
    asked = sa.select(job.c.site_id).join(task).where(task.c.id.in_(list(ids))).distinct()
    return sorted(connection.scalars(asked))
