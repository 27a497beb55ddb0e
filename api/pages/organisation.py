"""An organisation as its administrator looks after it: its facts, what waits for a note, its audit, the service."""

from __future__ import annotations

import os
from collections import Counter
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response

from data.accounts import ACCOUNT_ROLES
from data.audit import AuditEntry
from data.permissions import Relation
from data.store import Store
from data.store.accounts import accounts_of, people_of, tenants
from data.store.audit import entries_before
from data.store.change_receipts import Receipt
from data.store.emergency_access import emergencies_waiting

from ..access.errors import NotYours
from ..access.policy import allowed_relation, asker, needs
from ..access.principal import people_in_view
from ..emergency_notes import take_note
from ..http.named import CandidateId, RandomId
from ..local_time import day_of, moment_words, now_of, zone_of
from ..messages import Messages
from ..service_state import service_state
from ..who_saw import happened
from .forms import OnceByForm
from .frame import show
from .language import messages_of
from .notices import Notice, go_to

router = APIRouter(include_in_schema=False)

ENTRIES_A_PAGE = 100


@router.get("/admin/organisation", dependencies=[needs("accounts.read")])
def organisation(request: Request) -> Response:
    """Show what stands behind the organisation: accounts by role and people; the operator sees all organisations."""
    who = asker(request)
    rows = []
    with request.app.state.store.read() as connection:
        for id_, name in tenants(connection).items():
            if who.actor.tenant in ("", id_):
                found = accounts_of(connection, id_)
                by_role = Counter(one.role for one in found if not one.disabled)
                people = len(people_of(connection, id_))
                shut = sum(one.disabled for one in found)
                rows.append((name, [by_role[role] for role in ACCOUNT_ROLES], shut, people))
    return show(request, "organisation.html.jinja", rows=rows, roles=[role.value for role in ACCOUNT_ROLES])


@router.get("/admin/emergencies", dependencies=[needs("attention.read")])
def emergencies(request: Request) -> Response:
    """Show profiles that were opened in an emergency and that nobody has taken note of."""
    return _emergencies(request)


@router.post(
    "/admin/emergencies/{candidate_id}/{access_id}", dependencies=[needs("emergency.acknowledge", "candidate_id")]
)
def acknowledge(request: Request, candidate_id: CandidateId, access_id: RandomId, once: OnceByForm) -> Response:
    """Take note of access in an emergency, in one's own name."""
    who, now = asker(request).actor, now_of(request)
    if not who.named:
        return _emergencies(request, Notice("fault", "admin.emergency.nobody"), 422)

    def change(connection: sa.Connection) -> Receipt:
        take_note(connection, candidate_id, access_id, who, now)
        return go_to("/admin/emergencies", "noted")

    try:
        return once(change)
    except NotYours:
        return _emergencies(request, Notice("fault", "admin.emergency.gone"), 409)


@router.get("/admin/audit", dependencies=[needs("audit.read")])
def audit(request: Request, before: Annotated[int | None, Query(ge=1, le=2**53 - 1)] = None) -> Response:
    """Show what happened in the organisation, the latest first; nobody that it was about can be read from it."""
    who, messages, zone = asker(request).actor, messages_of(request), zone_of(request)
    with request.app.state.store.read() as connection:
        found = entries_before(connection, before, ENTRIES_A_PAGE + 1, who.within)
        names = {one.id: one.name for one in accounts_of(connection, who.within)}
    page, more = found[:ENTRIES_A_PAGE], len(found) > ENTRIES_A_PAGE
    rows = [
        (one.number, moment_words(one.at, messages, zone), one.operator or names.get(one.account, one.account),
         one.role.value, happened(one.action, messages), _about(one, names, messages))
        for one in page
    ]  # fmt: skip
    return show(request, "audit.html.jinja", rows=rows, next=page[-1].number if more else None)


@router.get("/admin/service", dependencies=[needs("service.read")])
def service(request: Request) -> Response:
    """Show what is in force in the service, and whether something is wrong that the operator has to mend."""
    state, messages = request.app.state, messages_of(request)
    found = service_state(state.store, state.settings, os.environ)
    scorer = found["scorer"]
    since = day_of(scorer["since"], messages, zone_of(request)) if scorer["since"] else ""
    return show(request, "service.html.jinja", state=found, since=since)


def _about(entry: AuditEntry, names: dict[str, str], messages: Messages) -> str:
    """Say what kind of thing an entry is about; an account by its name, nothing else by its id."""
    kind, _, id_ = entry.about.partition(":")
    if not kind:
        return messages.text("audit.about.person") if entry.subject else ""
    key = f"audit.about.{kind}"
    said = messages.text(key) if messages.has(key) else kind
    return f"{said}: {names[id_]}" if kind == "account" and id_ in names else said


def _emergencies(request: Request, notice: Notice | None = None, status: int = 200) -> Response:
    who, messages, zone = asker(request), messages_of(request), zone_of(request)
    relation = allowed_relation(who, "attention.read")
    store: Store = request.app.state.store
    with store.read() as connection:
        opened = emergencies_waiting(connection, people_in_view(connection, who, relation))
    return show(
        request, "emergencies.html.jinja", status=status, notice=notice, may_note="emergency.acknowledge",
        with_reason=relation is not Relation.TENANT,
        opened=[
            (one, *(moment_words(at, messages, zone) for at in (one.opened_at, one.ended_at or one.ends_at)))
            for one in opened
        ],
    )  # fmt: skip
