"""Trials over HTTP: from a line of a list to the last follow-up, each party seeing and deciding what is theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from data.accounts import Role
from data.errors import InvalidInput
from data.permissions import Relation
from data.store import get_plan
from data.store.change_receipts import Receipt
from data.store.emergency_access import emergencies_waiting
from data.trial_document_facts import HalfDay
from data.trial_lifecycle import Asked, Channel, Heard, Move, MoveRefused, RaisedFlag, TrialPlan, TrialTerms
from data.trial_moves import PARTIES
from data.trials import MeasureEffect, Outcome, TrialReview, TriedTask
from matching.trial_lifecycle import DueKind

from ..access.errors import NotNow, NotYours
from ..access.login import random_id
from ..access.policy import allowed_relation, asker, needs
from ..access.principal import Principal, people_in_view
from ..emergency_words import emergency_as_json
from ..http.changes import Once, receipt
from ..http.named import CandidateId, Key, Lang, RandomId, Step
from ..http.problems import Problem, language_of
from ..messages import Messages
from ..postings import EmployersDue, employers_due, employers_due_as_json
from ..trial_calendar import trials_as_calendar
from ..trial_plans import draft_from_list, move_trial, needs_attention, what_next
from ..trial_words import (
    DAYS_OF_ALL,
    TOLD_TO_EMPLOYERS,
    attention_text,
    moves_as_json,
    plan_as_json,
    reasons_as_json,
    refusal_text,
    seen_by_employer,
)
from ..trials_in_view import trials_in_view

router = APIRouter(prefix="/api/v1", tags=["trials"])

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


@router.post(
    "/candidates/{candidate_id}/trials", status_code=201, summary="Make a draft of a line of a list",
    dependencies=[needs("trial.draft", "candidate_id")],
)  # fmt: skip
def draft(
    request: Request, candidate_id: CandidateId, asked: DraftAsked, once: Once, lang: Lang | None = None
) -> Response:
    """Make a draft with all flags of the suggestion; each needs a written reason before it can be proposed."""
    who, now = asker(request), datetime.now(UTC)

    def change(connection: sa.Connection) -> Receipt:
        plan = draft_from_list(connection, asked.run, asked.rank, who.actor, random_id(), now, candidate_id)
        place = {"Location": f"/api/v1/trials/{plan.id}"}
        return receipt({"trial": plan.id, "state": plan.state.value, "version": plan.version}, 201, place)

    try:
        return once(change)
    except MoveRefused as refused:
        raise _refusal(request, refused, lang) from refused


@router.get("/trials", summary="The trials that are mine to see", dependencies=[needs("trial.list")])
def list_trials(request: Request, lang: Lang = "fi") -> dict[str, Any]:
    """List trials: a coach those of the caseload, a candidate their own, an employer those at the own sites."""
    who, messages = asker(request), Messages(lang)
    plans = trials_in_view(request.app.state.store, who, "trial.list", _today())
    return {"trials": [_as_json(plan, who, messages) for plan in plans]}


@router.get("/trials/reasons", summary="Reasons that can be given at a move", dependencies=[needs("rules.read")])
def list_reasons(request: Request, lang: Lang = "fi") -> dict[str, Any]:
    """List for every move and party the reasons of the closed list; an employer and a candidate get their own."""
    role, messages = asker(request).actor.role, Messages(lang)
    parties = (role,) if role in (Role.EMPLOYER, Role.CANDIDATE) else PARTIES
    offered = [(one, party, reasons_as_json(one, party, messages)) for one in Move for party in parties]
    return {
        "moves": [
            {"move": one.value, "text": messages.text(f"trial.move.{one.value}"), "by": party.value, "reasons": given}
            for one, party, given in offered
            if given
        ]
    }


@router.get("/trials/{trial_id}", summary="One trial", dependencies=[needs("trial.read", "trial_id")])
def read(request: Request, trial_id: RandomId, lang: Lang = "fi") -> dict[str, Any]:
    """Give a trial as its reader may see it."""
    with request.app.state.store.read() as connection:
        plan = get_plan(connection, trial_id)
    return _as_json(plan, asker(request), Messages(lang))


@router.get("/trials/{trial_id}/next", summary="What can be done next", dependencies=[needs("trial.next", "trial_id")])
def next_moves(request: Request, trial_id: RandomId, lang: Lang = "fi") -> dict[str, Any]:
    """List the open moves, whose each is, and what is missing for it."""
    return {"moves": moves_as_json(what_next(request.app.state.store, trial_id, _today()), Messages(lang))}


@router.post(
    "/trials/{trial_id}/moves", summary="Make one move of a trial", dependencies=[needs("trial.move", "trial_id")]
)
def move(request: Request, trial_id: RandomId, asked: MoveAsked, once: Once, lang: Lang | None = None) -> Response:
    """Make a move in one's own name, all or nothing; 409 says which rule stands in the way, or that it has moved on.

    The sentence of a refusal is in ``lang``, else in the language of ``Accept-Language``.
    """
    who, now = asker(request), datetime.now(UTC)
    if (who.actor.role is Role.EMPLOYER) != isinstance(asked.seen, str):
        raise InvalidInput("seen", "it does not name what was read", "version (employers: seen) of the trial as read")

    def change(connection: sa.Connection) -> Receipt:
        plan = move_trial(connection, trial_id, asked.seen, asked.asked(), who.actor, now)
        seen = seen_by_employer(plan) if who.actor.role is Role.EMPLOYER else plan.version
        return receipt({"trial": plan.id, "state": plan.state.value, "seen": seen})

    try:
        return once(change)
    except MoveRefused as refused:
        if who.actor.role is Role.EMPLOYER and refused.rule not in TOLD_TO_EMPLOYERS:
            raise NotNow from refused
        raise _refusal(request, refused, lang) from refused


@router.get("/attention", summary="What waits for a human", dependencies=[needs("attention.read")])
def attention(request: Request, lang: Lang = "fi") -> dict[str, Any]:
    """List open flags, awaited answers, reviews and follow-ups due in the caseload, the earliest day first.

    Before them, profiles that somebody opened in an emergency, until one takes note; an administrator sees these only.
    And with employers, within two weeks: whom the organisation is to be in touch with, and offers that run out.
    """
    who, messages = asker(request), Messages(lang)
    relation = allowed_relation(who, "attention.read")
    with request.app.state.store.read() as connection:
        people = people_in_view(connection, who, relation)
        opened = emergencies_waiting(connection, people)
    admin = relation is Relation.TENANT
    found = () if admin else needs_attention(request.app.state.store, who.actor.tenant, _today(), people)
    due = EmployersDue((), ()) if admin else employers_due(request.app.state.store, who.actor.tenant, _today())
    return {
        "attention": [emergency_as_json(one, messages, with_reason=not admin) for one in opened]
        + [
            {
                "trial": one.plan,
                "candidate": one.candidate,
                "need": one.need.value,
                "day": None if one.day is None else one.day.isoformat(),
                "text": attention_text(one, messages),
            }
            for one in found
        ],
        **employers_due_as_json(due, messages),
    }


@router.get(
    "/trials.ics", summary="Reviews and days of my trials as a calendar", dependencies=[needs("calendar.read")],
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"example": "BEGIN:VCALENDAR…"}}, "description": "The calendar"}},
)  # fmt: skip
def calendar(request: Request, lang: Lang = "fi") -> Response:
    """Give an iCalendar feed; no entry holds a name or a fact of health. Subscribe with an API token."""
    who = asker(request)
    kinds = DAYS_OF_ALL if who.actor.role is Role.EMPLOYER else frozenset(DueKind)
    plans = trials_in_view(request.app.state.store, who, "calendar.read", _today())
    return Response(trials_as_calendar(plans, Messages(lang), kinds), media_type="text/calendar; charset=utf-8")


def _refusal(request: Request, refused: MoveRefused, lang: Lang | None) -> Problem:
    """Say which rule stands in the way, for a program and in the reader's language."""
    language = lang or language_of(request.scope)
    more = {"move": refused.move.value, "rule": refused.rule, "about": list(refused.about)}
    return Problem("move_refused", refusal_text(refused, Messages(language)), more=more, language=language)


def _as_json(plan: TrialPlan, who: Principal, messages: Messages) -> dict[str, Any]:
    written = plan_as_json(plan, who.actor.role, messages)
    if written is None:
        raise NotYours
    return written


def _today() -> date:
    return datetime.now(UTC).date()
