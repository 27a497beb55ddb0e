"""What is suggested to a candidate, and why, in plain words; and more or less of a kind of work at one click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from data.candidates import Candidate
from data.errors import InvalidInput
from data.profile_changes import ProfileChange
from data.store import get_candidate
from data.store.change_receipts import Receipt
from data.store.objections import PersonObjects
from data.vocabulary import vocabulary
from matching import MatchConfig, Suggestion

from ..access.policy import asker, needs
from ..commands.match_lists import Question
from ..local_time import now_of
from ..messages import Messages
from ..plain_reasons import why_this_as_json
from ..profile_correction import correct_profile, whatever_it_was
from ..shown_lists import show_list
from ..wording import workplace_name
from .forms import Form, OnceByForm
from .frame import show
from .language import messages_of
from .notices import go_to
from .own import own_id
from .pictures import hours_by_block, week_of

router = APIRouter(include_in_schema=False)

SHOWN = 10
WANTS = {"more": 2.0, "less": -2.0, "forget": 0.0}


@dataclass(frozen=True, slots=True)
class OwnTask:
    """A task of a suggestion: hours, words, the kinds of work it is, and what the person has said about those."""

    hours: float
    text: str
    kinds: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class OwnSuggestion:
    """A suggestion as the person reads it: no score, no rank of the person, sentences instead."""

    place: str
    hours: float
    week: Any
    tasks: tuple[OwnTask, ...]
    sentences: tuple[str, ...]


@router.get("/me/suggestions", dependencies=[needs("list.read", in_body=True)])
def suggestions(request: Request) -> Response:
    """Show a candidate what is suggested to them and why; like every list it is logged before it is shown."""
    me, messages = own_id(request, "list.read"), messages_of(request)
    question = Question(me, MatchConfig(top=SHOWN))
    try:
        shown = show_list(
            request.app.state.store, question, messages, now_of(request), actor=asker(request).actor,
            kept=request.app.state.kept_lists,
        )  # fmt: skip
    except PersonObjects:
        return show(request, "own_suggestions.html.jinja", objecting=True, found=(), fictional=False)
    found = shown.listed.found
    lines = zip(found.suggestions, shown.written["suggestions"], strict=True)
    return show(
        request, "own_suggestions.html.jinja", objecting=False, fictional=found.person.fictional,
        found=[_own(one, line, found.person, messages) for one, line in lines],
    )  # fmt: skip


@router.post("/me/wishes", dependencies=[needs("person.correct", in_body=True)])
def wish(request: Request, form: Form, once: OnceByForm) -> Response:
    """Keep that a candidate wants more of a kind of work, or less of it, or takes that back."""
    me, who, now = own_id(request, "person.correct"), asker(request), now_of(request)
    kind, wanted = form.one("kind"), WANTS.get(form.one("want"))
    if kind not in vocabulary("activities") or wanted is None:
        raise InvalidInput("wish", "this is no kind of work that can be wished for", "one of those on the page")

    def change(connection: sa.Connection) -> Receipt:
        person = get_candidate(connection, me)
        wishes = {id_: value for id_, value in (dict(person.wishes) | {kind: wanted}).items() if value}
        asked = ProfileChange({"wishes": wishes})
        correct_profile(connection, me, asked, ["wishes"], who.actor, now, whatever_it_was)
        return go_to("/me/suggestions", "wish_kept")

    return once(change)


def _own(one: Suggestion, line: Any, person: Candidate, messages: Messages) -> OwnSuggestion:
    place = one.reach.place
    tasks = tuple(
        OwnTask(
            part.hours,
            part.task.text,
            tuple(
                (id_, messages.word("activities", id_), float(person.wishes.get(id_, 0.0)))
                for id_ in part.task.activities
            ),
        )
        for part in one.tasks
    )
    said = why_this_as_json(line, messages)["sentences"]
    return OwnSuggestion(
        workplace_name(place.employer.name, place.site.name), one.hours, week_of(hours_by_block(one)), tasks,
        tuple(sentence["text"] for sentence in said if sentence["kind"] != "work"),
    )  # fmt: skip
