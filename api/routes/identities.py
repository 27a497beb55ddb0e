"""Logging in with an identity provider over HTTP, and which identity logs in to which account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from data.audit import AuditEvent
from data.errors import InvalidInput
from data.store import note
from data.store.change_receipts import Receipt
from data.store.identities import SUBJECT_CHARACTERS, link_identity, unlink_identity
from data.store.sessions import close_sessions_of

from ..access.errors import LoginRefused, NotYours
from ..access.policy import asker, needs
from ..access.principal import Principal
from ..access.provider_entry import REFUSED, begun_with_provider, keep_begun, provider_of
from ..access.provider_settings import CALLBACK
from ..http.changes import DONE, NOT_REPEATED, Once
from ..http.named import RandomId
from .sessions import session_opened

router = APIRouter()


class ProviderLogin(BaseModel):
    """``invitation``: the value of an invitation, whose account the identity is to be linked to; else empty."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"invitation": ""}]})

    invitation: Annotated[str, Field(max_length=300)] = ""


class Subject(BaseModel):
    """Whom the provider means: the subject (``sub``) as it writes it, never an e-mail address."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"subject": "8f4e2c1a90"}]})

    subject: Annotated[str, Field(min_length=1, max_length=SUBJECT_CHARACTERS)]


@router.post(
    "/api/v1/session/provider", summary="Begin to log in with the identity provider", openapi_extra=NOT_REPEATED,
    tags=["session"],
)  # fmt: skip
def begin_with(request: Request, response: Response, asked: ProviderLogin) -> dict[str, Any]:
    """Give the provider's address that the browser goes to; only this browser can come back from there."""
    address, browser = begun_with_provider(request, asked.invitation)
    keep_begun(response, browser)
    return {"address": address}


@router.get(CALLBACK, summary="Come back from the identity provider", tags=["session"], response_model=None)
def come_back_from(
    request: Request,
    response: Response,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=2000)] = "",
    iss: Annotated[str | None, Query(max_length=300)] = None,
    error: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, Any] | Response:
    """Open a session for whom the provider means; 401 does not say what was wrong. A browser is led on to a page."""
    from ..access.provider_login import BEGUN, Answer, come_back

    app = request.app.state
    provider, browser = provider_of(request), request.cookies.get(BEGUN, "")
    answer, shown = Answer(state, code, error, iss), "text/html" in request.headers.get("accept", "")
    try:
        opened = come_back(app.store, provider, answer, browser, datetime.now(UTC), app.session_limits)
    except LoginRefused:
        if shown:
            return RedirectResponse(f"/login?{REFUSED}=1", 303)
        raise
    if shown:
        response = RedirectResponse("/account/codes" if opened.must_set_up_codes or opened.must_show_code else "/", 303)
    response.delete_cookie(BEGUN, path="/", secure=True, httponly=True, samesite="lax")
    told = session_opened(request, response, opened)
    return response if shown else told


@router.put(
    "/api/v1/accounts/{account_id}/identity", status_code=204, summary="Let an identity log in to an account",
    dependencies=[needs("accounts.change", "account_id")], tags=["accounts"],
)  # fmt: skip
def link(request: Request, account_id: RandomId, asked: Subject, once: Once) -> Response:
    """Link an identity of the provider, in place of the one before; sessions of the account end."""
    who, now, issuer = asker(request), datetime.now(UTC), provider_of(request).settings.issuer
    _not_oneself(who, account_id)

    def change(connection: sa.Connection) -> Receipt:
        link_identity(connection, account_id, issuer, asked.subject, now)
        close_sessions_of(connection, account_id)
        note(connection, AuditEvent("account.identity_linked", who.actor, now, about=f"account:{account_id}"))
        return DONE

    return once(change)


@router.delete(
    "/api/v1/accounts/{account_id}/identity", status_code=204, summary="Unlink the identity of an account",
    dependencies=[needs("accounts.change", "account_id")], tags=["accounts"],
)  # fmt: skip
def unlink(request: Request, account_id: RandomId, once: Once) -> Response:
    """Take the identity away: it logs in no longer, and sessions of the account end."""
    who, now = asker(request), datetime.now(UTC)
    _not_oneself(who, account_id)

    def change(connection: sa.Connection) -> Receipt:
        if not unlink_identity(connection, account_id):
            raise NotYours
        close_sessions_of(connection, account_id)
        note(connection, AuditEvent("account.identity_unlinked", who.actor, now, about=f"account:{account_id}"))
        return DONE

    return once(change)


def _not_oneself(who: Principal, account_id: str) -> None:
    if account_id == who.actor.account:
        raise InvalidInput("account", "one's own account is changed by somebody else", "another administrator")
