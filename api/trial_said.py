"""What somebody says of a trial: a line to draft, terms, a review, one move; pages and HTTP service read it alike."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from data.accounts import Role
from data.trial_document_facts import HalfDay
from data.trial_lifecycle import Asked, Channel, Heard, Move, RaisedFlag, TrialTerms
from data.trials import MeasureEffect, Outcome, TrialReview, TriedTask

from .http.named import Key, Step

Text = Annotated[str, Field(max_length=2000)]
Hours = Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DraftAsked(_Said):
    """The line of a shown list that is to become a trial: number of the list, rank on it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"run": 1, "rank": 1}]})

    run: Annotated[int, Field(ge=1, le=2**53 - 1)]
    rank: Annotated[int, Field(ge=1, le=1000)]


class TaskSaid(_Said):
    """A task and its weekly hours."""

    task: Key
    hours_per_week: Hours


class HalfDaySaid(_Said):
    """A half-day of the week, like ``mon_am``, and its hours."""

    block: Annotated[str, Field(max_length=10)]
    hours: Hours


class TermsSaid(_Said):
    """Terms of a trial; what is left out is not said."""

    tasks: Annotated[list[TaskSaid], Field(max_length=100)] = []
    week: Annotated[list[HalfDaySaid], Field(max_length=14)] = []
    measures: Annotated[list[Key], Field(max_length=100)] = []
    starts: date | None = None
    ends: date | None = None
    supervisor: Annotated[str, Field(max_length=200)] = ""
    goal: Text = ""
    reviews: Annotated[list[date], Field(max_length=60)] = []
    pathway: Annotated[str, Field(max_length=100)] = ""
    kept: Annotated[dict[Key, bool], Field(max_length=60)] = {}
    host: Annotated[str, Field(max_length=60)] = "company"
    full_time_hours: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] | None = None
    contract_months_after: Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)] | None = None

    def record(self) -> TrialTerms:
        """Give the terms as the engine takes them."""
        plain = self.model_dump(exclude={"tasks", "week", "measures", "reviews"})
        return TrialTerms(
            tasks=tuple(TriedTask(one.task, one.hours_per_week) for one in self.tasks),
            week=tuple(HalfDay(one.block, one.hours) for one in self.week),
            measures=tuple(self.measures),
            reviews=tuple(self.reviews),
            **plain,
        )


class EffectSaid(_Said):
    """By how many steps a measure lowered a dimension, as those on the spot saw it."""

    measure: Key
    dimension: Key
    steps: Annotated[float, Field(ge=-5, le=5, allow_inf_nan=False)]


class ReviewSaid(_Said):
    """What was seen on a day of the trial, on the scale of levels."""

    day: date
    loads: Annotated[dict[Key, Step], Field(max_length=60)] = {}
    performance: Step | None = None
    strain: Step | None = None
    effects: Annotated[list[EffectSaid], Field(max_length=100)] = []

    def record(self) -> TrialReview:
        """Give the review as the engine takes it."""
        effects = tuple(MeasureEffect(one.measure, one.dimension, one.steps) for one in self.effects)
        return TrialReview(self.day, dict(self.loads), self.performance, self.strain, effects)


class FlagSaid(_Said):
    """A flag of the suggestion: its kind and what it is about."""

    kind: Key
    about: Annotated[list[Key], Field(max_length=60)] = []


class HeardSaid(_Said):
    """Whose word a coach writes down, and how it was said."""

    party: Literal["candidate", "employer"]
    how: Literal["in_person", "on_paper", "by_phone", "by_message"]


class MoveAsked(_Said):
    """One move of a trial. ``seen``: the version that was read (employers: the word ``seen`` of what they read)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={
        "examples": [{"move": "candidate_accepts", "seen": 3}]
    })  # fmt: skip

    move: Move
    seen: Annotated[int, Field(ge=1, le=2**31 - 1)] | Annotated[str, Field(min_length=1, max_length=100)]
    heard: HeardSaid | None = None
    reason: Annotated[str, Field(max_length=60)] = ""
    note: Text = ""
    terms: TermsSaid | None = None
    flag: FlagSaid | None = None
    text: Text = ""
    answer_by: date | None = None
    review: ReviewSaid | None = None
    outcome: Outcome | None = None
    months: Annotated[int, Field(ge=0, le=12)] = 0
    in_work: bool | None = None
    answer: bool | None = None

    def asked(self) -> Asked:
        """Give what is asked as the engine takes it."""
        return Asked(
            move=self.move,
            heard=None if self.heard is None else Heard(Role(self.heard.party), Channel(self.heard.how)),
            reason=self.reason,
            note=self.note,
            terms=None if self.terms is None else self.terms.record(),
            flag=None if self.flag is None else RaisedFlag(self.flag.kind, tuple(self.flag.about)),
            text=self.text,
            answer_by=self.answer_by,
            review=None if self.review is None else self.review.record(),
            outcome=self.outcome,
            months=self.months,
            in_work=self.in_work,
            answer=self.answer,
        )
