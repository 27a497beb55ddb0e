"""A coach's trials: drafts of lines of a list, one move at a time, terms, reviews, and what happened when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from data.accounts import Role
from data.store import get_plan, plans_of
from data.store.change_receipts import Receipt
from data.trial_lifecycle import Asked, Move, MoveRefused, PlanChanged, TrialPlan
from data.trials import RETENTION_MONTHS, Outcome
from matching.trial_lifecycle import Need
from matching.trial_lifecycle.rules import LONGEST_WAIT, ROTATION_FLAGS

from ..access.errors import NotAllowed
from ..access.login import random_id
from ..access.policy import asker, needs
from ..http.named import CandidateId, RandomId
from ..local_time import now_of, today_of, zone_of
from ..messages import Messages
from ..trial_plans import draft_from_list, move_trial, needs_attention, what_next
from ..trial_said import DraftAsked
from ..trial_words import attention_text, refusal_text
from .forms import FieldFault, Form, OnceByForm, read_fields
from .frame import show
from .language import language_of
from .notices import Notice, go_to
from .profile_form import plain
from .trial_forms import read_move
from .trial_lines import (
    Place,
    about_text,
    day,
    flag_lines,
    move_forms,
    name_of_person,
    place_of,
    step_lines,
    terms_lines,
    week_of_terms,
)

router = APIRouter(include_in_schema=False)

CHANNELS = ("in_person", "by_phone", "by_message", "on_paper")
SIDES = (Role.COACH, Role.OPERATOR)
Again = Callable[[Notice, int], Response]
"""Shows a form once more, with a notice and a status."""


@router.get("/people/{candidate_id}/trials", dependencies=[needs("trial.draft", "candidate_id")])
def trials(request: Request, candidate_id: CandidateId) -> Response:
    """Show the trials of one person: where each is, what waits, and two side by side."""
    return _trials(request, candidate_id)


def _trials(request: Request, candidate_id: str, notice: Notice | None = None, status: int = 200) -> Response:
    who, messages, store = asker(request), Messages(language_of(request)), request.app.state.store
    with store.read() as connection:
        name = name_of_person(connection, candidate_id)
        plans = plans_of(connection, who.actor.within, [candidate_id])
        places = {plan.id: place_of(connection, plan) for plan in plans}
    waits: dict[str, list[str]] = {}
    for one in needs_attention(store, who.actor.within, today_of(request), [candidate_id]):
        waits.setdefault(one.plan, []).append(attention_text(one, messages))
    latest = sorted(plans, key=lambda plan: plan.steps[-1].at, reverse=True)
    rows = []
    for plan in latest:
        days = [day(one, messages) for one in ((plan.agreed or plan.terms).starts, (plan.agreed or plan.terms).ends)]
        rows.append({"id": plan.id, "place": places[plan.id].name, "state": plan.state.value, "days": days,
                     "waits": waits.get(plan.id, [])})  # fmt: skip
    return show(request, "trials.html.jinja", status=status, notice=notice, id=candidate_id, name=name, trials=rows)


@router.post("/people/{candidate_id}/trials", dependencies=[needs("trial.draft", "candidate_id")])
def draft(request: Request, candidate_id: CandidateId, once: OnceByForm, form: Form) -> Response:
    """Make a draft of a line of a list that was shown, with all its flags."""
    who, now = asker(request), now_of(request)
    asked = read_fields(DraftAsked, {"run": form.one("run"), "rank": form.one("rank")})
    if not isinstance(asked, DraftAsked):
        return _back_to_list(candidate_id)

    def change(connection: sa.Connection) -> Receipt:
        plan = draft_from_list(connection, asked.run, asked.rank, who.actor, random_id(), now, candidate_id)
        return go_to(f"/trials/{plan.id}", "trial_drafted")

    try:
        return once(change)
    except MoveRefused as refused:
        said = refusal_text(refused, Messages(language_of(request)))
        return _trials(request, candidate_id, Notice("fault", "trial.said", {"text": said}), 409)


def _back_to_list(candidate_id: str) -> Response:
    return Response(status_code=303, headers={"Location": f"/people/{candidate_id}/suggestions"})


@router.get("/trials/{trial_id}", dependencies=[needs("trial.read", "trial_id")])
def trial(request: Request, trial_id: RandomId) -> Response:
    """Show a trial to its coach: flags, terms, what can be done next and what is missing, and the timeline."""
    coach_only(request)
    return _trial(request, trial_id)


@router.post("/trials/{trial_id}/moves", dependencies=[needs("trial.move", "trial_id")])
def move(request: Request, trial_id: RandomId, once: OnceByForm, form: Form) -> Response:
    """Make one move of a trial in one's own name, or say which rule stands in the way."""
    coach_only(request)
    with request.app.state.store.read() as connection:
        plan = get_plan(connection, trial_id)
    asked = read_move(form, plan)
    if isinstance(asked, tuple):
        return _trial(request, trial_id, form, faults=asked, status=422)
    return make_move(request, trial_id, int(asked.seen), asked.asked(), once, lambda notice, status: _trial(
        request, trial_id, form, notice=notice, status=status
    ))  # fmt: skip


