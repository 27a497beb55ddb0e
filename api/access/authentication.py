"""Finds out who asks, before anything of a request is read: by the cookie of a session or by an API token."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from data.errors import StoreUnreadable
from data.store import Store
from data.store.sessions import is_worth_noting, live_session, live_token, note_use

from .login import SessionLimits
from .principal import Principal, principal_of
from .provider_settings import CALLBACK

COOKIE = "__Host-worktrial"
"""Sent over https only, to this host only, not readable by scripts."""

WITHOUT_LOGIN = frozenset({
    ("POST", "/api/v1/session"), ("POST", "/api/v1/invitations/accept"),
    ("POST", "/api/v1/session/provider"), ("GET", CALLBACK),
    ("GET", "/"), ("GET", "/login"), ("POST", "/login"), ("POST", "/login/provider"),
    ("GET", "/welcome"), ("POST", "/welcome"),
    ("GET", "/about"), ("GET", "/accessibility"), ("GET", "/patterns"),
})  # fmt: skip
"""What can be asked without being logged in."""

Refuse = Callable[[Scope], ASGIApp]


class Authentication:
    """Puts who asks on the state of a request (``asker``, its id as ``principal``, the cookie's ``session``).

    Strangers are refused under /api.

    ``local``: who asks where there are no accounts. ``refuse`` makes the answer to a stranger.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse, local: Principal | None, limits: SessionLimits) -> None:
        self._app, self._refuse, self._local, self._limits = app, refuse, local, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look the asker up and go on, or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["asker"], state["session"] = self._local, ""
        asked = scope["method"], scope["path"]
        if self._local is None:
            headers = Headers(scope=scope)
            secret, bearer = session_value(headers), _bearer(headers)
            state["session"] = secret
            if secret or bearer:
                store: Store = scope["app"].state.store
                state["asker"] = await run_in_threadpool(self.find, store, secret, bearer)
            if state["asker"] is None and scope["path"].startswith("/api/") and asked not in WITHOUT_LOGIN:
                await self._refuse(scope)(scope, receive, send)
                return
        state["principal"] = "" if state["asker"] is None else state["asker"].id
        await self._app(scope, receive, send)

    def find(self, store: Store, secret: str, bearer: str) -> Principal | None:
        """Find who a token (it goes first) or a session stands for."""
        now = datetime.now(UTC)
        with store.read() as connection:
            if bearer:
                held = live_token(connection, bearer, now)
                return None if held is None else principal_of(held[0], held[1])
            live = live_session(connection, secret, now, self._limits.idle)
        if live is None:
            return None
        if is_worth_noting(live, now):
            with suppress(StoreUnreadable), store.count() as connection:  # a reader waits for no writer, nor for a disk
                note_use(connection, secret, now)
        return principal_of(live.account, enrolling=not live.second_factor)


def session_value(headers: Headers) -> str:
    """Give the value of our cookie, whatever else a proxy or another service of this host has put beside it."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


def _bearer(headers: Headers) -> str:
    kind, _, value = headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""
