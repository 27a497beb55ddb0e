"""A person's rights on pages: who has seen their data, download, objection, learning, erasure."""

from __future__ import annotations

import json

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from data.store import Store, get_candidate
from data.store.change_receipts import Receipt
from data.store.objections import objects_since

from ..access.policy import asker, needs
from ..erasing import bring_ledger_up, erase_within
from ..http.named import CandidateId
from ..local_time import day_of, now_of, zone_of
from ..personal_rights import let_learn_from, object_to_matching, whole_download
from ..who_saw import who_saw
from .forms import Form, OnceByForm
from .frame import show
from .language import messages_of
from .notices import Notice, go_to
from .own import own_id, own_trials

router = APIRouter(include_in_schema=False)

SHOWN_AT_MOST = 300


@router.get("/me/seen", dependencies=[needs("person.seen_by", in_body=True)])
def seen(request: Request, own: bool = False) -> Response:
    """Show a candidate who else has seen, changed or decided something about them, the latest first.

    ``own``: what they did themself too.
    """
    return _seen(request, own_id(request, "person.seen_by"), "", own)


@router.get("/people/{candidate_id}/seen-by", dependencies=[needs("person.seen_by", "candidate_id")])
def seen_of_person(request: Request, candidate_id: CandidateId) -> Response:
    """Show a coach who has seen, changed or decided something about a person."""
    return _seen(request, candidate_id, candidate_id, own=True)


@router.get("/me/data", dependencies=[needs("person.seen_by", in_body=True)])
def data(request: Request) -> Response:
    """Show a candidate what they can do about their data: download, objection, learning, erasure."""
    return _data(request, own_id(request, "person.seen_by"))


@router.get("/me/download", dependencies=[needs("person.download", in_body=True)])
def download(request: Request) -> Response:
    """Give a candidate all that is kept about them as a file."""
    whole = whole_download(request.app.state.store, own_id(request, "person.download"))
    return Response(
        json.dumps(whole, ensure_ascii=False, indent=1), media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )  # fmt: skip


@router.post("/me/objection", dependencies=[needs("person.object", in_body=True)])
def object_to(request: Request, form: Form, once: OnceByForm) -> Response:
    """From now on no list is made for the candidate, or it is again."""
    me, who, now = own_id(request, "person.object"), asker(request), now_of(request)
    objects = form.one("objects") == "yes"

    def change(connection: sa.Connection) -> Receipt:
        object_to_matching(connection, me, who.actor, now, objects=objects)
        return go_to("/me/data", "objects" if objects else "objects_no_more")

    return once(change)


@router.post("/me/learning", dependencies=[needs("person.learn_from", in_body=True)])
def learning(request: Request, form: Form, once: OnceByForm) -> Response:
    """Let the candidate's trials be learned from, or no longer."""
    me, who, now = own_id(request, "person.learn_from"), asker(request), now_of(request)
    released = form.one("released") == "yes"

    def change(connection: sa.Connection) -> Receipt:
        let_learn_from(connection, me, who.actor, now, released=released)
        return go_to("/me/data", "learning_yes" if released else "learning_no")

    return once(change)


@router.post("/me/erasure", dependencies=[needs("person.erase", in_body=True)])
def erase(request: Request, form: Form, once: OnceByForm) -> Response:
    """Erase the candidate with all that is kept, when they have ticked that they know it cannot be undone."""
    me, who, now = own_id(request, "person.erase"), asker(request), now_of(request)
    if form.one("sure") != "yes":
        return _data(request, me, Notice("fault", "own.erase.tick"), 422)

    def change(connection: sa.Connection) -> Receipt:
        erase_within(connection, me, who.actor, now)
        return go_to("/login", "erased")

    answer = once(change)
    bring_ledger_up(request.app.state.store)
    request.app.state.kept_lists.forget(me)
    return answer


def _seen(request: Request, person: str, of: str, own: bool) -> Response:
    messages, zone = messages_of(request), zone_of(request)
    with request.app.state.store.read() as connection:
        found = who_saw(connection, person, messages, zone, to_them=asker(request).candidate == person)
        name = (get_candidate(connection, person).name or person) if of else ""
    rows = [one for one in found if own or not one.own]
    return show(request, "seen.html.jinja", rows=rows[:SHOWN_AT_MOST], of=of, name=name, own=own)


def _data(request: Request, me: str, notice: Notice | None = None, status: int = 200) -> Response:
    store: Store = request.app.state.store
    messages = messages_of(request)
    with store.read() as connection:
        since = objects_since(connection, me)
    plans = own_trials(store, asker(request).actor.tenant, me)
    day = day_of(since, messages, zone_of(request)) if since else ""
    return show(
        request, "own_data.html.jinja", status=status, notice=notice, objects_since=day,
        released=sum(plan.released for plan in plans), trials=len(plans),
    )  # fmt: skip
