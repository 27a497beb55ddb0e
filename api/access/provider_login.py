"""Logging in with an identity provider: in the browser that began it, into an account that somebody linked.

Nobody is matched by e-mail or name: an identity (issuer and subject) is linked by the invitation of the account, which
counts once, or by an administrator.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.accounts import SECOND_FACTOR, Account
from data.audit import AuditEvent
from data.errors import InvalidInput
from data.store import Store, note
from data.store.accounts import get_account
from data.store.identities import account_of_identity, begin_login, link_identity, take_login
from data.store.sessions import close_sessions_of, open_session, use_invitation_of_digest

from ..logs import log
from .errors import LoginRefused
from .identity_provider import IdentityProvider
from .identity_tokens import Identity, TokenRefused
from .login import LoggedIn, SessionLimits, random_secret

BEGUN = "__Host-worktrial-begun"
"""The cookie of the browser that began a login; what only it and the provider's answer know follows from it."""

COMES_BACK_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Begun:
    """A login that was begun: the provider's address for the browser, and the value of the cookie it keeps."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider sent a browser back with: ``code``, or ``error``; ``issuer`` where it says who it is."""

    state: str
    code: str
    error: str = ""
    issuer: str | None = None


def begin_with_provider(store: Store, provider: IdentityProvider, invitation: str, at: datetime) -> Begun:
    """Send somebody to the provider; with an invitation their identity is linked when they come back."""
    state, browser = random_secret(), random_secret()
    address = provider.address(state, _derived(browser, state, "nonce"), _derived(browser, state, "verifier"))
    with store.write() as connection:
        begin_login(connection, state, browser, invitation, at + COMES_BACK_WITHIN, at)
    return Begun(address, browser)


def come_back(
    store: Store, provider: IdentityProvider, answer: Answer, browser: str, at: datetime, limits: SessionLimits
) -> LoggedIn:
    """Open a session for whom the provider means; LoginRefused does not say what was wrong, the log does in a word.

    Where the role, or the account, asks for a second factor and the provider does not say that it asked for one, the
    session may only show a one-time code, or set codes up.
    """
    with store.write() as connection:
        begun = take_login(connection, answer.state, browser, at) if browser else None
    if begun is None:
        raise _refused("not_begun_here")
    if answer.error or not answer.code:
        raise _refused("ended_at_provider")
    nonce, verifier = (_derived(browser, answer.state, use) for use in ("nonce", "verifier"))
    try:
        identity = provider.identity(answer.code, answer.issuer, nonce, verifier, at)
    except TokenRefused as refused:
        raise _refused(refused.why) from None
    return _log_in(store, provider, identity, begun.invitation, at, limits)


def _log_in(
    store: Store, provider: IdentityProvider, identity: Identity, invitation: str | None, at: datetime,
    limits: SessionLimits,
) -> LoggedIn:  # fmt: skip
    issuer = provider.settings.issuer
    with store.write() as connection:
        if invitation is not None:
            invited = use_invitation_of_digest(connection, invitation, at)
            account = None if invited is None else get_account(connection, invited)
        else:
            account = account_of_identity(connection, issuer, identity.subject)
        if account is None or account.disabled:
            raise _refused("no_account")
        if invitation is not None:
            try:
                link_identity(connection, account.id, issuer, identity.subject, at)
            except InvalidInput:
                raise _refused("identity_of_another") from None
            close_sessions_of(connection, account.id)
            note(connection, AuditEvent("account.identity_linked", account.actor, at, about=f"account:{account.id}"))
        shown = not asks_for_code(account) or provider.shows_second_factor(identity)
        secret = random_secret()
        open_session(connection, secret, account.id, at, limits.lasts, second_factor=shown)
        note(connection, AuditEvent("session.opened", account.actor, at, facts={"by": "provider", "whole": shown}))
    return LoggedIn(secret, account, not shown and not account.second_factor, not shown and account.second_factor)


def asks_for_code(account: Account) -> bool:
    """Tell whether an account needs more than one factor: its role does, or codes are set up."""
    return account.role in SECOND_FACTOR or account.second_factor


def _derived(browser: str, state: str, use: str) -> str:
    """Give the nonce or the verifier of a login: only its browser can, and the store holds neither."""
    made = hmac.digest(browser.encode(), f"{use}\0{state}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _refused(why: str) -> LoginRefused:
    log("access").warning("provider_login_refused", why=why)
    return LoginRefused()