def make_move(request: Request, id_: str, seen: int, asked: Asked, once: OnceByForm, again: Again) -> Response:
    """Make a move; when it is refused, or somebody was faster, the same form is shown ``again`` with why."""
    who, now, messages = asker(request), now_of(request), Messages(language_of(request))

    def change(connection: sa.Connection) -> Receipt:
        plan = move_trial(connection, id_, seen, asked, who.actor, now)
        return go_to(f"/trials/{plan.id}", "trial_moved")

    try:
        return once(change)
    except MoveRefused as refused:
        named = replace_about(refused, messages)
        return again(Notice("fault", "trial.said", {"text": refusal_text(named, messages)}), 409)
    except PlanChanged:
        return again(Notice("fault", "trial.changed_meanwhile"), 412)


def replace_about(refused: MoveRefused, messages: Messages) -> MoveRefused:
    """Say what a refusal is about in words."""
    about = tuple(about_text(one, messages) for one in refused.about)
    return MoveRefused(refused.rule, refused.move, refused.state, about)


def coach_only(request: Request) -> None:
    """Refuse the other parties of a trial: they have pages of their own that show what is theirs."""
    if asker(request).actor.role not in SIDES:
        raise NotAllowed("trial.read")


def seen_version(form: Form) -> int:
    """Give the version of the trial that a form was shown with; 0 for none."""
    said = plain(form.one("seen"))
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0


def opened(request: Request, id_: str) -> tuple[TrialPlan, Place, str]:
    """Read a trial, where it is, and the name of the person."""
    with request.app.state.store.read() as connection:
        plan = get_plan(connection, id_)
        return plan, place_of(connection, plan), name_of_person(connection, plan.candidate)


def typed_fields(form: Form | None) -> dict[str, str]:
    """Give what was typed into a form, to show it again."""
    return {} if form is None else {name: values[0] for name, values in form.fields.items()}


def _trial(
    request: Request,
    id_: str,
    form: Form | None = None,
    *,
    faults: Sequence[FieldFault] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    messages, today = Messages(language_of(request)), today_of(request)
    plan, place, person = opened(request, id_)
    moves = what_next(request.app.state.store, id_, today)
    open_now = {one.move for one in moves}
    blocked = {rule for one in moves for rule, _ in one.missing}
    waits = [
        attention_text(one, messages)
        for one in needs_attention(request.app.state.store, plan.tenant, today, [plan.candidate])
        if one.plan == id_ and one.need is not Need.FLAGS_OPEN  # said above the flags
    ]
    return show(
        request,
        "trial.html.jinja",
        status=status,
        notice=notice,
        plan=plan,
        place=place,
        person=person,
        waits=waits,
        flags=flag_lines(plan, messages, zone_of(request)),
        may_reason=Move.GIVE_REASON in open_now,
        may_write_terms=bool({Move.REVISE, Move.ARRANGE} & open_now),
        may_review=Move.REVIEW in open_now,
        fill_terms="terms_whole" in blocked and Move.ARRANGE in open_now,
        rotation=[
            (one.kind, messages.text(f"trial.{one.kind}")) for one in ROTATION_FLAGS if "within_limits" in blocked
        ],
        forms=move_forms(plan, moves, messages),
        terms=terms_lines(plan.terms, place, messages),
        agreed=terms_lines(plan.agreed, place, messages) if plan.agreed and plan.change_open else (),
        week=week_of_terms(plan.terms),
        reviews=_reviews(plan, messages),
        steps=step_lines(plan, messages, zone_of(request)),
        typed=typed_fields(form),
        faults=faults,
        wrong={one.name: one.text(messages) for one in faults},
        names={name: messages.text(f"trial.field.{name}") for name in _FIELDS},
        channels=_chosen(messages, "channel", CHANNELS),
        outcomes=_chosen(messages, "outcome", Outcome),
        months=[(one, messages.text("trial.months", months=one)) for one in RETENTION_MONTHS],
        latest=(today + LONGEST_WAIT).isoformat(),
        today=today.isoformat(),
    )  # fmt: skip


def _chosen(messages: Messages, kind: str, names: Iterable[str]) -> list[tuple[str, str]]:
    return [("", messages.text("trial.choose")), *((str(one), messages.text(f"trial.{kind}.{one}")) for one in names)]


_FIELDS = ("move", "seen", "party", "how", "reason", "note", "text", "answer_by", "outcome", "months", "flag", "answer",
           "in_work")  # fmt: skip


def _reviews(plan: TrialPlan, messages: Messages) -> list[dict[str, Any]]:
    if plan.trial is None:
        return []
    return [
        {"day": day(one.day, messages), "performance": one.performance, "strain": one.strain,
         "loads": [(messages.dimension(id_), level) for id_, level in one.loads.items()]}
        for one in reversed(plan.trial.reviews)
    ]  # fmt: skip
