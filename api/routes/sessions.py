"""Logging in and out over HTTP, invitations, and one-time codes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from data.permissions import load_permissions
from data.store.accounts import get_account

from ..access.errors import NotAllowed
from ..access.login import LoggedIn, accept_invitation, begin_second_factor
from ..access.policy import asker, needs
from ..access.principal import Principal
from ..access.session_cookies import confirm_or_show_code, end_session, keep_session, log_in_from
from ..http.changes import NOT_REPEATED

router = APIRouter(prefix="/api/v1", tags=["session"])

Secret = Annotated[str, Field(min_length=1, max_length=300)]


class Login(BaseModel):
    """A login, its password, and the one-time code where codes are set up."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={
        "examples": [{"login": "anna.aalto@example.fi", "password": "four unusual words here", "code": "123456"}]
    })  # fmt: skip

    login: Annotated[str, Field(min_length=1, max_length=200)]
    password: Secret
    code: Annotated[str, Field(max_length=10)] = ""


class Acceptance(BaseModel):
    """The value of an invitation and the password that is to be."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"invitation": "Zr0...", "password": "four unusual words here"}]},
    )

    invitation: Secret
    password: Secret


class Code(BaseModel):
    """A one-time code."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"code": "123456"}]})

    code: Annotated[str, Field(min_length=6, max_length=10)]


@router.post("/session", summary="Log in", openapi_extra=NOT_REPEATED)
def begin(request: Request, response: Response, asked: Login) -> dict[str, Any]:
    """Open a session: its value comes as a cookie. 401 does not say what was wrong."""
    return session_opened(request, response, log_in_from(request, asked.login, asked.password, asked.code))


@router.get("/session", summary="Who I am and what I may do", dependencies=[needs("me.read")])
def me(request: Request) -> dict[str, Any]:
    """Give the account that asks: role, organisation, rights."""
    return principal_as_json(asker(request))


@router.delete(
    "/session", status_code=204, summary="Log out", dependencies=[needs("session.own")], openapi_extra=NOT_REPEATED
)
def end(
    request: Request,
    response: Response,
    everywhere: Annotated[bool, Query(description="end all sessions of the account")] = False,
) -> None:
    """End the session, here or everywhere."""
    end_session(request, response, everywhere=everywhere)


@router.post(
    "/session/second-factor",
    summary="Begin to set up one-time codes",
    dependencies=[needs("session.own")],
    openapi_extra=NOT_REPEATED,
)
def begin_codes(request: Request) -> dict[str, Any]:
    """Give the address that an app reads; codes count once one was confirmed."""
    state = request.app.state
    with state.store.read() as connection:
        account = get_account(connection, _session_of(request).actor.account)
    return {"address": begin_second_factor(state.store, account, state.key)}


@router.put(
    "/session/second-factor",
    status_code=204,
    summary="Confirm one-time codes",
    dependencies=[needs("session.own")],
    openapi_extra=NOT_REPEATED,
)
def turn_codes_on(request: Request, asked: Code) -> None:
    """Turn one-time codes on with a first one from the app; or show one after logging in with a provider."""
    _session_of(request)
    confirm_or_show_code(request, asked.code)


@router.post(
    "/invitations/accept", summary="Set the password of an account by its invitation", openapi_extra=NOT_REPEATED
)
def accept(request: Request, response: Response, asked: Acceptance) -> dict[str, Any]:
    """Set the password and log in; an account with one-time codes logs in with them afterwards."""
    state = request.app.state
    now = datetime.now(UTC)
    opened = accept_invitation(state.store, asked.invitation, asked.password, now, state.session_limits)
    return session_opened(request, response, opened)


def principal_as_json(who: Principal) -> dict[str, Any]:
    """Write down who asks and what they may do."""
    table = load_permissions()
    rights = {action: relation for action in table.actions if (relation := table.needed(who.actor.role, action))}
    return {
        "account": who.actor.account,
        "role": who.actor.role.value,
        "name": who.actor.name,
        "organisation": who.actor.tenant or None,
        "candidate": who.candidate or None,
        "must_set_up_codes": who.enrolling and not who.has_codes,
        "must_show_code": who.enrolling and who.has_codes,
        "scopes": None if who.scopes is None else sorted(who.scopes),
        "rights": {action: relation.value for action, relation in rights.items()},
    }


def _session_of(request: Request) -> Principal:
    """Give who asks, by a session of an account: a token may not change how one logs in."""
    who = asker(request)
    if not request.state.session or who.scopes is not None:
        raise NotAllowed("session.own")
    return who


def session_opened(request: Request, response: Response, opened: LoggedIn) -> dict[str, Any]:
    """Put the cookie of a session on an answer and say what comes next."""
    keep_session(request, response, opened)
    return {
        "role": opened.account.role.value,
        "logged_in": bool(opened.secret),
        "must_set_up_codes": opened.must_set_up_codes,
        "must_show_code": opened.must_show_code,
    }
