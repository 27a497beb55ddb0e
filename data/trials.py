"""Trials as they went: what was tried where, what it came to, what was seen on the way, and whether it went well.

Frozen records without names or free text: a trial is kept for years and is learned from. Who may be learned from is the
candidate's choice (``released``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Course(StrEnum):
    """Where a trial is: running, running with changes, broken off, or run to its end."""

    STARTED = "started"
    ADAPTED = "adapted"
    INTERRUPTED = "interrupted"
    ENDED = "ended"


class Interruption(StrEnum):
    """Why a trial was broken off."""

    HEALTH = "health"  # the person's health got worse
    TOO_DEMANDING = "too_demanding"  # tasks or hours were too much
    NOT_WANTED = "not_wanted"  # the person did not want to go on
    CONDITIONS = "conditions"  # way, times, childcare, premises
    SUPPORT_LACKING = "support_lacking"  # guidance or agreed measures were missing
    EMPLOYER_NOT_SATISFIED = "employer_not_satisfied"
    EMPLOYER_SITUATION = "employer_situation"  # closed, laid off, moved: nothing to do with the match
    NEXT_STEP = "next_step"  # hired, or a job or training came before the end
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What a trial came to."""

    HIRED = "hired"
    HIRED_WITH_CHANGES = "hired_with_changes"
    OTHER_JOB = "other_job"
    TRAINING = "training"
    NONE = "none"


IN_WORK = frozenset({Outcome.HIRED, Outcome.HIRED_WITH_CHANGES, Outcome.OTHER_JOB})
"""Outcomes after which there is a job that may last."""

RETENTION_MONTHS = (3, 6, 12)


@dataclass(frozen=True, slots=True)
class Retention:
    """Whether the person was still in that work after 3, 6 and 12 months; None is unknown."""

    at_3: bool | None = None
    at_6: bool | None = None
    at_12: bool | None = None

    def answers(self) -> tuple[tuple[int, bool | None], ...]:
        """Pair months and answers."""
        return tuple(zip(RETENTION_MONTHS, (self.at_3, self.at_6, self.at_12), strict=True))


@dataclass(frozen=True, slots=True)
class TriedTask:
    """A task of the part-job that was tried, and its weekly hours."""

    task: str
    hours_per_week: float


@dataclass(frozen=True, slots=True)
class MeasureEffect:
    """By how many steps a measure lowered a dimension, as those on the spot saw it (-5 to 5; below 0: worse)."""

    measure: str
    dimension: str
    steps: float


@dataclass(frozen=True, slots=True)
class TrialReview:
    """What was seen on one day of a trial, on the same 0-5 scale as loads and capacities.

    ``loads``: observed level of the work by dimension. ``performance``: 0 nothing succeeds to 5 as agreed and more;
    ``strain``: 0 none to 5 unbearable, as the person says. None: nobody said.
    """

    day: date
    loads: Mapping[str, float] = field(default_factory=dict)
    performance: float | None = None
    strain: float | None = None
    effects: tuple[MeasureEffect, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial of one person at one site.

    ``suggestion`` and ``run``: what was shown, where that is known. ``decided_on``: the day on which the trial was
    decided; without it the first day counts. ``group``: line of business, over which scorers pool. ``released``: the
    candidate lets it be learned from; silence is a no.
    """

    id: str
    candidate: str
    employer: str
    site: str
    starts: date
    course: Course
    tasks: tuple[TriedTask, ...]
    measures: tuple[str, ...] = ()
    decided_on: date | None = None
    planned_end: date | None = None
    ended_on: date | None = None
    interruption: Interruption | None = None
    outcome: Outcome | None = None
    retention: Retention = Retention()
    reviews: tuple[TrialReview, ...] = ()
    pathway: str = ""
    suggestion: str = ""
    run: str = ""
    group: str = ""
    released: bool = False
    fictional: bool = False

    @property
    def day_of_decision(self) -> date:
        """Give the day as of which the trial is learned from."""
        return self.decided_on or self.starts

    @property
    def hours_per_week(self) -> float:
        """Add up the weekly hours."""
        return sum(task.hours_per_week for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a trial went well (None: not judged), and the rule that says so."""

    went_well: bool | None
    reason: str


def went_well(trial: Trial) -> Judgement:
    """Tell whether a trial went well, did not, or cannot be judged (yet): the one rule that everything learns from.

    Well is what vocational rehabilitation is for: work, or training towards it (in Finland two of three went back to
    work in 2023, FIELD.md; outcome codes and retention: FIELD.md items 93 and 94). So:

    - still running, or ended without an outcome: not judged;
    - broken off because of the employer's own situation, without an outcome: not judged, it says nothing of the match;
    - a job that was known to be gone within three months: not well; later losses do not change what the trial showed;
    - a job (there, with changes, or elsewhere) or training: well, also when it came before the planned end;
    - everything else that was broken off, and ending with nothing: not well.

    >>> plain = Trial("t", "c", "e", "e.s", date(2026, 1, 7), Course.INTERRUPTED, (), interruption=Interruption.HEALTH)
    >>> went_well(plain)
    Judgement(went_well=False, reason='broken_off')
    """
    return judged(trial.course, trial.interruption, trial.outcome, trial.retention.at_3)


def judged(
    course: Course, interruption: Interruption | None, outcome: Outcome | None, retained_at_3: bool | None
) -> Judgement:
    """Judge a trial by what the rule of ``went_well`` looks at, where the rest of the trial is not at hand.

    >>> judged(Course.ENDED, None, Outcome.HIRED, retained_at_3=False)
    Judgement(went_well=False, reason='job_gone_within_3_months')
    """
    if course not in {Course.ENDED, Course.INTERRUPTED}:
        return Judgement(None, "not_ended")
    if outcome in IN_WORK:
        gone = retained_at_3 is False
        return Judgement(not gone, "job_gone_within_3_months" if gone else "work")
    if outcome is Outcome.TRAINING:
        return Judgement(True, "training")
    if course is Course.INTERRUPTED:
        if interruption is Interruption.EMPLOYER_SITUATION:
            return Judgement(None, "employer_situation")
        return Judgement(False, "broken_off")
    return Judgement(None, "no_outcome_yet") if outcome is None else Judgement(False, "nothing_followed")
