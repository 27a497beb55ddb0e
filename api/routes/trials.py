"""Trials over HTTP: from a line of a list to the last follow-up, each party seeing and deciding what is theirs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from data.accounts import Role
from data.errors import InvalidInput
from data.permissions import Relation
from data.store import get_plan
from data.store.change_receipts import Receipt
from data.store.emergency_access import emergencies_waiting
from data.trial_lifecycle import Move, MoveRefused, TrialPlan
from data.trial_moves import PARTIES
from matching.trial_lifecycle import DueKind

from ..access.errors import NotNow, NotYours
from ..access.login import random_id
from ..access.policy import allowed_relation, asker, needs
from ..access.principal import Principal, people_in_view
from ..emergency_words import emergency_as_json
from ..http.changes import Once, receipt
from ..http.named import CandidateId, Lang, RandomId
from ..http.problems import Problem, language_of
from ..local_time import now_of, today_of, zone_of
from ..messages import Messages
from ..postings import EmployersDue, employers_due, employers_due_as_json
from ..trial_calendar import trials_as_calendar
from ..trial_plans import draft_from_list, move_trial, needs_attention, what_next
from ..trial_said import DraftAsked, MoveAsked
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


@router.post(
    "/candidates/{candidate_id}/trials", status_code=201, summary="Make a draft of a line of a list",
    dependencies=[needs("trial.draft", "candidate_id")],
)  # fmt: skip
def draft(
    request: Request, candidate_id: CandidateId, asked: DraftAsked, once: Once, lang: Lang | None = None
) -> Response:
    """Make a draft with all flags of the suggestion; each needs a written reason before it can be proposed."""
    who, now = asker(request), now_of(request)

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
    plans = trials_in_view(request.app.state.store, who, "trial.list", today_of(request))
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
    return {"moves": moves_as_json(what_next(request.app.state.store, trial_id, today_of(request)), Messages(lang))}


@router.post(
    "/trials/{trial_id}/moves", summary="Make one move of a trial", dependencies=[needs("trial.move", "trial_id")]
)
def move(request: Request, trial_id: RandomId, asked: MoveAsked, once: Once, lang: Lang | None = None) -> Response:
    """Make a move in one's own name, all or nothing; 409 says which rule stands in the way, or that it has moved on.

    The sentence of a refusal is in ``lang``, else in the language of ``Accept-Language``.
    """
    who, now = asker(request), now_of(request)
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
    found = () if admin else needs_attention(request.app.state.store, who.actor.within, today_of(request), people)
    due = EmployersDue((), ()) if admin else employers_due(request.app.state.store, who.actor.tenant, today_of(request))
    return {
        "attention": [emergency_as_json(one, messages, zone_of(request), with_reason=not admin) for one in opened]
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
    plans = trials_in_view(request.app.state.store, who, "calendar.read", today_of(request))
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
