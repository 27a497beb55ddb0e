"""The accounts of an organisation: who has one, inviting, shutting and opening, codes, and sites of an employer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from data.accounts import ACCOUNT_ROLES, Account, Role
from data.audit import AuditEvent
from data.errors import InvalidInput, UnknownId
from data.store import Store, note
from data.store.accounts import (
    accounts_of,
    caseload_sizes,
    get_account,
    handle_sites,
    sites_and_days,
    tenants,
)
from data.store.change_receipts import Receipt
from data.store.identities import with_identity
from data.store.workplaces import site_ids

from ..access.policy import asker, needs
from ..account_changes import AccountChange, NewAccount, added, changed
from ..http.named import RandomId
from ..local_time import day_text, now_of, today_of
from .forms import FieldFault, Form, OnceByForm, read_fields
from .frame import show
from .language import messages_of
from .notices import Notice, go_to

router = APIRouter(include_in_schema=False)

CHANGES = ("shut", "open", "invite", "reset_codes")
_FIELDS = ("role", "login", "name", "organisation", "candidate", "sites", "until")
_BY_FAULT = {"login": "login", "organisation": "organisation", "tenant": "organisation"}


class InvitedFields(BaseModel):
    """What the page asks of somebody who is invited; what goes with which role is checked where accounts are made."""

    role: Literal["coach", "employer", "candidate", "researcher", "admin"]
    login: Annotated[str, Field(min_length=3, max_length=200)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    organisation: Annotated[str, Field(max_length=100)] = ""
    candidate: Annotated[str, Field(max_length=100)] = ""
    sites: Annotated[str, Field(max_length=5000)] = ""
    until: date | None = None


class SitesFields(BaseModel):
    """Which sites an employer's account handles, and until which day (that day included)."""

    sites: Annotated[str, Field(min_length=1, max_length=5000)]
    until: date


class ReasonFields(BaseModel):
    """What is changed of an account, and why."""

    change: Literal["shut", "open", "invite", "reset_codes"]
    reason: Annotated[str, Field(min_length=3, max_length=500)]


@router.get("/admin/accounts", dependencies=[needs("accounts.read")])
def accounts(request: Request) -> Response:
    """Show the accounts of the organisation, and a form that invites."""
    return _list(request, {})


@router.post("/admin/accounts", dependencies=[needs("accounts.invite")])
def invite(request: Request, form: Form) -> Response:
    """Make an account and show its invitation this once; what was typed stays where something is wrong."""
    typed = {name: form.one(name) for name in _FIELDS}
    read = read_fields(InvitedFields, {name: value for name, value in typed.items() if value or name != "until"})
    if not isinstance(read, InvitedFields):
        return _list(request, typed, read)
    if fault := _misfit(read):
        return _list(request, typed, (fault,))
    strange = _unknown_sites(request.app.state.store, _lines(read.sites))
    if strange:
        return _list(request, typed, (FieldFault("sites", "site", {"site": strange[:80]}),))
    new = NewAccount(**(read.model_dump() | {"sites": _lines(read.sites)}))
    try:
        told = added(request.app.state.store, asker(request), new, now_of(request))
    except InvalidInput as refused:
        return _list(request, typed, (FieldFault(_BY_FAULT.get(refused.where, "candidate"), "account"),))
    except UnknownId:
        return _list(request, typed, (FieldFault("candidate", "account"),))
    return _invited(request, new.name, str(told["account"]), str(told["invitation"]))


@router.get("/admin/accounts/{account_id}", dependencies=[needs("accounts.change", "account_id")])
def account(request: Request, account_id: RandomId) -> Response:
    """Show one account: what it is, and what can be changed of it."""
    return _one(request, account_id, {})


@router.post("/admin/accounts/{account_id}", dependencies=[needs("accounts.change", "account_id")])
def change(request: Request, account_id: RandomId, form: Form) -> Response:
    """Shut an account, open it, reset its codes, or invite it anew and show the invitation this once."""
    typed = {name: form.one(name) for name in ("change", "reason")}
    read = read_fields(ReasonFields, typed)
    if not isinstance(read, ReasonFields):
        return _one(request, account_id, typed, read)
    try:
        asked = AccountChange(change=read.change, reason=read.reason)
        told = changed(request.app.state.store, asker(request), account_id, asked, now_of(request))
    except InvalidInput:
        return _one(request, account_id, typed, (), Notice("fault", "admin.account.own"))
    if "invitation" in told:
        with request.app.state.store.read() as connection:
            name = get_account(connection, account_id).name
        return _invited(request, name, account_id, str(told["invitation"]))
    done = Notice("done", f"done.account_{read.change}")
    return _one(request, account_id, {}, (), done, 200)


