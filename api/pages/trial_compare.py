"""Two trials or suggestions of one person side by side: what is the same, what differs, and the decision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from data.accounts import Role
from data.errors import InvalidInput, UnknownId
from data.permissions import load_permissions
from data.store import get_plan
from data.store.exposure import find_run
from data.trial_lifecycle import Move, TrialPlan
from data.trial_moves import move_row

from ..access.policy import allowed_relation, asker, needs, require, require_person
from ..http.text_rules import LARGEST_WHOLE
from ..messages import Messages
from ..trial_plans import line_as_plan
from ..trial_words import reasons_as_json
from .frame import show
from .language import language_of
from .trial_lines import name_of_person, place_of, raised_text, terms_lines
from .trial_page import coach_only

router = APIRouter(include_in_schema=False)

_TRIAL, _LINE = re.compile(r"[0-9a-f]{32}"), re.compile(r"([0-9]{1,15}):([0-9]{1,4})")
Side = Annotated[str, Query(max_length=60)]


@dataclass(frozen=True, slots=True)
class Compared:
    """One side: the trial, or the line of a list that is no trial yet; its name; what stands on it field by field."""

    plan: TrialPlan
    drafted: bool
    name: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@router.get("/trials/compare", dependencies=[needs("trial.read", in_body=True)])
def compare(request: Request, a: Side = "", b: Side = "") -> Response:
    """Show two trials or suggestions of one person side by side; ``a``, ``b``: ids of trials, or list:rank."""
    coach_only(request)
    messages = Messages(language_of(request))
    sides = [_side(request, said, messages) for said in (a, b)]
    left, right = sides
    if left.plan.candidate != right.plan.candidate:
        raise InvalidInput("b", "the two are of different people", "two trials or suggestions of one person")
    with request.app.state.store.read() as connection:
        person = name_of_person(connection, left.plan.candidate)
    rows = [(name, one, other, one != other) for (name, one), (_, other) in zip(left.lines, right.lines, strict=True)]
    return show(
        request,
        "trial_compare.html.jinja",
        id=left.plan.candidate,
        person=person,
        sides=sides,
        rows=rows,
        differ=sum(differs for *_, differs in rows),
        can_decline=[one.drafted and move_row(one.plan.state, Move.DECLINE) is not None for one in sides],
        reasons=[(one["id"], one["text"]) for one in reasons_as_json(Move.DECLINE, Role.COACH, messages)],
    )


def _side(request: Request, said: str, messages: Messages) -> Compared:
    """Read one side, once the reader may; a thing that is not theirs looks like one that is not there."""
    store, who = request.app.state.store, asker(request)
    if _TRIAL.fullmatch(said):
        action = load_permissions().actions["trial.read"]
        require(request, who, action, allowed_relation(who, action.id), said)
        with store.read() as connection:
            plan, drafted = get_plan(connection, said), True
    elif line := _LINE.fullmatch(said):
        number, rank = int(line[1]), int(line[2])
        with store.read() as connection:
            run = find_run(connection, str(min(number, LARGEST_WHOLE)))
        require_person(request, "list.history", run.candidate)
        with store.read() as connection:
            plan, drafted = line_as_plan(connection, number, rank, who.actor.tenant, ""), False
    else:
        raise UnknownId("trial", said[:60])
    with store.read() as connection:
        place = place_of(connection, plan)
    state = messages.text(f"trial.state.{plan.state.value}") if drafted else messages.text("compare.suggestion")
    flags = tuple(raised_text(flag, messages) for flag in plan.flags)
    written = tuple(reason.text for reason in plan.reasons)
    lines = (
        (messages.text("trials.where"), (place.name,)),
        (messages.text("trials.state"), (state,)),
        *terms_lines(plan.terms, place, messages),
        (messages.text("trial.flags"), flags),
        (messages.text("compare.reasons"), written),
    )
    return Compared(plan, drafted, place.name, lines)
