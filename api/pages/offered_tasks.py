"""Pages on which an employer offers tasks: words or a table in, what was read of them, confirm or correct, offer.

What was read is kept as a draft, which is in no market: nothing is offered before the employer says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from data.errors import FileUnreadable, InvalidInput
from data.esco import occupation_from
from data.imports.task_list import task_table
from data.imports.uploaded_table import sheets_of_bytes
from data.permissions import load_permissions
from data.postings import MOST_TASKS, Posting, PostingState
from data.store import Store, employers_of
from data.store.change_receipts import Receipt
from data.store.postings import add_posting, get_posting, renew_posting, withdraw_posting
from data.workplaces import Employer, Site

from ..access.errors import NotYours
from ..access.login import random_id
from ..access.policy import asker, needs
from ..fault_sheet import what_to_mend
from ..http.named import RandomId, SiteId
from ..local_time import now_of
from ..postings import LONGEST_PASTE, PostingPlace, offer, read_posted_table, read_text
from .forms import FieldFault, Form, OnceByForm, SentForm, read_fields
from .frame import show
from .language import messages_of
from .notices import DONE, Notice, go_to
from .task_reading import answers_in, opened_in, reading_of, without_answers

router = APIRouter(include_in_schema=False)

SPOKEN = ("auto", "fi", "sv", "en")
LONGEST_TITLE = 200
NEW, OFFERED = "new", "tasks_offered"
"""In the address that follows an offer: which one is new (a corrected one is not), and what is said of it."""

MOST_ROW_FAULTS = 20


class TasksFields(BaseModel):
    """What the page asks that takes tasks."""

    job_title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)]
    language: Literal["auto", "fi", "sv", "en"] = "auto"
    occupation: Annotated[str, Field(max_length=LONGEST_TITLE)] = ""


@router.get("/workplaces/{site_id}/tasks/new", dependencies=[needs("posting.change", "site_id")])
def new_tasks(request: Request, site_id: SiteId) -> Response:
    """Ask for tasks in the employer's own words, or in a table."""
    owner, place = workplace(request, site_id)
    return _ask(request, owner, place, SentForm())


@router.post("/workplaces/{site_id}/tasks/new", dependencies=[needs("posting.change", "site_id")])
def read_tasks(request: Request, site_id: SiteId, once: OnceByForm, form: Form) -> Response:
    """Read pasted words or a table into a draft, and lead to what was read; what was typed stays when it cannot be."""
    owner, place = workplace(request, site_id)
    found = _read(request, owner, place, form)
    if not isinstance(found, Posting):
        faults, rows = found
        return _ask(request, owner, place, form, faults, rows)
    draft = without_answers(found)

    def change(connection: sa.Connection) -> Receipt:
        add_posting(connection, draft, asker(request).actor, now_of(request))
        return go_to(f"/workplaces/{site_id}/tasks/{draft.id}")

    return once(change)


@router.get("/workplaces/{site_id}/tasks/{posting_id}", dependencies=[needs("posting.change", "site_id")])
def read_back(request: Request, site_id: SiteId, posting_id: RandomId) -> Response:
    """Show what was read of an offer, to confirm or correct."""
    owner, place = workplace(request, site_id)
    with request.app.state.store.read() as connection:
        posting = posting_of(connection, site_id, posting_id)
    return _show_reading(request, owner, place, posting)


@router.post("/workplaces/{site_id}/tasks/{posting_id}", dependencies=[needs("posting.change", "site_id")])
def offer_tasks(request: Request, site_id: SiteId, posting_id: RandomId, once: OnceByForm, form: Form) -> Response:
    """Offer the tasks as the employer says they are; or open all loads of a task, with everything typed kept."""
    owner, place = workplace(request, site_id)
    with request.app.state.store.read() as connection:
        posting = posting_of(connection, site_id, posting_id)
    if form.one("open"):
        return _show_reading(request, owner, place, posting, form)
    answers, faults = answers_in(posting, form)
    if faults:
        return _show_reading(request, owner, place, posting, form, faults)

    def change(connection: sa.Connection) -> Receipt:
        before = posting_of(connection, site_id, posting_id)
        offer(connection, posting_id, answers, asker(request).actor, now_of(request))
        new = f"?{NEW}={posting_id}" if before.state is PostingState.DRAFT else ""
        return go_to(f"/workplaces/{site_id}{new}", OFFERED)

    return once(change)


@router.post("/workplaces/{site_id}/tasks/{posting_id}/renewal", dependencies=[needs("posting.change", "site_id")])
def renew(request: Request, site_id: SiteId, posting_id: RandomId, once: OnceByForm) -> Response:
    """Keep an offer that still holds as it was confirmed."""

    def change(connection: sa.Connection) -> Receipt:
        posting_of(connection, site_id, posting_id)
        renew_posting(connection, posting_id, asker(request).actor, now_of(request))
        return go_to(f"/workplaces/{site_id}", "tasks_renewed")

    return once(change)


@router.post("/workplaces/{site_id}/tasks/{posting_id}/withdrawal", dependencies=[needs("posting.change", "site_id")])
def take_back(request: Request, site_id: SiteId, posting_id: RandomId, once: OnceByForm) -> Response:
    """Take an offer or a draft back for good."""

    def change(connection: sa.Connection) -> Receipt:
        posting_of(connection, site_id, posting_id)
        withdraw_posting(connection, posting_id, asker(request).actor, now_of(request))
        return go_to(f"/workplaces/{site_id}", "tasks_withdrawn")

    return once(change)


