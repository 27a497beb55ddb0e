"""What an employer offers, over HTTP: words in, loads and conditions proposed, confirmed or corrected, then carvable.

And the log of contacts with an employer, which belongs to the organisation and survives a change of coach.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from data.employer_contacts import ContactKind, EmployerContact
from data.esco import occupation_from
from data.postings import Posting, TaskAnswer
from data.store import employers_of
from data.store.change_receipts import Receipt
from data.store.employer_contacts import add_contact, contacts_of
from data.store.postings import (
    add_posting,
    confirm_posting,
    get_posting,
    postings_of,
    renew_posting,
    withdraw_posting,
)

from ..access.errors import NotYours
from ..access.login import random_id
from ..access.policy import asker, needs
from ..http.changes import READS_ONLY, Once, WriteOnce, receipt
from ..http.named import EmployerId, Key, Lang, RandomId, SiteId, Step
from ..http.uploads import TAKES_TABLE, uploaded_table
from ..local_time import now_of
from ..postings import PostingPlace, contact_as_json, contact_warning, posting_as_json, read_posted_table, read_text

router = APIRouter(prefix="/api/v1", tags=["postings"])

Said = Annotated[str, Query(max_length=200, description="of the job: ISCO-08 code, or address of the ESCO occupation")]
Title = Annotated[str, Query(min_length=1, max_length=200, examples=["Kirjastoapulainen"])]
Spoken = Literal["auto", "fi", "sv", "en"]


class PostingAsked(BaseModel):
    """Tasks in the employer's own words, one a line, with weekly hours where they are known; or a pasted table."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={
        "examples": [{"job_title": "Kirjastoapulainen", "text": "Kirjojen hyllytys 6 t/vko\nPalautusten lajittelu 4 t"}]
    })  # fmt: skip

    job_title: Key
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    form: Annotated[Literal["words", "table"], Field(description="table: cells with headers, as pasted or CSV")] = (
        "words"
    )
    language: Literal["auto", "fi", "sv", "en"] = "auto"
    occupation: Annotated[
        str, Field(max_length=200, description="of the job: ISCO-08 code, or address of the ESCO occupation")
    ] = ""


class AnswerSaid(BaseModel):
    """What the employer says of one task: a level (half steps) or null (not known) for every proposed load."""

    model_config = ConfigDict(extra="forbid")

    task: Key
    levels: Annotated[dict[Key, Step | None], Field(max_length=60)] = {}
    hours: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] | None = None
    core: bool | None = None
    divisible: bool | None = None
    carvable: bool = True


class AnswersSaid(BaseModel):
    """Answers for every task; none at all: everything that was confirmed still holds."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"answers": []}]})

    answers: Annotated[list[AnswerSaid], Field(max_length=200)] = []


class ContactSaid(BaseModel):
    """A contact with an employer: when, how, what about in one line, and when next. Nothing about a candidate."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={
        "examples": [{"on": "2026-11-28", "kind": "call", "note": "Sovittiin käynnistä", "next_on": "2026-12-08"}]
    })  # fmt: skip

    on: date
    kind: ContactKind
    note: Annotated[str, Field(max_length=500)]
    next_on: date | None = None


@router.get(
    "/sites/{site_id}/postings",
    summary="What is offered at a workplace",
    dependencies=[needs("posting.read", "site_id")],
)
def list_postings(request: Request, site_id: SiteId) -> dict[str, Any]:
    """List the postings of a site with what was read, the words behind it, and what was answered."""
    with request.app.state.store.read() as connection:
        owners = [employer.id for employer in employers_of(connection, sites=[site_id])]
        if not owners:
            raise NotYours
        found = [one for one in postings_of(connection, owners) if one.site == site_id]
    return {"postings": [posting_as_json(one) for one in found]}


@router.post(
    "/sites/{site_id}/postings", status_code=201, summary="Offer tasks in one's own words",
    dependencies=[needs("posting.change", "site_id")],
)  # fmt: skip
def post(request: Request, site_id: SiteId, asked: PostingAsked, once: Once) -> Response:
    """Read pasted words into tasks with proposed loads and conditions; read them with GET, then confirm or correct."""
    return _offer(request, _read_asked(request, site_id, asked), once)


@router.post(
    "/sites/{site_id}/postings/preview", summary="What words would become", openapi_extra=READS_ONLY,
    dependencies=[needs("posting.change", "site_id")],
)  # fmt: skip
def preview(request: Request, site_id: SiteId, asked: PostingAsked) -> dict[str, Any]:
    """Read pasted words or a pasted table as ``post`` would, and store nothing: loads with the words behind them."""
    return posting_as_json(_read_asked(request, site_id, asked))


@router.post(
    "/sites/{site_id}/postings/file", status_code=201, summary="Offer the tasks of a file", openapi_extra=TAKES_TABLE,
    dependencies=[needs("posting.change", "site_id")],
)  # fmt: skip
def post_file(
    request: Request, site_id: SiteId, job_title: Title, once: Once, language: Spoken = "auto", occupation: Said = ""
) -> Response:
    """Read a table of tasks; like pasted words it waits to be confirmed or corrected."""
    return _offer(request, _read_file(request, site_id, job_title, language, occupation), once)


