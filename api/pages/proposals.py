"""Pages of proposals as their employer sees them: the list, one of them with the brief, and what can be decided.

Whoever else may read the trial (its coach, the person) sees the very same, to know what the employer knows; only the
employer decides here. Everything is worked out from what is released, each time anew.
"""

from __future__ import annotations

import json
from datetime import date, tzinfo
from functools import partial
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from data.accounts import Role
from data.errors import UnknownId
from data.releasable_facts import Reader
from data.released_proposals import ReleasedProposal
from data.store import Store, employers_of, get_plan
from data.store.change_receipts import Receipt
from data.trial_lifecycle import Asked, Move, MoveRefused, PlanChanged, TrialPlan
from data.trials import TrialReview
from data.workplaces import Employer

from ..access.errors import NotNow, NotYours
from ..access.policy import allowed_relation, asker, needs
from ..agreements import AgreementForm, agreement_for_employer
from ..documents.html_writer import style_policy
from ..effect_brief import BriefForm, show_brief
from ..http.named import RandomId
from ..local_time import day_of, day_text, now_of, today_of, zone_of
from ..trial_briefs import released_proposal
from ..trial_plans import move_trial
from ..trial_words import TOLD_TO_EMPLOYERS, employer_sees, plan_as_json
from .forms import FieldFault, Form, OnceByForm, SentForm, read_fields
from .frame import show
from .language import messages_of
from .notices import go_to
from .proposal_view import (
    decisions,
    guidance_of,
    money_in_general,
    observed_loads,
    proposal_lines,
    terms_lines,
)
from .task_reading import anchors_of

router = APIRouter(include_in_schema=False)

LONGEST_NOTE = 2000


class DecisionFields(BaseModel):
    """What goes with a decision."""

    move: Move
    seen: Annotated[str, Field(min_length=1, max_length=100)]
    reason: Annotated[str, Field(max_length=60)] = ""
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


class ReviewFields(BaseModel):
    """The day of a review."""

    day: date


@router.get("/proposals", dependencies=[needs("trial.list")])
def proposals(request: Request) -> Response:
    """Show the proposals that the reader may see, those that wait for an answer first."""
    who, today = asker(request), today_of(request)
    store: Store = request.app.state.store
    messages = messages_of(request)
    found = proposal_lines(store, who, today, zone_of(request), messages)
    employer = who.actor.role is Role.EMPLOYER
    return show(
        request,
        "proposals.html.jinja",
        employer=employer,
        waiting=[one for one in found if one.waits] if employer else [],
        under_way=[one for one in found if not one.over and not (employer and one.waits)],
        over=[one for one in found if one.over],
        day=partial(day_text, messages=messages),
    )


@router.get("/proposals/{trial_id}", dependencies=[needs("trial.read", "trial_id")])
def proposal(request: Request, trial_id: RandomId) -> Response:
    """Show a proposal as its employer sees it: the work, the effect brief, guidance, terms, whom to call, decisions."""
    return _show(request, trial_id)


@router.get("/proposals/{trial_id}/agreement", dependencies=[needs("trial.read", "trial_id")])
def agreement(request: Request, trial_id: RandomId, form: AgreementForm = "html") -> Response:
    """Give the agreement of an agreed trial as its employer may have it: a page to print, or DOCX to keep."""
    who, now, messages = asker(request), now_of(request), messages_of(request)
    allowed_relation(who, "brief.read")
    store: Store = request.app.state.store
    with store.read() as connection:
        plan = get_plan(connection, trial_id)
        found = _found(connection, plan, zone_of(request))
    if found is None or plan.agreed is None or not employer_sees(plan):
        raise NotYours
    content = agreement_for_employer(store, who.actor, plan, found[0], messages.language, form, now)
    as_page = form == "html"
    headers = {"Content-Language": messages.language}
    headers["Content-Disposition"] = f'{"inline" if as_page else "attachment"}; filename="agreement.{form}"'
    if as_page:
        headers["Content-Security-Policy"] = style_policy(content)
    return Response(content, media_type=BriefForm(form).media_type, headers=headers)