def offered_notice(request: Request, site_id: str, offers: Iterable[Posting]) -> Notice | None:
    """Say that tasks are offered now, with the way to take a new offer back at once; None: nothing new was offered."""
    new = next((one for one in offers if one.id == request.query_params.get(NEW)), None)
    may = load_permissions().needed(asker(request).actor.role, "posting.change")
    if request.query_params.get(DONE) != OFFERED or new is None or not may:
        return None
    back = f"/workplaces/{quote(site_id, safe='')}/tasks/{new.id}/withdrawal"
    return Notice("done", f"done.{OFFERED}", undo_to=back, undo_key="offer.withdraw_at_once")


def workplace(request: Request, site_id: str) -> tuple[Employer, Site]:
    """Give a site with its employer; NotYours when there is none."""
    store: Store = request.app.state.store
    with store.read() as connection:
        owners = employers_of(connection, sites=[site_id])
    if not owners:
        raise NotYours
    return owners[0], owners[0].sites[0]


def posting_of(connection: sa.Connection, site_id: str, posting_id: str) -> Posting:
    """Give an offer of a site that can still be changed; one of another site is as if it were not there."""
    posting = get_posting(connection, posting_id)
    if posting.site != site_id:
        raise NotYours
    return posting


def _read(
    request: Request, owner: Employer, place: Site, form: SentForm
) -> Posting | tuple[tuple[FieldFault, ...], tuple[tuple[int, str], ...]]:
    """Read what was sent, or say what is wrong: faults of fields, and of rows of the table (row number, words)."""
    said = {name: form.one(name) for name in ("job_title", "language", "occupation") if form.one(name)}
    asked = read_fields(TasksFields, said)
    _, content, _ = form.files.get("table", ("", b"", ""))
    text = form.one("text")
    faults = list(asked) if isinstance(asked, tuple) else []
    if not text and not content:
        faults.append(FieldFault("text", "words_or_table"))
    elif text and content:
        faults.append(FieldFault("table", "words_and_table"))
    elif len(text) > LONGEST_PASTE:
        faults.append(FieldFault("text", "too_long", {"limit": str(LONGEST_PASTE)}))
    try:
        occupation = occupation_from(form.one("occupation"))
    except InvalidInput:
        faults.append(FieldFault("occupation", "occupation"))
    if faults or isinstance(asked, tuple):
        return tuple(faults), ()
    where = PostingPlace(owner.id, place.id, asked.job_title, occupation=occupation)
    who, now, id_ = asker(request).actor, now_of(request), random_id()
    if content:
        return _read_table(request, content, where, id_, asked.language)
    read = read_text(text, where, who, now, id_, asked.language)
    return read if read.tasks else ((FieldFault("text", "no_tasks"),), ())


def _read_table(
    request: Request, content: bytes, where: PostingPlace, id_: str, language: str
) -> Posting | tuple[tuple[FieldFault, ...], tuple[tuple[int, str], ...]]:
    messages = messages_of(request)
    try:
        table = task_table(sheets_of_bytes(content, "file")[0].cells, "file")
    except (FileUnreadable, InvalidInput, IndexError):
        return (FieldFault("table", "table_unreadable"),), ()
    if table.faults:
        rows = tuple((one.row, what_to_mend(one, one.column, messages)) for one in table.faults[:MOST_ROW_FAULTS])
        return (FieldFault("table", "rows_unreadable", {"count": str(len(table.faults))}),), rows
    if not 0 < len(table.rows) <= MOST_TASKS:
        kind = "no_tasks" if not table.rows else "too_many_tasks"
        return (FieldFault("table", kind, {"limit": str(MOST_TASKS)}),), ()
    try:
        return read_posted_table(content, where, asker(request).actor, now_of(request), id_, language)
    except InvalidInput:  # rows are sound and not too many: they name several occupations
        return (FieldFault("occupation", "several_occupations"),), ()


def _ask(
    request: Request, owner: Employer, place: Site, form: SentForm,
    faults: tuple[FieldFault, ...] = (), rows: tuple[tuple[int, str], ...] = (),
) -> Response:  # fmt: skip
    return show(
        request,
        "new_tasks.html.jinja",
        status=422 if faults else 200,
        site=place,
        employer=owner,
        typed={name: form.one(name) for name in ("job_title", "text", "occupation")},
        language=form.one("language") or "auto",
        spoken=SPOKEN,
        faults=faults,
        rows=rows,
        longest=LONGEST_PASTE,
    )


def _show_reading(
    request: Request, owner: Employer, place: Site, posting: Posting, form: SentForm | None = None,
    faults: tuple[FieldFault, ...] = (),
) -> Response:  # fmt: skip
    opened = frozenset[int]() if form is None else opened_in(form, len(posting.tasks))
    return show(
        request,
        "read_tasks.html.jinja",
        status=422 if faults else 200,
        site=place,
        employer=owner,
        posting=posting,
        draft=posting.state is PostingState.DRAFT,
        over=posting.state is PostingState.WITHDRAWN,
        reading=reading_of(posting, messages_of(request), form, opened),
        faults=faults,
        by_field={one.name: one for one in faults},
    )
