"""A trial as the candidate reads it: what it is, what it needs told, and the yes or no that is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from data.accounts import Role
from data.errors import InvalidInput
from data.releasable_facts import ReleasableFact
from data.releases import standing_releases
from data.store import Store, get_plan, releases_of
from data.store.change_receipts import Receipt
from data.trial_lifecycle import Asked, Move, MoveRefused, TrialPlan, TrialState
from matching.trial_lifecycle import OpenMove

from ..access.errors import NotYours
from ..access.policy import asker, needs
from ..disclosure_words import disclosure_as_json
from ..fact_wording import measure_text
from ..http.named import RandomId
from ..local_time import day_text, now_of, today_of
from ..messages import Messages
from ..trial_briefs import disclosure_of, work_of
from ..trial_plans import move_trial, what_next
from ..trial_words import reasons_as_json, refusal_text
from .forms import Form, OnceByForm, SentForm
from .frame import show
from .language import messages_of
from .notices import Notice, go_to
from .own import HIDDEN
from .pictures import week_of
from .trial_lines import Place, place_of, terms_lines

router = APIRouter(include_in_schema=False)

YES = (Move.CANDIDATE_ACCEPTS, Move.SIGN)
NO = (Move.DECLINE, Move.REFUSE_CHANGE, Move.PAUSE, Move.WITHDRAW)
"""What a candidate can do with a trial: first what says yes, then what says no and asks why."""

NOT_RECKONED: Mapping[str, Any] = {"needed": [], "protecting": [], "reckoned": False}
_VERSION_DIGITS = 9


@dataclass(frozen=True, slots=True)
class OwnMove:
    """One thing that a candidate can do now, and the reasons that can be given with it."""

    move: str
    text: str
    reasons: tuple[tuple[str, str], ...]
    says_yes: bool


def mine_to_answer(store: Store, plan: TrialPlan, on: date) -> tuple[OpenMove, ...]:
    """List the moves that wait for the candidate's yes, as things stand."""
    return tuple(
        one for one in what_next(store, plan.id, on)
        if one.move in YES and Role.CANDIDATE in one.who and not one.missing
    )  # fmt: skip


@router.get("/me/trials/{trial_id}", dependencies=[needs("trial.read", "trial_id")])
def trial(request: Request, trial_id: RandomId) -> Response:
    """Show a candidate one trial: the work, what it needs told, and what they can decide now."""
    return _trial(request, trial_id)


@router.post("/me/trials/{trial_id}", dependencies=[needs("trial.move", "trial_id")])
def decide(request: Request, trial_id: RandomId, form: Form, once: OnceByForm) -> Response:
    """Say yes or no in one's own name; what a rule stands in the way of is said, and nothing is changed."""
    who, now = asker(request), now_of(request)
    asked, seen = _asked(form), form.one("seen")
    if who.actor.role is not Role.CANDIDATE:
        raise NotYours

    def change(connection: sa.Connection) -> Receipt:
        move_trial(connection, trial_id, int(seen), asked, who.actor, now)
        return go_to(f"/me/trials/{trial_id}", f"own_{asked.move.value}")

    if not (seen.isdecimal() and len(seen) < _VERSION_DIGITS):
        return _trial(request, trial_id, Notice("fault", "own.trial.changed"), 422)
    try:
        return once(change)
    except MoveRefused as refused:
        said = {"why": refusal_text(refused, messages_of(request))}
        return _trial(request, trial_id, Notice("fault", "own.trial.refused", said), 409)


def _asked(form: SentForm) -> Asked:
    """Read what a candidate decides; anything that is not theirs is refused by the table of moves."""
    move = Move(form.one("move")) if form.one("move") in set(Move) else Move.WITHDRAW
    answer = {"yes": True, "no": False}.get(form.one("answer"))
    return Asked(move, reason=form.one("reason")[:60], note=form.one("note")[:2000], answer=answer)


def _trial(request: Request, trial_id: str, notice: Notice | None = None, status: int = 200) -> Response:
    store: Store = request.app.state.store
    messages, who = messages_of(request), asker(request)
    with store.read() as connection:
        plan = get_plan(connection, trial_id)
        if plan.state in HIDDEN or who.actor.role is not Role.CANDIDATE:
            raise NotYours
        work = work_of(connection, plan, plan.agreed or plan.terms)
        place = place_of(connection, plan)
        releases = standing_releases(releases_of(connection, plan.candidate), now_of(request))
    terms = plan.agreed or plan.terms
    told = {one.entry.fact.key for one in releases
            if one.shown and one.entry.fact and one.entry.employer == plan.employer}  # fmt: skip
    return show(
        request, "own_trial.html.jinja", status=status, notice=notice, plan=plan, terms=terms, work=work,
        week=week_of(work.week), state=messages.text(f"trial.state.{plan.state.value}"),
        measures=[measure_text(id_, messages) for id_ in terms.measures],
        moves=_moves(store, plan, today_of(request), messages),
        disclosure=_disclosure(request, plan, messages), told=told,
        days=[day_text(one, messages) for one in (terms.starts, terms.ends) if one],
        changed=_changed_terms(plan, place, messages),
        may_learn=plan.released, ends_open=plan.state.value not in _OVER,
    )  # fmt: skip


def _changed_terms(plan: TrialPlan, place: Place, messages: Messages) -> list[tuple[str, str, str]]:
    """Say what new terms would change of those in force: what it is, as it is now, and as it would be."""
    if plan.agreed is None or not plan.change_open:
        return []
    now, new = (terms_lines(terms, place, messages) for terms in (plan.agreed, plan.terms))
    return [
        (name, "; ".join(said) or "–", "; ".join(other) or "–")
        for (name, said), (_, other) in zip(now, new, strict=True)
        if said != other
    ]


_OVER = {"declined", "withdrawn", "expired"}


def _moves(store: Store, plan: TrialPlan, today: date, messages: Messages) -> list[OwnMove]:
    open_now = [one for one in what_next(store, plan.id, today) if Role.CANDIDATE in one.who and not one.missing]
    found = []
    over = plan.state in (TrialState.ENDED, TrialState.EVALUATED)  # nothing is left to stop; learning has its own place
    for move in (*YES, *NO):
        if over and move is Move.WITHDRAW:
            continue
        if any(one.move is move for one in open_now):
            reasons = tuple((one["id"], one["text"]) for one in reasons_as_json(move, Role.CANDIDATE, messages))
            found.append(OwnMove(move.value, messages.text(f"own.move.{move.value}"), reasons, move in YES))
    return found


def _disclosure(request: Request, plan: TrialPlan, messages: Messages) -> Mapping[str, Any] | None:
    """Work out what the trial needs told, while that is still to be decided; None once it is over or under way."""
    if plan.state.value in _OVER or plan.trial is not None:
        return None
    try:
        needed, work = disclosure_of(request.app.state.store, plan.id)
    except InvalidInput:  # a task that is not open to the person as things stand: nothing can be reckoned from it
        return {**NOT_RECKONED, "notes": [messages.text("own.trial.not_open")]}
    return {**disclosure_as_json(needed, work, messages), "reckoned": True}


def fact_of(form: SentForm) -> ReleasableFact:
    """Read the fact that a form releases, as the plan gave it; the store refuses what is not of the list."""
    hours = form.one("hours") or "0"
    plain = float(hours) if hours.replace(".", "", 1).isdigit() and len(hours) < 8 else 0.0
    return ReleasableFact(form.one("kind"), form.one("about"), form.one("text"), plain, tuple(form.all("task")))
