"""What the answers of a workshop change: levels beside the estimates, facts of tasks, new tasks. Nothing is stored.

What the store says already changes nothing, so a sheet may be read twice, or mended and read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rapidfuzz import fuzz, process

from data.conditions import LANGUAGE_LEVELS, Condition, Need
from data.errors import RowFault
from data.imports.task_list import TaskRow
from data.imports.workshop_results import (
    Answered,
    ConditionAnswer,
    LevelAnswer,
    NewTaskAnswer,
    TaskAnswer,
    WorkshopAnswers,
)
from data.levels import TOP, Level, Source, most_direct
from data.workplaces import Employer, Job, Site, Task

from .deidentification import check_personal, without_personal
from .workplace_reading import task_of_row
from .workshop_cards import levels_that_count

CONFIRMED_WIDTH = 0.5
"""Steps to each side of a level that people at the workplace stated, as in ``worktrial import corrections``."""

CORRECTED = "corrected"
"""The evidence of a level that came back from people; their note may follow it."""

LEAST_LIKE_TEXT, LEAST_LIKE_JOB = 95, 86


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A level that people stated, and what counted before (None: unknown)."""

    task: Task
    dimension: str
    before: float | None
    level: Level
    confirms: bool


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A task as it is and as it will be; ``about`` names the fields that differ."""

    before: Task
    after: Task
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be added to a job."""

    job: Job
    task: Task


@dataclass(frozen=True, slots=True)
class WorkshopChanges:
    """All that a results sheet would change; ``same`` counts the answers that the store holds already."""

    levels: tuple[LevelChange, ...]
    tasks: tuple[TaskChange, ...]
    new_tasks: tuple[NewTask, ...]
    same: int
    faults: tuple[RowFault, ...]

    @property
    def any(self) -> bool:
        """Tell whether anything would change."""
        return bool(self.levels or self.tasks or self.new_tasks)


class _Reading:
    """What is known at the workplace, and what was found so far."""

    def __init__(self, employers: Iterable[Employer]) -> None:
        self.sites: tuple[Site, ...] = tuple(site for employer in employers for site in employer.sites)
        self.jobs = {job.id: job for site in self.sites for job in site.jobs}
        self.tasks = {task.id: (task, job) for job in self.jobs.values() for task in job.tasks}
        self.faults: list[RowFault] = []
        self.same = 0

    def fault(self, at: Answered | NewTaskAnswer, code: str, reason: str, way_out: str, close: Iterable[str]) -> None:
        self.faults.append(RowFault(at.row, at.sheet, code, reason, way_out, tuple(close)))

    def task(self, at: Answered) -> Task | None:
        """Find the task of an answer: by id, or by its words where there is no such id."""
        if at.task_id in self.tasks:
            return self.tasks[at.task_id][0]
        texts = {id_: task.text for id_, (task, _) in self.tasks.items()}
        if at.text and not at.task_id:
            found = process.extract(at.text, texts, scorer=fuzz.ratio, score_cutoff=LEAST_LIKE_TEXT, limit=2)
            if len(found) == 1:
                return self.tasks[str(found[0][2])][0]
        close = process.extract(at.task_id or at.text, list(self.tasks if at.task_id else texts.values()), limit=3)
        reason, way_out = "there is no such task in the store", "Leave the id as it was on the sheet."
        self.fault(at, "unknown_task", reason, way_out, [str(one)[:80] for one, _, _ in close])
        return None


def workshop_changes(answers: WorkshopAnswers, employers: Sequence[Employer], on: date) -> WorkshopChanges:
    """Work out what the answers change at the workplaces that they are about; ``on`` is the day of the workshop."""
    reading = _Reading(employers)
    levels = tuple(_levels(answers.levels, reading, on))
    tasks = tuple(_tasks(answers.tasks, answers.conditions, reading))
    new = tuple(_new_tasks(answers.new_tasks, reading))
    return WorkshopChanges(levels, tasks, new, reading.same, tuple(reading.faults))


def _levels(answers: Sequence[LevelAnswer], reading: _Reading, on: date) -> Iterable[LevelChange]:
    first: dict[tuple[str, str], LevelAnswer] = {}
    for one in answers:
        task = reading.task(one.at)
        if task is None:
            continue
        earlier = first.setdefault((task.id, one.dimension), one)
        if earlier is not one:
            if earlier.level != one.level:
                reason = f"row {earlier.at.row} gives another level for the same task and load"
                reading.fault(one.at, "twice", reason, "Leave one of them.", [str(earlier.at.row)])
            continue
        if _is_stated(task, one, on):
            reading.same += 1
            continue
        known = levels_that_count(task, reading.tasks[task.id][1]).get(one.dimension)
        low, high = max(0.0, one.level - CONFIRMED_WIDTH), min(TOP, one.level + CONFIRMED_WIDTH)
        note = without_personal(check_personal(one.note)) if one.note else ""
        level = Level(one.level, low, high, Source.EMPLOYER, f"{CORRECTED}: {note}" if note else CORRECTED, on)
        yield LevelChange(task, one.dimension, None if known is None else known.value, level, one.confirms)


