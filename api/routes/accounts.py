"""Accounts of an organisation over HTTP: who has one, inviting, shutting, API tokens of one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from data.accounts import Account
from data.audit import AuditEvent
from data.errors import InvalidInput
from data.moments import moment_text
from data.permissions import load_permissions
from data.store import note
from data.store.accounts import (
    accounts_of,
    coaches_of,
    handled_sites,
    tenants,
)
from data.store.change_receipts import Receipt
from data.store.identities import with_identity
from data.store.sessions import ApiToken, add_token, revoke_token, tokens_of

from ..access.errors import NotAllowed, NotYours
from ..access.login import random_id, random_secret
from ..access.policy import asker, needs
from ..account_changes import AccountChange, NewAccount, added, changed, give_coach, take_coach
from ..http.changes import DONE, NOT_REPEATED, Once
from ..http.named import CandidateId, RandomId
from ..local_time import now_of, today_of

router = APIRouter(prefix="/api/v1", tags=["accounts"])

TOKEN_LASTS_AT_MOST = timedelta(days=366)
_NEVER_BY_TOKEN = frozenset({"session.own", "tokens.own"})


class NewToken(BaseModel):
    """What a token is called, what it is for (actions of the table of rights), and how long it holds."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={
        "examples": [{"name": "weekly table", "scopes": ["solutions.analyse"], "days": 90}]
    })  # fmt: skip

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=50)]
    days: Annotated[int, Field(ge=1, le=366)] = 90


@router.get("/accounts", summary="The accounts of the organisation", dependencies=[needs("accounts.read")])
def list_accounts(request: Request) -> dict[str, Any]:
    """List the accounts that one looks after."""
    who, today = asker(request), today_of(request)
    with request.app.state.store.read() as connection:
        names = tenants(connection)
        found = accounts_of(connection, who.actor.tenant or None)
        by_provider = with_identity(connection, [one.id for one in found])
        handled = {one.id: sorted(handled_sites(connection, one.id, today)) for one in found}
    more = {one.id: {"sites": handled[one.id], "by_provider": one.id in by_provider} for one in found}
    return {"accounts": [account_as_json(one, names) | more[one.id] for one in found]}


@router.post(
    "/accounts",
    status_code=201,
    summary="Invite somebody",
    dependencies=[needs("accounts.invite")],
    openapi_extra=NOT_REPEATED,
)
def add(request: Request, asked: NewAccount) -> dict[str, Any]:
    """Make an account and give its invitation, which is shown this once and kept nowhere."""
    return added(request.app.state.store, asker(request), asked, now_of(request))


@router.post(
    "/accounts/{account_id}/changes",
    summary="Shut an account, open it, invite anew, or reset its one-time codes",
    dependencies=[needs("accounts.change", "account_id")],
    openapi_extra=NOT_REPEATED,
)
def change(request: Request, account_id: RandomId, asked: AccountChange) -> dict[str, Any]:
    """Change an account; a shut one has no session and no token from now on."""
    return changed(request.app.state.store, asker(request), account_id, asked, now_of(request))


@router.put(
    "/candidates/{candidate_id}/coaches/{account_id}", status_code=204, summary="Give a person a coach",
    dependencies=[needs("person.assign", "candidate_id")],
)  # fmt: skip
def assign(request: Request, candidate_id: CandidateId, account_id: RandomId, once: Once) -> Response:
    """Put a person into a coach's caseload."""
    who, now = asker(request), now_of(request)

    def change(connection: sa.Connection) -> Receipt:
        give_coach(connection, who, candidate_id, account_id, now)
        return DONE

    return once(change)


@router.delete(
    "/candidates/{candidate_id}/coaches/{account_id}", status_code=204, summary="Take a person from a coach",
    dependencies=[needs("person.assign", "candidate_id")],
)  # fmt: skip
def unassign(request: Request, candidate_id: CandidateId, account_id: RandomId, once: Once) -> Response:
    """Take a person out of a coach's caseload: from the next request on the coach sees nothing of them."""
    who, now = asker(request), now_of(request)

    def change(connection: sa.Connection) -> Receipt:
        take_coach(connection, who, candidate_id, account_id, now)
        return DONE

    return once(change)


@router.get(
    "/candidates/{candidate_id}/coaches", summary="Who coaches a person",
    dependencies=[needs("person.assign", "candidate_id")],
)  # fmt: skip
def list_coaches(request: Request, candidate_id: CandidateId) -> dict[str, Any]:
    """List the coaches of a person."""
    with request.app.state.store.read() as connection:
        found = coaches_of(connection, candidate_id)
    return {"coaches": [{"account": one.id, "name": one.name} for one in found]}


@router.get("/tokens", summary="My API tokens", dependencies=[needs("tokens.own")])
def list_tokens(request: Request) -> dict[str, Any]:
    """List one's own tokens, never their values."""
    with request.app.state.store.read() as connection:
        return {"tokens": [token_as_json(one) for one in tokens_of(connection, asker(request).actor.account)]}


@router.post(
    "/tokens",
    status_code=201,
    summary="Make an API token",
    dependencies=[needs("tokens.own")],
    openapi_extra=NOT_REPEATED,
)
def make_token(request: Request, asked: NewToken) -> dict[str, Any]:
    """Make a token; its value is shown this once. It may do no more than its account and its scopes both may."""
    who, now = asker(request), now_of(request)
    if not request.state.session or who.scopes is not None:
        raise NotAllowed("tokens.own")
    mine = set(load_permissions().rights[who.actor.role]) - _NEVER_BY_TOKEN
    if strange := sorted(set(asked.scopes) - mine):
        raise InvalidInput(
            "scopes", f"'{strange[0][:60]}' is nothing that a token of yours can do", ", ".join(sorted(mine))
        )
    secret = random_secret()
    ends = moment_text(now + timedelta(days=asked.days))
    token = ApiToken(random_id(), who.actor.account, asked.name, tuple(sorted(set(asked.scopes))), moment_text(now),
                     ends, None)  # fmt: skip
    with request.app.state.store.write() as connection:
        add_token(connection, secret, token)
        note(connection, AuditEvent("token.made", who.actor, now, about=f"token:{token.id}"))
    return token_as_json(token) | {"value": secret}


@router.delete("/tokens/{token_id}", status_code=204, summary="End an API token", dependencies=[needs("tokens.own")])
def end_token(request: Request, token_id: RandomId, once: Once) -> Response:
    """End one of one's own tokens; it is refused from the next request on."""
    who, now = asker(request), now_of(request)

    def change(connection: sa.Connection) -> Receipt:
        if not revoke_token(connection, who.actor.account, token_id, now):
            raise NotYours
        note(connection, AuditEvent("token.ended", who.actor, now, about=f"token:{token_id}"))
        return DONE

    return once(change)


def account_as_json(one: Account, names: dict[str, str]) -> dict[str, Any]:
    """Write an account as its administrator sees it."""
    return {
        "account": one.id,
        "role": one.role.value,
        "login": one.login,
        "name": one.name,
        "organisation": names.get(one.tenant),
        "candidate": one.candidate or None,
        "shut": one.disabled,
        "one_time_codes": one.second_factor,
    }


def token_as_json(one: ApiToken) -> dict[str, Any]:
    """Write a token as its owner sees it."""
    return {
        "token": one.id,
        "name": one.name,
        "scopes": list(one.scopes),
        "made_at": one.created_at,
        "ends_at": one.expires_at,
        "ended_at": one.revoked_at,
    }
