"""What waits for a human in a caseload: open flags, answers, proposals that run out, reviews and follow-ups due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.accounts import Role
from data.pathways import PathwayBook
from data.trial_lifecycle import Move, TrialPlan, TrialState

from .due_days import DueDay, DueKind, due_days
from .rules import followed_up
from .soundness import missing_terms

RUNS_OUT_WITHIN = timedelta(days=7)
"""A proposal without an answer is named so long before its last day."""

AHEAD = timedelta(days=7)
"""Reviews and duties are named so long before their day."""

_ALIVE = (TrialState.RUNNING, TrialState.PAUSED)


class Need(StrEnum):
    """What a trial waits for."""

    FLAGS_OPEN = "flags_open"
    CANDIDATE_ANSWERS = "candidate_answers"
    EMPLOYER_ANSWERS = "employer_answers"
    RUNS_OUT = "runs_out"
    RAN_OUT = "ran_out"
    CHANGE_ASKED = "change_asked"
    TERMS_MISSING = "terms_missing"
    CANDIDATE_SIGNS = "candidate_signs"
    EMPLOYER_SIGNS = "employer_signs"
    COACH_AGREES = "coach_agrees"
    START_DUE = "start_due"
    REVIEW_DUE = "review_due"
    DUTY_DUE = "duty_due"
    END_DUE = "end_due"
    EVALUATION_DUE = "evaluation_due"
    FOLLOW_UP_DUE = "follow_up_due"


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that a trial waits for; ``day``: by when, where there is one; ``count``: of flags or missing terms."""

    plan: str
    candidate: str
    need: Need
    day: date | None = None
    count: int = 1


def attention(plans: Iterable[TrialPlan], on: date, book: PathwayBook) -> tuple[Attention, ...]:
    """List what some trials wait for, the earliest day first, what has no day last."""
    found = [
        Attention(plan.id, plan.candidate, need, day, count)
        for plan in plans
        for need, day, count in (*_answers(plan, on), *_wishes(plan), *_signatures(plan), *_days(plan, on, book))
    ]
    return tuple(sorted(found, key=lambda one: (one.day or date.max, one.plan, _ORDER[one.need])))


_ORDER = {need: place for place, need in enumerate(Need)}
_Found = Iterator[tuple[Need, date | None, int]]


def _answers(plan: TrialPlan, on: date) -> _Found:
    if plan.state is TrialState.DRAFT and plan.open_flags:
        yield Need.FLAGS_OPEN, None, len(plan.open_flags)
    waits = {
        TrialState.PROPOSED: Need.CANDIDATE_ANSWERS,
        TrialState.CANDIDATE_ACCEPTED: Need.EMPLOYER_ANSWERS,
    }.get(plan.state)
    if waits is None:
        return
    yield waits, plan.answer_by, 1
    if plan.answer_by is not None and plan.answer_by <= on + RUNS_OUT_WITHIN:
        yield Need.RAN_OUT if plan.answer_by < on else Need.RUNS_OUT, plan.answer_by, 1


def _wishes(plan: TrialPlan) -> _Found:
    """Name that somebody asked for a change and no coach has done anything since."""
    ours = max((step.number for step in plan.steps if step.role in (Role.COACH, Role.OPERATOR)), default=0)
    if any(step.move is Move.ASK_CHANGE and step.number > ours for step in plan.steps):
        yield Need.CHANGE_ASKED, None, 1


def _signatures(plan: TrialPlan) -> _Found:
    talked = plan.state is TrialState.EMPLOYER_ACCEPTED or (plan.agreed is not None and plan.change_open)
    if not talked:
        return
    starts = plan.terms.starts
    if missing := missing_terms(plan.terms):
        yield Need.TERMS_MISSING, starts, len(missing)
    elif Role.CANDIDATE not in plan.signed:
        yield Need.CANDIDATE_SIGNS, starts, 1
    elif Role.EMPLOYER not in plan.signed:
        yield Need.EMPLOYER_SIGNS, starts, 1
    else:
        yield Need.COACH_AGREES, starts, 1


def _days(plan: TrialPlan, on: date, book: PathwayBook) -> _Found:
    days = due_days(plan, book)
    if plan.state is TrialState.AGREED:
        yield from ((Need.START_DUE, due.day, 1) for due in days if due.kind is DueKind.START and due.day <= on)
    if plan.state in _ALIVE:
        yield from _reviews(plan, days, on)
        for due in days:
            if due.kind is DueKind.DUTY and on <= due.day <= on + AHEAD:
                yield Need.DUTY_DUE, due.day, 1
            if due.kind is DueKind.END and due.day <= on:
                yield Need.END_DUE, due.day, 1
    if plan.state is TrialState.ENDED and plan.trial is not None:
        yield Need.EVALUATION_DUE, plan.trial.ended_on, 1
    if plan.state is TrialState.EVALUATED:
        asked = followed_up(plan)
        for due in days:
            if due.kind is DueKind.FOLLOW_UP and due.number not in asked and due.day <= on:
                yield Need.FOLLOW_UP_DUE, due.day, 1


def _reviews(plan: TrialPlan, days: tuple[DueDay, ...], on: date) -> _Found:
    """Name the latest review whose day has come within a week, unless somebody has looked since the one before it."""
    looked = max((review.day for review in plan.trial.reviews), default=date.min) if plan.trial else date.min
    due = [one.day for one in days if one.kind is DueKind.REVIEW and one.day <= on + AHEAD]
    if due and looked < max(due) - AHEAD:
        yield Need.REVIEW_DUE, max(due), 1
