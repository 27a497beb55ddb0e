"""What an employer offers: tasks in own words, the loads and conditions read from them, and what the employer says.

draft -> proposed -> confirmed -> expired or withdrawn. Proposed tasks are in the market as any list of tasks is: with
estimates that say so. Confirmed ones carry the employer's own levels beside them. A posting that nobody has confirmed
for ninety days is not offered any more, but it is kept and can be confirmed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from .conditions import Condition
from .errors import InvalidInput, WorkTrialError
from .levels import TOP, Level, Source
from .table_cells import USUAL_WIDTH
from .workplaces import POSTED, Task

STALE_AFTER = timedelta(days=90)
MOST_TASKS = 200


class PostingState(StrEnum):
    """How far a posting is."""

    DRAFT = "draft"  # tasks in the employer's words, nothing read from them yet
    PROPOSED = "proposed"  # loads and conditions are proposed; they wait to be confirmed
    CONFIRMED = "confirmed"
    EXPIRED = "expired"  # not confirmed for too long; not offered
    WITHDRAWN = "withdrawn"


MAY_BECOME: Mapping[PostingState, frozenset[PostingState]] = {
    PostingState.DRAFT: frozenset({PostingState.PROPOSED, PostingState.WITHDRAWN}),
    PostingState.PROPOSED: frozenset({PostingState.CONFIRMED, PostingState.EXPIRED, PostingState.WITHDRAWN}),
    PostingState.CONFIRMED: frozenset({PostingState.CONFIRMED, PostingState.EXPIRED, PostingState.WITHDRAWN}),
    PostingState.EXPIRED: frozenset({PostingState.CONFIRMED, PostingState.WITHDRAWN}),
    PostingState.WITHDRAWN: frozenset(),
}
IN_MARKET = frozenset({PostingState.PROPOSED, PostingState.CONFIRMED})


class PostingStateRefused(WorkTrialError):
    """A posting cannot become that from where it is."""

    code = "posting_state_refused"
    exit_code = 7

    def __init__(self, state: PostingState, wanted: PostingState) -> None:
        ways = ", ".join(sorted(MAY_BECOME[state])) or "nothing"
        super().__init__(f"A posting that is {state.value} cannot become {wanted.value}; it can become: {ways}.")


@dataclass(frozen=True, slots=True)
class ProposedLoad:
    """A level that was read, the words of the text that drove it ("" when none did), and whether it plans already."""

    level: Level
    words: str
    plans: bool

    @property
    def shown(self) -> float:
        """Give the nearest half step: what the employer is asked about."""
        return round(self.level.value * 2) / 2


@dataclass(frozen=True, slots=True)
class ProposedCondition:
    """A boundary condition that was read, and the words that say it."""

    condition: Condition
    words: str


@dataclass(frozen=True, slots=True)
class PostedTask:
    """One task of a posting: as it stands in the market, and what was read from its words by dimension.

    ``hours_known``: the words, or the employer since, say its weekly hours; otherwise they are assumed.
    """

    task: Task
    loads: Mapping[str, ProposedLoad] = field(default_factory=dict)
    conditions: tuple[ProposedCondition, ...] = ()
    hours_known: bool = True


@dataclass(frozen=True, slots=True)
class Posting:
    """One offer of an employer at a site. Times are UTC (ISO 8601); ``on_behalf``: a coach confirmed for the employer.

    ``employer`` and ``site`` are ids; names and municipality hold where they are not in the store yet. ``isco`` and
    ``esco``: what the job is by the classifications (``data.esco``), as the employer said it.
    """

    id: str
    employer: str
    site: str
    job_title: str
    state: PostingState
    created_at: str
    created_by: str
    tasks: tuple[PostedTask, ...]
    employer_name: str = ""
    site_name: str = ""
    municipality: str = ""
    confirmed_at: str | None = None
    confirmed_by: str | None = None
    on_behalf: bool = False
    ended_at: str | None = None
    isco: str = ""
    esco: str = ""

    @property
    def job(self) -> str:
        """Give the id of the job under which its tasks stand in the market."""
        return f"{self.site}.{POSTED}{self.id}"

    def stale_on(self, after: timedelta = STALE_AFTER) -> date:
        """Give the day from which it is not offered any more, counted from the last confirmation or its making."""
        return (datetime.fromisoformat(self.confirmed_at or self.created_at) + after).date()


@dataclass(frozen=True, slots=True)
class TaskAnswer:
    """What the employer says of one task: a level (0-5, half steps) for each proposed load, or None: not known.

    Further dimensions may be named. None elsewhere: as proposed. ``carvable`` False: the task is not to be given away.
    """

    task: str
    levels: Mapping[str, float | None]
    hours: float | None = None
    core: bool | None = None
    divisible: bool | None = None
    conditions: tuple[Condition, ...] | None = None
    carvable: bool = True


def answered(tasks: Sequence[PostedTask], answers: Sequence[TaskAnswer], on: date) -> tuple[PostedTask, ...]:
    """Put an employer's answers beside what was read; InvalidInput names what is not answered or not a step.

    Estimates stay beside the answers; a task that is not carvable becomes core.
    """
    by_task = {answer.task: answer for answer in answers}
    if len(by_task) < len(answers) or by_task.keys() != {posted.task.id for posted in tasks}:
        raise InvalidInput("answers", "they are not one for each task", ", ".join(one.task.id for one in tasks[:3]))
    return tuple(_answered(posted, by_task[posted.task.id], on) for posted in tasks)


def _answered(posted: PostedTask, answer: TaskAnswer, on: date) -> PostedTask:
    if missing := sorted(posted.loads.keys() - answer.levels.keys()):
        raise InvalidInput(
            f"task {posted.task.id}", f"{len(missing)} proposed loads are not answered ({', '.join(missing[:3])})",
            "a level, or null where it is not known",
        )  # fmt: skip
    levels = {dimension: tuple(several) for dimension, several in posted.task.levels.items()}
    for dimension, value in answer.levels.items():
        before = tuple(one for one in levels.get(dimension, ()) if one.source is not Source.EMPLOYER or _read(one))
        if value is None:
            levels[dimension] = before
            continue
        proposed = posted.loads.get(dimension)
        evidence = "confirmed" if proposed is not None and proposed.shown == value else "corrected"
        levels[dimension] = (*before, _stated(posted.task.id, value, evidence, on))
    hours = posted.task.hours_per_week if answer.hours is None else answer.hours
    if not 0 < hours <= 60:
        raise InvalidInput(f"task {posted.task.id}", "these are no weekly hours", "above 0 and at most 60")
    divisible = posted.task.divisible if answer.divisible is None else answer.divisible
    task = replace(
        posted.task,
        hours_per_week=hours,
        core=not answer.carvable or (posted.task.core if answer.core is None else answer.core),
        divisible=divisible,
        min_hours_per_week=min(posted.task.min_hours_per_week, hours) if divisible else hours,
        conditions=posted.task.conditions if answer.conditions is None else answer.conditions,
        levels={dimension: several for dimension, several in levels.items() if several},
    )
    return replace(posted, task=task, hours_known=posted.hours_known or answer.hours is not None)


def _read(level: Level) -> bool:
    """Tell whether an employer's level was read from a figure in the text rather than answered."""
    return level.stated_on is None


def _stated(task: str, value: float, evidence: str, on: date) -> Level:
    if not 0 <= value <= TOP or not (value * 2).is_integer():
        raise InvalidInput(f"task {task}", "a level is not a step of the scale", "0 to 5, in half steps")
    width = USUAL_WIDTH if value else 0.0
    return Level(value, max(0.0, value - width), min(TOP, value + width), Source.EMPLOYER, evidence, on)