def _is_stated(task: Task, said: LevelAnswer, on: date) -> bool:
    """Tell whether the workplace stated this level last, or already on that day."""
    stated = [
        level
        for level in task.levels.get(said.dimension, ())
        if level.source is Source.EMPLOYER and level.evidence.startswith(CORRECTED)
    ]
    last = most_direct(stated)
    of_day = any(level.stated_on == on and level.value == said.level for level in stated)
    return of_day or (last is not None and last.value == said.level)


def _tasks(
    answers: Sequence[TaskAnswer], conditions: Sequence[ConditionAnswer], reading: _Reading
) -> Iterable[TaskChange]:
    after: dict[str, Task] = {}
    said: list[TaskAnswer | ConditionAnswer] = [*answers, *conditions]
    for one in said:
        task = reading.task(one.at)
        if task is None:
            continue
        now = after.get(task.id, task)
        faults = len(reading.faults)
        changed = _corrected(now, one, reading) if isinstance(one, TaskAnswer) else _conditioned(now, one, reading)
        if changed == now and len(reading.faults) == faults:
            reading.same += 1
        after[task.id] = changed
    for id_, task in after.items():
        before = reading.tasks[id_][0]
        about = tuple(name for name, value in _FIELDS.items() if value(before) != value(task))
        if about:
            yield TaskChange(before, task, about)


_FIELDS: Mapping[str, Callable[[Task], object]] = {
    "hours": lambda task: task.hours_per_week,
    "extends": lambda task: task.extends_to_hours_per_week,
    "core": lambda task: task.core,
    "divisible": lambda task: task.divisible,
    "conditions": lambda task: task.conditions,
}
"""What a workshop may correct of a task."""


def _corrected(task: Task, said: TaskAnswer, reading: _Reading) -> Task:
    """Apply one row; a task that cannot be divided is taken whole, and no least is above the hours."""
    hours = task.hours_per_week if said.hours is None else said.hours
    most = task.extends_to_hours_per_week if said.extends_to_hours is None else said.extends_to_hours
    if said.extends_to_hours is not None and said.extends_to_hours < hours:
        reason = "it could be at most fewer hours than it is now"
        reading.fault(said.at, "below_hours", reason, "Write at least the hours of now, or nothing.", ())
        most = task.extends_to_hours_per_week
    divisible = task.divisible if said.divisible is None else said.divisible
    return replace(
        task,
        hours_per_week=hours,
        extends_to_hours_per_week=most,
        core=task.core if said.core is None else said.core,
        divisible=divisible,
        min_hours_per_week=_least(task, hours, divisible),
    )


def _least(task: Task, hours: float, divisible: bool) -> float:
    """Give the fewest hours of a task after a correction; what was a whole task before may now be taken in any part."""
    if not divisible:
        return hours
    return min(task.min_hours_per_week, hours) if task.divisible else 0.0


def _conditioned(task: Task, said: ConditionAnswer, reading: _Reading) -> Task:
    """Add, change or take away one condition; what holds for the whole job cannot be eased for a single task."""
    asked = said.condition
    wanted = None if said.need is None else replace(asked, need=said.need)
    of_job = next((one for one in reading.tasks[task.id][1].conditions if _same(one, asked)), None)
    rest = tuple(one for one in task.conditions if not _same(one, asked))
    if of_job is not None and (wanted is None or _eases(wanted, of_job)):
        reason = "the condition holds for the whole job, not for this task alone"
        reading.fault(said.at, "of_job", reason, "Correct it in the employer's task list.", ())
        return task
    if wanted is None:
        return replace(task, conditions=rest)
    if wanted in task.conditions or (wanted == of_job and len(rest) == len(task.conditions)):
        return task
    return replace(task, conditions=(*rest, wanted))


def _eases(wanted: Condition, of_job: Condition) -> bool:
    """Tell whether a condition asks less than the job does: a wish for a must, or a lower level of a language."""
    lower = bool(of_job.language) and LANGUAGE_LEVELS.index(wanted.value) < LANGUAGE_LEVELS.index(of_job.value)
    return lower or (wanted.need is Need.WISH and of_job.need is Need.MUST)


def _same(one: Condition, other: Condition) -> bool:
    """Tell whether two conditions are about the same permit, language, licence ..., whatever level is asked for."""
    if one.type is not other.type:
        return False
    return one.language == other.language if one.language else one.value == other.value


def _new_tasks(answers: Sequence[NewTaskAnswer], reading: _Reading) -> Iterable[NewTask]:
    seen: set[str] = set()
    titles: dict[str, list[Job]] = {}
    for job in reading.jobs.values():
        titles.setdefault(job.title, []).append(job)
    for one in answers:
        found = process.extractOne(one.job, list(titles), scorer=fuzz.ratio, score_cutoff=LEAST_LIKE_JOB)
        if found is None:
            close = [title for title, _, _ in process.extract(one.job, list(titles), limit=3)]
            reason, way_out = "there is no such job at this workplace", "Write the title of a job that the sheet names."
            reading.fault(one, "unknown_job", reason, way_out, close)
            continue
        job = titles[found[0]][0]
        key = f"{job.id}.w{hashlib.sha256(_plain(one.text).encode()).hexdigest()[:8]}"
        if key in reading.tasks or any(_plain(task.text) == _plain(one.text) for task in job.tasks) or key in seen:
            reading.same += 1
            continue
        seen.add(key)
        row = TaskRow(one.row, one.text, one.hours, job.title, core=one.core, divisible=one.divisible)
        yield NewTask(job, task_of_row(key, row))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
