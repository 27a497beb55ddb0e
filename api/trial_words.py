"""A trial in words and as JSON: states, moves, reasons and refusals in three languages, and who gets to see what of it.

What an employer sees of a trial is here and nowhere else: nothing before the candidate has said yes, no flag, no
reason, no note, no origin, and terms only once the candidate has agreed that they are shown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from data.accounts import Role
from data.moments import moment_text
from data.pathways import load_pathways
from data.record_json import content_name, record_text
from data.trial_lifecycle import Move, MoveRefused, Step, TrialPlan, TrialState, TrialTerms
from data.trial_moves import reasons
from matching.trial_lifecycle import Attention, DueKind, OpenMove, due_days

from .messages import Messages

_BEFORE_THE_EMPLOYER = frozenset((TrialState.DRAFT, TrialState.PROPOSED))
_SEEN_FROM = frozenset((Move.CANDIDATE_ACCEPTS,))
DAYS_OF_ALL = frozenset((DueKind.START, DueKind.REVIEW, DueKind.END))
"""Days that all three parties know of. Duties of a pathway and follow-ups are between the person and the coach."""

TOLD_TO_EMPLOYERS = frozenset(
    ("move_allowed", "right_role", "named_person", "heard_how", "in_time", "reason_given", "reason_known", "terms_open",
     "candidate_first", "not_signed_yet")
)  # fmt: skip
"""Rules whose refusal says nothing about the person."""


def refusal_text(refused: MoveRefused, messages: Messages) -> str:
    """Say in the reader's language why a move was refused; where nobody is named, also how to be.

    Every account has a name: only whoever uses the service on their own machine can be without one.
    """
    move, rule = messages.text(f"trial.move.{refused.move.value}"), messages.text(f"trial.rule.{refused.rule}")
    about = f" ({', '.join(refused.about)})" if refused.about else ""
    said = messages.text("trial.refused", move=move, rule=rule, about=about)
    return f"{said} {messages.text('trial.name_operator')}" if refused.rule == "named_person" else said


def attention_text(one: Attention, messages: Messages) -> str:
    """Say what a trial waits for."""
    return messages.text(f"trial.need.{one.need.value}", count=one.count)


def reasons_as_json(move: Move, party: Role, messages: Messages) -> list[dict[str, str]]:
    """List the reasons that a party can give at a move, for a form."""
    able = [reason for reason in reasons().values() if move in reason.moves and party in reason.by]
    return [{"id": reason.id, "text": messages.text(f"trial.reason.{reason.id}")} for reason in able]


def moves_as_json(moves: Sequence[OpenMove], messages: Messages) -> list[dict[str, Any]]:
    """Write what can be done next and what is missing for it."""
    return [
        {
            "move": one.move.value,
            "text": messages.text(f"trial.move.{one.move.value}"),
            "to": one.after.value,
            "who": [role.value for role in one.who],
            "ready": not one.missing,
            "missing": [
                {"rule": rule, "about": list(about), "text": messages.text(f"trial.rule.{rule}")}
                for rule, about in one.missing
            ],
        }
        for one in moves
    ]


def employer_sees(plan: TrialPlan) -> bool:
    """Tell whether an employer is shown a trial: once the candidate has said yes, and not while it is made anew."""
    shown = any(step.move in _SEEN_FROM for step in plan.steps)
    return shown and plan.state not in _BEFORE_THE_EMPLOYER


def plan_as_json(plan: TrialPlan, reader: Role, messages: Messages) -> dict[str, Any] | None:
    """Write a trial as one of its parties may see it; None when this reader sees nothing of it.

    The coach's side sees all; the candidate all but the coach's notes; the employer the state, the terms that the
    candidate has agreed to show, its days, and what the employer has said itself.
    """
    if reader is Role.EMPLOYER:
        return _for_employer(plan, messages) if employer_sees(plan) else None
    if reader not in (Role.COACH, Role.OPERATOR, Role.CANDIDATE):
        return None
    coach = reader is not Role.CANDIDATE
    return _common(plan, messages) | {
        "version": plan.version,
        "candidate": plan.candidate,
        "origin": {
            "run": plan.origin.run,
            "run_id": plan.origin.run_id,
            "rank": plan.origin.rank,
            "suggestion": plan.origin.suggestion,
        },
        "flags": [{"kind": flag.kind, "about": list(flag.about)} for flag in plan.flags],
        "open_flags": [{"kind": flag.kind, "about": list(flag.about)} for flag in plan.open_flags],
        "reasons": [
            {
                "kind": reason.flag.kind,
                "about": list(reason.flag.about),
                "text": reason.text,
                "by": reason.name,
                "at": moment_text(reason.at),
            }
            for reason in plan.reasons
        ],
        "terms": _terms(plan.terms),
        "answer_by": None if plan.answer_by is None else plan.answer_by.isoformat(),
        "signed": [role.value for role in plan.signed],
        "released": plan.released,
        "steps": [
            _step(step, messages)
            | {"number": step.number, "terms": step.terms}
            | ({"note": step.note} if coach else {})
            for step in plan.steps
        ],
    }


def _common(plan: TrialPlan, messages: Messages) -> dict[str, Any]:
    ended = None if plan.trial is None else plan.trial.ended_on
    return {
        "id": plan.id,
        "state": plan.state.value,
        "state_text": messages.text(f"trial.state.{plan.state.value}"),
        "employer": plan.employer,
        "site": plan.site,
        "agreed": None if plan.agreed is None else _terms(plan.agreed),
        "agreed_on": None if plan.agreed_on is None else plan.agreed_on.isoformat(),
        "ended_on": None if ended is None else ended.isoformat(),
        "due": [{"kind": due.kind.value, "day": due.day.isoformat()} for due in due_days(plan, load_pathways())],
    }


def _for_employer(plan: TrialPlan, messages: Messages) -> dict[str, Any]:
    """Show terms that are talked about only when the candidate has said yes to them; steps are not counted."""
    accepted = plan.agreed is None and plan.terms_version == _accepted_terms(plan)
    may_see = Role.CANDIDATE in plan.signed or accepted
    own = [_step(step, messages) for step in plan.steps if step.party is Role.EMPLOYER]
    common = _common(plan, messages)
    days = [due for due in common["due"] if due["kind"] in DAYS_OF_ALL]
    return common | {
        "agreed": None if plan.agreed is None else _work_terms(plan.agreed),
        "due": days,
        "seen": seen_by_employer(plan),
        "terms": _work_terms(plan.terms) if may_see else None,
        "signed": Role.EMPLOYER in plan.signed,
        "steps": own,
    }


def seen_by_employer(plan: TrialPlan) -> str:
    """Name the state of a trial as its employer may know it: another name only when something visible has changed."""
    own = [step.number for step in plan.steps if step.party is Role.EMPLOYER]
    ended = None if plan.trial is None else plan.trial.ended_on
    terms = plan.terms if Role.CANDIDATE in plan.signed or plan.terms_version == _accepted_terms(plan) else None
    known = [None if one is None else _work_terms(one) for one in (plan.agreed, terms)]
    seen = [plan.id, plan.state, len(own), known, Role.EMPLOYER in plan.signed, ended]
    return content_name(record_text(seen))


def _accepted_terms(plan: TrialPlan) -> int:
    """Give the version of the terms that the candidate said yes to last."""
    return max((step.terms for step in plan.steps if step.move is Move.CANDIDATE_ACCEPTS), default=0)


def _work_terms(terms: TrialTerms) -> dict[str, Any]:
    """Give the terms that are about the work. Measures and pathway say something of the person: see the brief."""
    whole = _terms(terms)
    return {name: whole[name] for name in ("tasks", "week", "starts", "ends", "supervisor", "goal", "reviews")}


def _terms(terms: TrialTerms) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(record_text(terms))
    return written


def _step(step: Step, messages: Messages) -> dict[str, Any]:
    return {
        "at": moment_text(step.at),
        "move": step.move.value,
        "text": messages.text(f"trial.done.{step.move.value}"),
        "from": None if step.before is None else step.before.value,
        "to": step.after.value,
        "party": step.party.value,
        "by": step.name,
        "channel": None if step.channel is None else messages.text(f"trial.channel.{step.channel.value}"),
        "reason": None if not step.reason else messages.text(f"trial.reason.{step.reason}"),
    }
