"""What a person has let which employer know, one thing at a time, and taking it back; for them and their coach."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from data.releases import standing_releases
from data.store import Store, get_candidate, releases_of, withdraw
from data.store.change_receipts import Receipt
from data.store.schema import employer as employer_table

from ..access.login import random_id
from ..access.policy import asker, needs
from ..disclosure_words import fact_as_json
from ..http.named import CandidateId
from ..local_time import day_of, now_of, zone_of
from ..releasing import release_fact
from .forms import Form, OnceByForm, SentForm
from .frame import show
from .language import messages_of
from .notices import go_to
from .own import own_id
from .own_trial import fact_of

router = APIRouter(include_in_schema=False)


@router.get("/me/shared", dependencies=[needs("release.read", in_body=True)])
def mine(request: Request) -> Response:
    """Show a candidate what they have let employers know, until when, and let them take it back."""
    return _shared(request, own_id(request, "release.read"), "/me/shared", "")


@router.post("/me/shared", dependencies=[needs("release.change", in_body=True)])
def change_mine(request: Request, form: Form, once: OnceByForm) -> Response:
    """Let one employer know one thing, or take it back from them, or take everything back."""
    return _change(request, own_id(request, "release.change"), form, once, "/me/shared")


@router.get("/people/{candidate_id}/releases", dependencies=[needs("release.read", "candidate_id")])
def of_person(request: Request, candidate_id: CandidateId) -> Response:
    """Show a coach what a person has let employers know."""
    return _shared(request, candidate_id, f"/people/{candidate_id}/releases", candidate_id)


@router.post("/people/{candidate_id}/releases", dependencies=[needs("release.change", "candidate_id")])
def change_of_person(request: Request, candidate_id: CandidateId, form: Form, once: OnceByForm) -> Response:
    """Write down what a person has said about letting an employer know something, or taking it back."""
    return _change(request, candidate_id, form, once, f"/people/{candidate_id}/releases")


def _change(request: Request, person: str, form: SentForm, once: OnceByForm, page: str) -> Response:
    who, now = asker(request), now_of(request)
    trial = form.one("trial")
    back = f"/me/trials/{trial}#told" if trial.isalnum() and page == "/me/shared" else page

    def let_know(connection: sa.Connection) -> Receipt:
        release_fact(connection, who.actor, person, form.one("employer"), fact_of(form), now, zone_of(request), trial)
        return go_to(back, "released")

    def take_back(connection: sa.Connection) -> Receipt:
        fact = (form.one("kind"), form.one("about")) if form.one("kind") else None
        withdraw(connection, who.actor, person, now, random_id(), form.one("employer"), fact)
        return go_to(back, "taken_back")

    return once(take_back if form.one("do") == "take_back" else let_know)


def _shared(request: Request, person: str, address: str, of: str) -> Response:
    store: Store = request.app.state.store
    messages, zone = messages_of(request), zone_of(request)
    with store.read() as connection:
        standing = standing_releases(releases_of(connection, person), now_of(request))
        name = (get_candidate(connection, person).name or person) if of else ""
        asked = sa.select(employer_table.c.id, employer_table.c.name)
        names = {row.id: row.name for row in connection.execute(asked)}
    rows = [
        {
            "employer": one.entry.employer,
            "employer_name": names.get(one.entry.employer, one.entry.employer),
            "fact": fact_as_json(one.entry.fact, {}, messages),
            "at": day_of(one.entry.at, messages, zone),
            "until": day_of(one.entry.expires, messages, zone),
            "taken_back": day_of(one.withdrawn_at, messages, zone) if one.withdrawn_at else "",
            "shown": one.shown,
        }
        for one in standing
        if one.entry.fact is not None
    ]
    now = [row for row in rows if row["shown"]]
    return show(
        request,
        "shared.html.jinja",
        address=address,
        of=of,
        name=name,
        now=now,
        before=[row for row in rows if not row["shown"]],
    )
