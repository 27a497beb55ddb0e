"""The people whom a coach works with: what needs attention first, who has no match and why, then everybody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from data.candidates import Candidate
from data.store import Store, candidates_after, get_plan
from data.store.candidates import some_candidates
from data.store.exposure import LastList, last_lists
from data.store.kept_contents import kept_for
from matching.trial_lifecycle import Attention

from ..access.policy import allowed_relation, asker, needs
from ..access.principal import people_in_view
from ..http.paging import Cursor, cut_page, read_cursor
from ..local_time import day_of, today_of, zone_of
from ..messages import Messages
from ..trial_plans import needs_attention
from ..trial_words import attention_text
from .forms import Form
from .frame import show
from .language import language_of
from .trial_lines import day, place_of

router = APIRouter(include_in_schema=False)

PEOPLE_A_PAGE = 50
MOST_WITHOUT = 30
"""So many people without a match are named on the page; the others are counted."""

MOST_REASONS = 2
_LIST = "pages.people"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: whose it is, the trial and its workplace, what in words, by when, whether that is over."""

    id: str
    name: str
    trial: str
    place: str
    text: str
    day: str
    late: bool


@dataclass(frozen=True, slots=True)
class Without:
    """Somebody whose last list held nothing, when it was made, and the reasons that left most out."""

    id: str
    name: str
    when: str
    why: tuple[str, ...]


@router.get("/people", dependencies=[needs("people.list")])
def people(request: Request, cursor: Cursor = "") -> Response:
    """Show the caseload: what needs attention, who has no match and why, everybody page by page."""
    return _people(request, cursor, "")


@router.post("/people", dependencies=[needs("people.list")])
def find(request: Request, form: Form) -> Response:
    """Show the caseload with only those who hold a text; the text stands in no address. Changes nothing."""
    return _people(request, form.one("cursor"), form.one("find")[:100])


def _people(request: Request, cursor: str, wanted: str) -> Response:
    store: Store = request.app.state.store
    after, who, messages = read_cursor(cursor, _LIST, str), asker(request), Messages(language_of(request))
    with store.read() as connection:
        mine = people_in_view(connection, who, allowed_relation(who, "people.list"))
        found = candidates_after(connection, after, PEOPLE_A_PAGE + 1, mine, wanted)
        page = cut_page(found, PEOPLE_A_PAGE, _LIST, lambda person: person.id)
        lists = last_lists(connection, [person.id for person in page.things])
    first = not cursor and not wanted and request.headers.get("hx-request") != "true"
    today, zone = today_of(request), zone_of(request)
    waits: Sequence[Waiting] = ()
    without: Sequence[Without] = ()
    if first:
        waiting = needs_attention(store, who.actor.within, today, mine)
        with store.read() as connection:
            waits = _waiting(connection, waiting, messages, today)
            without = _without(connection, mine, messages, zone)
    return show(
        request,
        "people.html.jinja",
        part="found",
        people=[(person, _last(lists.get(person.id), messages, zone)) for person in page.things],
        next=page.next,
        find=wanted,
        first=first,
        waits=waits,
        without=without[:MOST_WITHOUT],
        more_without=max(0, len(without) - MOST_WITHOUT),
    )


def _waiting(connection: sa.Connection, found: Sequence[Attention], messages: Messages, today: date) -> list[Waiting]:
    names = some_candidates(connection, {one.candidate for one in found})
    plans = {one.plan: place_of(connection, get_plan(connection, one.plan)).name for one in found}
    return [
        Waiting(
            one.candidate,
            _name(names[one.candidate]),
            one.plan,
            plans[one.plan],
            attention_text(one, messages),
            day(one.day, messages),
            one.day is not None and one.day < today,
        )
        for one in found
        if one.candidate in names
    ]


def _without(connection: sa.Connection, mine: frozenset[str] | None, messages: Messages, zone: tzinfo) -> list[Without]:
    """Name those whose last list held nothing, from the list as it was shown: nobody is matched to look."""
    everybody = {person.id: person for person in candidates_after(connection, None, 10_000, mine)}
    empty = [(id_, one) for id_, one in last_lists(connection, list(everybody)).items() if not one.suggestions]
    return [
        Without(id_, _name(everybody[id_]), day_of(one.shown_at, messages, zone), _why(connection, id_, one, messages))
        for id_, one in sorted(empty)
    ]


def _why(connection: sa.Connection, id_: str, last: LastList, messages: Messages) -> tuple[str, ...]:
    """Say what left out most on a list that held nothing."""
    answer = kept_for(connection, id_, last.answer)
    left_out = {} if answer is None else json.loads(answer)["left_out"]
    most = sorted(left_out.items(), key=lambda one: (-one[1], one[0]))[:MOST_REASONS]
    return tuple(f"{messages.text(f'left.{reason}')}: {messages.number(count, 0)}" for reason, count in most)


def _last(last: LastList | None, messages: Messages, zone: tzinfo) -> str:
    if last is None:
        return messages.text("page.people.no_list")
    if not last.suggestions:
        return messages.text("page.people.empty_list", day=day_of(last.shown_at, messages, zone))
    return messages.text("page.people.list", count=last.suggestions, day=day_of(last.shown_at, messages, zone))


def _name(person: Candidate) -> str:
    return person.name or person.id
