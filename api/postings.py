"""An employer's posting, step by step: words or a table in, a record out; and how postings and contacts look as JSON.

Routes call one function a step; who may do it is checked before. Texts are in no audit and no error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from data.accounts import Actor
from data.employer_contacts import EmployerContact
from data.errors import InvalidInput
from data.esco import NOT_SAID, Occupation
from data.imports.task_list import TaskRow, task_table
from data.imports.uploaded_table import sheets_of_bytes
from data.moments import moment_text
from data.postings import IN_MARKET, MOST_TASKS, PostedTask, Posting, PostingState, TaskAnswer
from data.store import Store
from data.store.employer_contacts import contacts_due
from data.store.postings import (
    SOON,
    add_posting,
    confirm_posting,
    get_posting,
    propose_posting,
    renew_posting,
    stale_soon,
    withdraw_posting,
)
from features.posting_reading import health_in_note, proposed_from_rows, proposed_from_text

from .messages import Messages

LONGEST_PASTE = 20_000


@dataclass(frozen=True, slots=True)
class PostingPlace:
    """Where posted tasks are done: ids of employer and site, the job's title; names for what is not stored yet.

    ``occupation``: what the job is by ISCO-08 or ESCO, where somebody says it.
    """

    employer: str
    site: str
    job_title: str
    employer_name: str = ""
    site_name: str = ""
    municipality: str = ""
    occupation: Occupation = NOT_SAID


def post_text(
    store: Store, text: str, place: PostingPlace, actor: Actor, at: datetime, id_: str, language: str = "auto"
) -> Posting:
    """Make a posting of pasted words: tasks with proposed loads and conditions, waiting to be confirmed."""
    read = read_text(text, place, actor, at, id_, language)
    with store.write() as connection:
        return add_posting(connection, read, actor, at)


def read_text(text: str, place: PostingPlace, actor: Actor, at: datetime, id_: str, language: str = "auto") -> Posting:
    """Read pasted words into a posting that is not stored yet; InvalidInput when they are too long or hold no task."""
    if len(text) > LONGEST_PASTE:
        raise InvalidInput("text", "the text is too long", f"up to {LONGEST_PASTE} signs, or a table")
    bare = _bare(place, actor, at, id_)
    return replace(bare, tasks=tuple(proposed_from_text(text, bare.job, language, place.job_title)))


def post_table(
    store: Store, content: bytes, place: PostingPlace, actor: Actor, at: datetime, id_: str, language: str = "auto"
) -> Posting:
    """Make a posting of a table (.csv, .xlsx) of tasks; InvalidInput when rows of it cannot be read."""
    read = read_posted_table(content, place, actor, at, id_, language)
    with store.write() as connection:
        return add_posting(connection, read, actor, at)


def read_posted_table(
    content: bytes, place: PostingPlace, actor: Actor, at: datetime, id_: str, language: str = "auto"
) -> Posting:
    """Read a table into a posting that is not stored yet; what the rows say of employer and site is left aside."""
    table = task_table(sheets_of_bytes(content, "file")[0].cells, "file")
    if table.faults:
        first = table.faults[0]
        raise InvalidInput(f"row {first.row}, {first.column}", first.reason, first.way_out.rstrip("."))
    if len(table.rows) > MOST_TASKS:
        raise InvalidInput("file", f"there are {len(table.rows)} tasks", f"up to {MOST_TASKS}")
    bare = _bare(replace(place, occupation=_occupation(table.rows, place)), actor, at, id_)
    rows = [
        TaskRow(row.row, row.text, row.hours, row.job or place.job_title, core=row.core, divisible=row.divisible)
        for row in table.rows
    ]
    return replace(bare, tasks=tuple(proposed_from_rows(rows, bare.job, language)))


def confirm(store: Store, id_: str, answers: Sequence[TaskAnswer], actor: Actor, at: datetime) -> Posting:
    """Keep what the employer says of each task; without answers, that everything still holds."""
    with store.write() as connection:
        if not answers:
            return renew_posting(connection, id_, actor, at)
        return confirm_posting(connection, id_, answers, actor, at)


def offer(connection: sa.Connection, id_: str, answers: Sequence[TaskAnswer], actor: Actor, at: datetime) -> Posting:
    """Offer a posting as the employer says it is; tasks of a draft that no answer names are left out of it."""
    before = get_posting(connection, id_)
    if before.state is PostingState.DRAFT:
        named = {answer.task for answer in answers}
        propose_posting(connection, id_, [one for one in before.tasks if one.task.id in named], actor, at)
    return confirm_posting(connection, id_, answers, actor, at)


def withdraw(store: Store, id_: str, actor: Actor, at: datetime) -> Posting:
    """Take a posting out of the market for good."""
    with store.write() as connection:
        return withdraw_posting(connection, id_, actor, at)


def contact_warning(note: str, language: str) -> str:
    """Say in the reader's language that a note seems to speak of a person; "" when it does not."""
    kinds = health_in_note(note, language)
    messages = Messages(language)
    told = ", ".join(messages.text(f"contact.about.{kind}") for kind in kinds)
    return messages.text("contact.warning", kinds=told) if kinds else ""


