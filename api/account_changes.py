"""Invites, changes and shuts accounts, and gives people coaches; the pages and the HTTP service do it alike."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from data.accounts import Account, Role, login_form
from data.audit import AuditEvent
from data.errors import InvalidInput
from data.store import Store, note
from data.store.accounts import (
    accounts_of,
    add_account,
    disable_account,
    get_account,
    handle_sites,
    put_in_caseload,
    set_second_factor,
    take_from_caseload,
    tenants,
)
from data.store.sessions import close_sessions_of

from .access.errors import NotYours
from .access.login import invite, random_id
from .access.principal import Principal


class NewAccount(BaseModel):
    """Whom to invite, as what. ``candidate`` for a candidate; ``sites`` and ``until`` for an employer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={
        "examples": [{"role": "coach", "login": "anna.aalto@example.fi", "name": "Anna Aalto"}]
    })  # fmt: skip

    role: Literal["coach", "employer", "candidate", "researcher", "admin"]
    login: Annotated[str, Field(min_length=3, max_length=200)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    organisation: Annotated[str, Field(max_length=100, description="where there is more than one to choose")] = ""
    candidate: Annotated[str, Field(max_length=100)] = ""
    sites: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100)] = []
    until: date | None = None


class AccountChange(BaseModel):
    """What to change of an account, and why."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"change": "shut", "reason": "left the organisation"}]}
    )

    change: Literal["shut", "open", "invite", "reset_codes"]
    reason: Annotated[str, Field(min_length=3, max_length=500)]


def added(store: Store, who: Principal, asked: NewAccount, now: datetime) -> dict[str, Any]:
    """Make an account; gives its id and the value of its invitation. InvalidInput says what does not go together."""
    try:
        with store.write() as connection:
            return _added(connection, who, asked, now)
    except InvalidInput as refused:
        if refused.where == "login":  # whoever tries out which logins there are is seen trying
            with store.write() as connection:
                note(connection, AuditEvent("account.refused", who.actor, now))
        raise


def _added(connection: sa.Connection, who: Principal, asked: NewAccount, now: datetime) -> dict[str, Any]:
    tenant = who.actor.tenant or _one_tenant(tenants(connection), asked.organisation)
    login = login_form(asked.login)
    new = Account(random_id(), Role(asked.role), tenant, login, asked.name, asked.candidate)
    if (new.role is Role.EMPLOYER) != bool(asked.sites) or bool(asked.sites) != bool(asked.until):
        raise InvalidInput("account", "sites and until go with an employer", "sites and until for an employer only")
    add_account(connection, new, now)
    if asked.until is not None:
        handle_sites(connection, new.id, asked.sites, asked.until)
    return {"account": new.id, "invitation": invite(connection, new.id, who.actor, now)}


def changed(store: Store, who: Principal, account_id: str, asked: AccountChange, now: datetime) -> dict[str, Any]:
    """Change an account of somebody else; gives its id, and the value of a new invitation where one was asked for."""
    if account_id == who.actor.account:
        raise InvalidInput("account", "one's own account is changed by somebody else", "another administrator")
    with store.write() as connection:
        one = get_account(connection, account_id)
        answer: dict[str, Any] = {"account": one.id}
        if asked.change in {"shut", "open"}:
            disable_account(connection, one.id, disabled=asked.change == "shut")
        elif asked.change == "reset_codes":
            set_second_factor(connection, one.id, None, on=False)
            close_sessions_of(connection, one.id)
        else:
            answer["invitation"] = invite(connection, one.id, who.actor, now)
        note(connection, AuditEvent(f"account.{asked.change}", who.actor, now, about=f"account:{one.id}"))
    return answer


def give_coach(connection: sa.Connection, who: Principal, candidate: str, account_id: str, now: datetime) -> None:
    """Put a person into a coach's caseload; InvalidInput for an account that is no coach of the organisation."""
    _require_same_tenant(who, connection, account_id)
    put_in_caseload(connection, candidate, account_id, now)
    note(connection, AuditEvent("caseload.given", who.actor, now, candidate, f"account:{account_id}"))


def take_coach(connection: sa.Connection, who: Principal, candidate: str, account_id: str, now: datetime) -> None:
    """Take a person out of a coach's caseload; NotYours when they are not in it."""
    _require_same_tenant(who, connection, account_id)
    if not take_from_caseload(connection, candidate, account_id):
        raise NotYours
    note(connection, AuditEvent("caseload.taken", who.actor, now, candidate, f"account:{account_id}"))


def _one_tenant(known: dict[str, str], asked: str) -> str:
    if asked in known:
        return asked
    if len(known) == 1 and not asked:
        return next(iter(known))
    raise InvalidInput("organisation", "which organisation is not clear", ", ".join(sorted(known)) or "add one first")


def _require_same_tenant(who: Principal, connection: Any, account: str) -> None:
    """Refuse an account of another organisation as if it were not there."""
    known = {one.id for one in accounts_of(connection, who.actor.tenant or None)}
    if account not in known:
        raise NotYours
