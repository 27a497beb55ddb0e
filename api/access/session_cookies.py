"""How a browser logs in and out: what is counted before, codes that are shown, cookies that are kept and dropped."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import Request, Response

from data.store.accounts import get_account

from ..http.rate_limits import limits_of
from .authentication import COOKIE
from .known_devices import KNOWN_DEVICE, KNOWN_FOR_SECONDS, device_mark, is_known_device, login_or_nothing
from .login import LoggedIn, confirm_codes, log_in, log_out, show_code
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


def confirm_or_show_code(request: Request, code: str) -> None:
    """Turn codes on with a first one, or show one where a session waits for it; LoginRefused when it is wrong.

    A session that waits (it came by a provider) ends at the first wrong code; tries are counted like those of logins.
    """
    state, who = request.app.state, asker(request)
    with state.store.read() as connection:
        account = get_account(connection, who.actor.account)
    if waits_for_code(request):
        limits_of(request).spend_login(request.state.client.address, account.login, known=False)
        show_code(state.store, account, request.state.session, code, state.key, datetime.now(UTC))
    else:
        confirm_codes(state.store, account, request.state.session, code, state.key, datetime.now(UTC))


def waits_for_code(request: Request) -> bool:
    """Tell whether the session of whoever asks may do nothing but show a code of theirs."""
    who = asker(request)
    return who.enrolling and who.has_codes


def end_session(request: Request, response: Response, *, everywhere: bool = False) -> None:
    """End the session of whoever asks, here or everywhere, and drop its cookie."""
    who = asker(request)
    log_out(request.app.state.store, request.state.session, who.actor, datetime.now(UTC), everywhere=everywhere)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