@router.post(
    "/sites/{site_id}/postings/file/preview", summary="What a file would become",
    openapi_extra=READS_ONLY | TAKES_TABLE, dependencies=[needs("posting.change", "site_id")],
)  # fmt: skip
def preview_file(
    request: Request, site_id: SiteId, job_title: Title, language: Spoken = "auto", occupation: Said = ""
) -> dict[str, Any]:
    """Read a table of tasks and store nothing."""
    return posting_as_json(_read_file(request, site_id, job_title, language, occupation))


@router.post(
    "/sites/{site_id}/postings/{posting_id}/answers", summary="Confirm or correct what was read",
    dependencies=[needs("posting.change", "site_id")],
)  # fmt: skip
def answer(request: Request, site_id: SiteId, posting_id: RandomId, asked: AnswersSaid, once: Once) -> Response:
    """Keep what the employer says of each task; a coach does it on the employer's behalf, and it says so."""
    who, now = asker(request), now_of(request)
    said = [TaskAnswer(**one.model_dump()) for one in asked.answers]

    def change(connection: sa.Connection) -> Receipt:
        _of_site(connection, posting_id, site_id)
        if said:
            return _told(confirm_posting(connection, posting_id, said, who.actor, now))
        return _told(renew_posting(connection, posting_id, who.actor, now))

    return once(change)


@router.post(
    "/sites/{site_id}/postings/{posting_id}/withdrawal", summary="Take an offer back",
    dependencies=[needs("posting.change", "site_id")],
)  # fmt: skip
def take_back(request: Request, site_id: SiteId, posting_id: RandomId, once: Once) -> Response:
    """Take a posting out of the market for good."""
    who, now = asker(request), now_of(request)

    def change(connection: sa.Connection) -> Receipt:
        _of_site(connection, posting_id, site_id)
        return _told(withdraw_posting(connection, posting_id, who.actor, now))

    return once(change)


@router.get(
    "/employers/{employer_id}/contacts", summary="Contacts with an employer", dependencies=[needs("contact.read")]
)
def list_contacts(request: Request, employer_id: EmployerId) -> dict[str, Any]:
    """List the organisation's contacts with an employer, the latest first, whoever made them."""
    with request.app.state.store.read() as connection:
        found = contacts_of(connection, employer_id, asker(request).actor.tenant)
    return {"contacts": [contact_as_json(one) for one in found]}


@router.post(
    "/employers/{employer_id}/contacts", status_code=201, summary="Note a contact with an employer",
    dependencies=[needs("contact.write")],
)  # fmt: skip
def note_contact(
    request: Request, employer_id: EmployerId, asked: ContactSaid, once: Once, lang: Lang = "fi"
) -> Response:
    """Keep a contact; ``warning`` says when the note reads as if it were about a person."""
    who, now = asker(request), now_of(request)
    contact = EmployerContact(
        random_id(), employer_id, who.actor.tenant, asked.on, who.actor.account, asked.kind, asked.note, asked.next_on
    )
    warning = contact_warning(asked.note, lang)

    def change(connection: sa.Connection) -> Receipt:
        kept = add_contact(connection, contact, who.actor, now)
        return receipt({"contact": kept.id, "warning": warning or None}, 201)

    return once(change)


def _read_asked(request: Request, site: str, asked: PostingAsked) -> Posting:
    place, who, now = _place(request, site, asked.job_title, asked.occupation), asker(request).actor, now_of(request)
    if asked.form == "table":
        return read_posted_table(asked.text.encode(), place, who, now, random_id(), asked.language)
    return read_text(asked.text, place, who, now, random_id(), asked.language)


def _read_file(request: Request, site: str, job_title: str, language: str, occupation: str) -> Posting:
    place, who = _place(request, site, job_title, occupation), asker(request).actor
    return read_posted_table(uploaded_table(request), place, who, now_of(request), random_id(), language)


def _place(request: Request, site: str, job_title: str, occupation: str) -> PostingPlace:
    with request.app.state.store.read() as connection:
        owners = employers_of(connection, sites=[site])
    if not owners:
        raise NotYours
    return PostingPlace(owners[0].id, site, job_title, occupation=occupation_from(occupation))


def _offer(request: Request, read: Posting, once: WriteOnce) -> Response:
    """Keep what was read as a posting that waits for an answer."""
    who, now = asker(request), now_of(request)

    def change(connection: sa.Connection) -> Receipt:
        add_posting(connection, read, who.actor, now)
        where = {"Location": f"/api/v1/sites/{read.site}/postings"}
        return receipt({"posting": read.id, "tasks": len(read.tasks), "state": read.state.value}, 201, where)

    return once(change)


def _of_site(connection: sa.Connection, posting: str, site: str) -> None:
    """Refuse a posting of another site as if it were not there."""
    if get_posting(connection, posting).site != site:
        raise NotYours


def _told(one: Posting) -> Receipt:
    return receipt({"posting": one.id, "state": one.state.value, "stale_on": one.stale_on().isoformat()})
