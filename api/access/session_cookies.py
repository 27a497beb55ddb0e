"""How a browser logs in and out: what is counted before, and the cookies that are kept and dropped."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import Request, Response

from ..http.rate_limits import limits_of
from .authentication import COOKIE
from .known_devices import KNOWN_DEVICE, KNOWN_FOR_SECONDS, device_mark, is_known_device, login_or_nothing
from .login import LoggedIn, log_in, log_out
from .policy import asker


def log_in_from(request: Request, login: str, password: str, code: str) -> LoggedIn:
    """Open a session for whoever asks; LoginRefused does not say what was wrong, Problem 429 after too many tries."""
    state = request.app.state
    if not state.settings.local:
        known = is_known_device(request.cookies.get(KNOWN_DEVICE, ""), login, state.key)
        limits_of(request).spend_login(request.state.client.address, login_or_nothing(login), known=known)
    return log_in(state.store, login, password, code, state.key, datetime.now(UTC), state.session_limits)


def keep_session(request: Request, response: Response, opened: LoggedIn) -> None:
    """Let the browser keep a session that was opened, and that this device is known."""
    if opened.secret:
        response.set_cookie(COOKIE, opened.secret, path="/", secure=True, httponly=True, samesite="lax")
    if opened.secret and not opened.must_show_code:
        mark = device_mark(opened.account.login, request.app.state.key)
        response.set_cookie(
            KNOWN_DEVICE, mark, max_age=KNOWN_FOR_SECONDS, path="/", secure=True, httponly=True, samesite="lax"
        )  # fmt: skip


def end_session(request: Request, response: Response, *, everywhere: bool = False) -> None:
    """End the session of whoever asks, here or everywhere, and drop its cookie."""
    who = asker(request)
    log_out(request.app.state.store, request.state.session, who.actor, datetime.now(UTC), everywhere=everywhere)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