@router.post("/proposals/{trial_id}", dependencies=[needs("trial.move", "trial_id")])
def decide(request: Request, trial_id: RandomId, once: OnceByForm, form: Form) -> Response:
    """Make the employer's decision in the reader's own name; what was typed stays when it is refused."""
    who, now, messages = asker(request).actor, now_of(request), messages_of(request)
    if who.role is not Role.EMPLOYER:
        raise NotYours
    asked = _asked(form)
    if not isinstance(asked, Asked):
        return _show(request, trial_id, form, asked)

    def change(connection: sa.Connection) -> Receipt:
        move_trial(connection, trial_id, form.one("seen"), asked, who, now)
        return go_to(f"/proposals/{trial_id}", f"trial_{asked.move.value}")

    try:
        return once(change)
    except PlanChanged:
        return _show(request, trial_id, form, (FieldFault(asked.move.value, "changed_meanwhile"),))
    except MoveRefused as refused:
        if refused.rule == "reason_given":
            return _show(request, trial_id, form, (FieldFault(f"{asked.move.value}-reason", "choice"),))
        if refused.rule == "review_sound":
            return _show(request, trial_id, form, (FieldFault("day", "review_day"),))
        if refused.rule not in TOLD_TO_EMPLOYERS:
            raise NotNow from refused
        rule = messages.text(f"trial.rule.{refused.rule}")
        return _show(request, trial_id, form, (FieldFault(asked.move.value, "refused", {"rule": rule}),))


def _asked(form: SentForm) -> Asked | tuple[FieldFault, ...]:
    """Read a decision with what goes with it, or say what is wrong; the fields of a move carry its name."""
    move = form.one("move")
    values = {"move": move, "seen": form.one("seen")}
    values |= {name: form.one(f"{move}-{name}") for name in ("reason", "note")}
    fields = read_fields(DecisionFields, values)
    if isinstance(fields, tuple):
        return tuple(FieldFault(f"{move}-{one.name}", one.kind, one.values) for one in fields)
    review = None
    if fields.move is Move.REVIEW:
        seen = _review(form)
        if not isinstance(seen, TrialReview):
            return seen
        review = seen
    return Asked(fields.move, reason=fields.reason, note=fields.note, review=review)


def _review(form: SentForm) -> TrialReview | tuple[FieldFault, ...]:
    day = read_fields(ReviewFields, {"day": form.one("day") or None})
    loads: dict[str, float] = {}
    faults = list(day) if isinstance(day, tuple) else []
    for dimension, said in form.numbered("load"):
        if said and said in {"0", "1", "2", "3", "4", "5"}:
            loads[dimension] = float(said)
        elif said:
            faults.append(FieldFault(f"load.{dimension}", "choice"))
    if not loads and not faults:
        faults.append(FieldFault("day", "nothing_said"))
    if faults or isinstance(day, tuple):
        return tuple(faults)
    return TrialReview(day.day, loads)


def _show(
    request: Request, trial_id: str, form: SentForm | None = None, faults: tuple[FieldFault, ...] = ()
) -> Response:
    who, now, messages = asker(request), now_of(request), messages_of(request)
    allowed_relation(who, "brief.read")
    store: Store = request.app.state.store
    with store.read() as connection:
        plan = get_plan(connection, trial_id)
        found = _found(connection, plan, zone_of(request))
    shown = plan_as_json(plan, Role.EMPLOYER, messages)
    employer = who.actor.role is Role.EMPLOYER
    if shown is None or found is None:
        if employer:
            raise NotYours
        return show(request, "proposal_unseen.html.jinja", trial=trial_id)
    released, owner = found
    reader = Reader.HANDLERS if employer else Reader.SUPERVISOR
    brief: dict[str, Any] = json.loads(
        show_brief(store, who.actor, released, reader, messages.language, BriefForm.JSON, now)
    )
    texts = {task.id: task.text for job in owner.sites[0].jobs for task in job.tasks}
    return show(
        request,
        "proposal.html.jinja",
        status=422 if faults else 200,
        trial=trial_id,
        shown=shown,
        brief=brief,
        work=released.work,
        stage=released.stage.value,
        guidance=guidance_of(released.work, owner),
        new_terms=terms_lines(shown["terms"], texts) if shown["agreed"] else (),
        decisions=decisions(plan, shown, messages) if employer else (),
        observed=observed_loads(released.work, owner),
        anchors=anchors_of,
        money=money_in_general(now.date(), messages),
        today=now.date().isoformat(),
        employer=employer,
        iso_day=lambda said: day_text(date.fromisoformat(said), messages),
        moment_day=partial(day_of, messages=messages, zone=zone_of(request)),
        typed=form or SentForm(),
        faults=faults,
        by_field={one.name: one for one in faults},
    )


def _found(connection: sa.Connection, plan: TrialPlan, zone: tzinfo) -> tuple[ReleasedProposal, Employer] | None:
    """Give what is released of a trial and its employer; None when the workplace is gone."""
    try:
        released = released_proposal(connection, plan, zone)
    except UnknownId:
        return None
    return released, employers_of(connection, sites=[plan.site])[0]
