"""Logging in and out, invitations, and setting up one-time codes. Every step is in the audit."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from data.accounts import SECOND_FACTOR, Account, Actor, login_form
from data.audit import AuditEvent
from data.errors import InvalidInput
from data.store import Store, note
from data.store.accounts import (
    Credentials,
    credentials,
    find_account,
    get_account,
    set_password,
    set_second_factor,
    use_step,
)
from data.store.sessions import (
    add_invitation,
    close_session,
    close_sessions_of,
    confirm_second_factor,
    open_session,
    use_invitation,
)

from .errors import InvitationRefused, LoginRefused
from .one_time_codes import new_secret, set_up_address, step_of_code
from .passwords import check_password, hash_password
from .sealing import SealBroken, seal, unseal

INVITATION_LASTS = timedelta(days=7)
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts: from log-in at most, and without use."""

    lasts: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session that was opened: the value for the cookie, whose it is, and what comes first: codes, or one of them."""

    secret: str
    account: Account
    must_set_up_codes: bool
    must_show_code: bool = False


def random_secret() -> str:
    """Make the value of a session, an invitation or a token: 256 random bit."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def random_id() -> str:
    """Make an id that nobody can guess: 128 random bit."""
    return secrets.token_hex(16)


def log_in(
    store: Store, login: str, password: str, code: str, key: bytes, at: datetime, limits: SessionLimits
) -> LoggedIn:
    """Open a session; LoginRefused does not say what was wrong.

    ``code``: of the app, where it is set up. A role that needs a second factor and has none yet gets a session that may
    only set it up.
    """
    try:
        form = login_form(login)
    except InvalidInput:
        form = ""
    with store.read() as connection:
        account = find_account(connection, form) if form else None
        known = Credentials(None, None, 0) if account is None else credentials(connection, account.id)
    right, renewed = check_password(password, known.password)
    step = _step(known, account, code, key, at)
    if account is None or not right or account.disabled or step is None:
        raise LoginRefused
    secret, must = random_secret(), account.role in SECOND_FACTOR and not account.second_factor
    with store.write() as connection:
        if account.second_factor and not use_step(connection, account.id, step):
            raise LoginRefused
        if renewed is not None:
            set_password(connection, account.id, renewed)
        open_session(connection, secret, account.id, at, limits.lasts, second_factor=not must)
        note(connection, AuditEvent("session.opened", account.actor, at))
    return LoggedIn(secret, account, must)


def _step(known: Credentials, account: Account | None, code: str, key: bytes, at: datetime) -> int | None:
    """Give the step of a right code, 0 where none is asked, None where it is wrong."""
    if account is None or not account.second_factor or known.second_factor is None:
        return 0
    try:
        return step_of_code(unseal(known.second_factor, key, account.id), code, at)
    except SealBroken:
        return None


def log_out(store: Store, secret: str, actor: Actor, at: datetime, *, everywhere: bool = False) -> None:
    """End a session, or all sessions of its account."""
    with store.write() as connection:
        close_session(connection, secret)
        if everywhere:
            close_sessions_of(connection, actor.account)
        note(connection, AuditEvent("session.closed", actor, at, facts={"everywhere": everywhere}))


def invite(connection: sa.Connection, account: str, by: Actor, at: datetime) -> str:
    """Make the one link by which an account's password is set; gives its value, which is not kept."""
    secret = random_secret()
    add_invitation(connection, secret, account, at + INVITATION_LASTS)
    note(connection, AuditEvent("account.invited", by, at, about=f"account:{account}"))
    return secret


def accept_invitation(store: Store, secret: str, password: str, at: datetime, limits: SessionLimits) -> LoggedIn:
    """Set the password of an account by its invitation and log in; sessions that there were end.

    Raises InvitationRefused, or InvalidInput for a password that is not good enough (the invitation then still holds).
    """
    with store.write() as connection:
        id_ = use_invitation(connection, secret, at)
        account = None if id_ is None else get_account(connection, id_)
        if account is None or account.disabled:
            raise InvitationRefused
        set_password(connection, account.id, hash_password(password, (account.login, account.name)))
        close_sessions_of(connection, account.id)
        note(connection, AuditEvent("account.password_set", account.actor, at))
        if account.second_factor:  # a link alone never stands for the second factor
            return LoggedIn("", account, False)
        opened, must = random_secret(), account.role in SECOND_FACTOR
        open_session(connection, opened, account.id, at, limits.lasts, second_factor=not must)
    return LoggedIn(opened, account, must)


def begin_second_factor(store: Store, account: Account, key: bytes) -> str:
    """Make a secret for one-time codes and give the address for the app; it counts once a code has confirmed it.

    Raises InvalidInput when codes are set up already: then an administrator resets them first.
    """
    secret = new_secret()
    with store.write() as connection:
        if get_account(connection, account.id).second_factor:
            raise InvalidInput("second factor", "it is set up already", "a reset by an administrator first")
        set_second_factor(connection, account.id, seal(secret, key, account.id), on=False)
    return set_up_address(secret, account.login)


def pending_second_factor(store: Store, account: Account, key: bytes) -> str:
    """Give the address for the app again while no code has confirmed it; nothing when none was made."""
    with store.read() as connection:
        known = credentials(connection, account.id)
        if get_account(connection, account.id).second_factor or known.second_factor is None:
            return ""
    try:
        return set_up_address(unseal(known.second_factor, key, account.id), account.login)
    except SealBroken:
        return ""


def confirm_codes(store: Store, account: Account, session: str, code: str, key: bytes, at: datetime) -> None:
    """Turn the second factor on with a first code from the app; LoginRefused when the code is wrong."""
    with store.write() as connection:
        known = credentials(connection, account.id)
        if get_account(connection, account.id).second_factor or known.second_factor is None:
            raise LoginRefused
        try:
            step = step_of_code(unseal(known.second_factor, key, account.id), code, at)
        except SealBroken:
            step = None
        if step is None:
            raise LoginRefused
        set_second_factor(connection, account.id, known.second_factor, on=True, step=step)
        confirm_second_factor(connection, session)
        note(connection, AuditEvent("account.second_factor_set", account.actor, at))


def show_code(store: Store, account: Account, session: str, code: str, key: bytes, at: datetime) -> None:
    """Let a session that was opened by one factor do all that its account may, by a code of the app.

    A wrong code ends the session, so that nobody tries one after the other: LoginRefused.
    """
    with store.write() as connection:
        step = _step(credentials(connection, account.id), account, code, key, at)
        right = account.second_factor and step is not None and use_step(connection, account.id, step)
        if right:
            confirm_second_factor(connection, session)
            note(connection, AuditEvent("session.code_shown", account.actor, at))
        else:
            close_session(connection, session)
    if not right:
        raise LoginRefused