@router.post("/admin/accounts/{account_id}/sites", dependencies=[needs("accounts.change", "account_id")])
def sites(request: Request, account_id: RandomId, form: Form, once: OnceByForm) -> Response:
    """Let an employer's account handle sites until a day; a day that is over takes them away."""
    who, now = asker(request), now_of(request)
    typed = {name: form.one(name) for name in ("sites", "until")}
    read = read_fields(SitesFields, typed)
    if not isinstance(read, SitesFields):
        return _one(request, account_id, typed, read)
    named = _lines(read.sites)
    if strange := _unknown_sites(request.app.state.store, named):
        return _one(request, account_id, typed, (FieldFault("sites", "site", {"site": strange[:80]}),))

    def change(connection: sa.Connection) -> Receipt:
        handle_sites(connection, account_id, named, read.until)
        facts = {"sites": len(named), "until": read.until.isoformat()}
        note(connection, AuditEvent("account.sites", who.actor, now, about=f"account:{account_id}", facts=facts))
        return go_to(f"/admin/accounts/{account_id}", "account_sites")

    return once(change)


def _list(request: Request, typed: Mapping[str, str], faults: tuple[FieldFault, ...] = ()) -> Response:
    who, messages = asker(request), messages_of(request)
    with request.app.state.store.read() as connection:
        names = tenants(connection)
        found = accounts_of(connection, who.actor.tenant or None)
        by_provider = with_identity(connection, [one.id for one in found])
        people = caseload_sizes(connection, who.actor.tenant or None)
    roles = [(role.value, messages.text(f"account_role.{role.value}")) for role in ACCOUNT_ROLES]
    return show(
        request, "accounts.html.jinja", status=422 if faults else 200, accounts=found, by_provider=by_provider,
        people=people, organisations=[] if who.actor.tenant else list(names.items()), names=names, roles=roles,
        typed={name: typed.get(name, "") for name in _FIELDS}, faults=faults,
        fault={one.name: one.text(messages) for one in faults},
    )  # fmt: skip


def _one(
    request: Request, account_id: str, typed: Mapping[str, str], faults: tuple[FieldFault, ...] = (),
    notice: Notice | None = None, status: int = 422,
) -> Response:  # fmt: skip
    messages = messages_of(request)
    with request.app.state.store.read() as connection:
        one = get_account(connection, account_id)
        handled = sites_and_days(connection, account_id) if one.role is Role.EMPLOYER else {}
        linked = bool(with_identity(connection, [account_id]))
        people = caseload_sizes(connection).get(account_id, 0)
        names = tenants(connection)
    today = today_of(request)
    return show(
        request, "account_admin.html.jinja", status=status if faults or notice else 200, notice=notice, account=one,
        own=one.id == asker(request).actor.account, linked=linked, people=people,
        organisation=names.get(one.tenant, ""), changes=_changes(one),
        handled=[(site, day_text(until, messages), until >= today) for site, until in handled.items()],
        typed={name: typed.get(name, "") for name in ("change", "reason", "sites", "until")}, faults=faults,
        fault={fault.name: fault.text(messages) for fault in faults},
    )  # fmt: skip


def _changes(one: Account) -> tuple[str, ...]:
    """Name what can be changed of an account as it is."""
    if one.disabled:
        return ("open",)
    return ("invite", *(("reset_codes",) if one.second_factor else ()), "shut")


def _invited(request: Request, name: str, account_id: str, invitation: str) -> Response:
    return show(
        request, "invitation.html.jinja", status=201, name=name, account=account_id, invitation=invitation,
        address=f"{request.app.state.settings.public_url.rstrip('/')}/welcome",
    )  # fmt: skip


def _misfit(read: InvitedFields) -> FieldFault | None:
    """Find what does not go with a role: people go with candidates, sites and their last day with employers."""
    if (read.role == "candidate") != bool(read.candidate):
        return FieldFault("candidate", "for_candidate")
    if (read.role == "employer") != bool(_lines(read.sites)):
        return FieldFault("sites", "for_employer")
    if bool(_lines(read.sites)) != bool(read.until):
        return FieldFault("until", "for_employer")
    return None


def _lines(said: str) -> list[str]:
    return sorted({line.strip() for line in said.replace(",", "\n").splitlines() if line.strip()})


def _unknown_sites(store: Store, named: list[str]) -> str:
    """Give the first id that no site has; nothing when all are there."""
    if not named:
        return ""
    with store.read() as connection:
        known = set(site_ids(connection))
    return next((one for one in named if one not in known), "")