def _bare(place: PostingPlace, actor: Actor, at: datetime, id_: str) -> Posting:
    return Posting(
        id_, place.employer, place.site, place.job_title, PostingState.PROPOSED,
        moment_text(at), actor.account, (),
        place.employer_name, place.site_name, place.municipality,
        isco=place.occupation.isco, esco=place.occupation.esco,
    )  # fmt: skip


def _occupation(rows: Sequence[TaskRow], place: PostingPlace) -> Occupation:
    """Take what was said of the job, or else what its rows say alike; a posting is one job.

    InvalidInput when rows say different things: which of them it is, is not guessed.
    """
    if place.occupation.said:
        return place.occupation
    found = [{row.facts[name] for row in rows if row.facts.get(name)} for name in ("isco", "esco")]
    for several in found:
        if len(several) > 1:
            told = ", ".join(sorted(several)[:3])
            raise InvalidInput("file", f"its rows name several occupations ({told})", "one job, or its occupation said")
    return Occupation(*(next(iter(one), "") for one in found))


def posting_as_json(one: Posting) -> dict[str, Any]:
    """Give a posting in its documented shape (``docs/reference/posting.schema.json``)."""
    return {
        "format": "posting/1",
        "id": one.id,
        "employer": one.employer,
        "site": one.site,
        "job": {"id": one.job, "title": one.job_title}
        | ({"isco": one.isco} if one.isco else {})
        | ({"esco": one.esco} if one.esco else {}),
        "state": one.state.value,
        "created_at": one.created_at,
        "confirmed_at": one.confirmed_at,
        "on_behalf": one.on_behalf,
        "ended_at": one.ended_at,
        "stale_on": one.stale_on().isoformat() if one.state in IN_MARKET else None,
        "tasks": [_task_json(task) for task in one.tasks],
    }


def _task_json(posted: PostedTask) -> dict[str, Any]:
    task = posted.task
    said = {
        dimension: level
        for dimension, several in task.levels.items()
        for level in several
        if level.stated_on is not None
    }
    read = {one.condition: one.words for one in posted.conditions}
    return {
        "id": task.id,
        "text": task.text,
        "hours_per_week": task.hours_per_week,
        "core": task.core,
        "divisible": task.divisible,
        "loads": [
            {
                "dimension": dimension,
                "proposed": load.shown,
                "low": load.level.low,
                "high": load.level.high,
                "source": load.level.source.value,
                "words": load.words,
                "plans": load.plans,
            }
            for dimension, load in sorted(posted.loads.items())
        ],
        "said": [
            {"dimension": dimension, "level": level.value, "how": level.evidence, "on": _day(level.stated_on)}
            for dimension, level in sorted(said.items())
        ],
        "conditions": [
            {**asdict(one), "type": one.type.value, "need": one.need.value, "words": read.get(one, "")}
            for one in task.conditions
        ],
    }


@dataclass(frozen=True, slots=True)
class EmployersDue:
    """What waits for a coach with employers: whom to be in touch with by a day, and postings that will run out."""

    contacts: tuple[EmployerContact, ...]
    postings: tuple[Posting, ...]


def employers_due(store: Store, tenant: str, today: date, within: timedelta = SOON) -> EmployersDue:
    """Find what is due within some days, whoever agreed on it: it stays when coaches change."""
    with store.read() as connection:
        contacts = contacts_due(connection, tenant, today + within)
        return EmployersDue(contacts, stale_soon(connection, today, within))


def employers_due_as_json(due: EmployersDue, messages: Messages) -> dict[str, Any]:
    """Give both, each with a sentence and its day, the most urgent first (``employers-due.schema.json``)."""
    return {
        "contacts": [
            {**contact_as_json(one), "text": messages.text("due.contact", employer=one.employer, day=_day(one.next_on))}
            for one in due.contacts
        ],
        "postings": [
            {
                "posting": one.id,
                "employer": one.employer,
                "site": one.site,
                "job_title": one.job_title,
                "day": _day(one.stale_on()),
                "text": messages.text("due.posting", job=one.job_title, site=one.site, day=_day(one.stale_on())),
            }
            for one in due.postings
        ],
    }


def contact_as_json(one: EmployerContact) -> dict[str, Any]:
    """Give a contact in its documented shape (``docs/reference/employer-contact.schema.json``)."""
    return {
        "id": one.id,
        "employer": one.employer,
        "on": one.on.isoformat(),
        "account": one.account,
        "kind": one.kind.value,
        "note": one.note,
        "next_on": _day(one.next_on),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
