"""Keeps who is logged in, invitations and API tokens, each by the SHA-256 of a value that only its holder has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from ..accounts import Account
from ..moments import moment_of, moment_text
from .account_tables import account, api_token, invitation, session
from .accounts import account_of

_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that holds now: whose, and whether the second factor was shown (else it may only set one up)."""

    account: Account
    second_factor: bool
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as its owner sees it: never the value. ``scopes`` are actions of the table of rights."""

    id: str
    account: str
    name: str
    scopes: tuple[str, ...]
    created_at: str
    expires_at: str
    revoked_at: str | None


def digest_of(secret: str) -> str:
    """Give the form in which a random value is kept. It is random enough to need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_session(
    connection: sa.Connection, secret: str, account_id: str, at: datetime, lasts: timedelta, *, second_factor: bool
) -> None:
    """Log an account in; sessions that are over go at the same time."""
    connection.execute(sa.delete(session).where(session.c.ends_at < moment_text(at)))
    row = {
        "digest": digest_of(secret), "account_id": account_id, "opened_at": moment_text(at), "seen_at": moment_text(at),
        "ends_at": moment_text(at + lasts), "second_factor": second_factor,
    }  # fmt: skip
    connection.execute(sa.insert(session), row)


def live_session(connection: sa.Connection, secret: str, at: datetime, idle: timedelta) -> LiveSession | None:
    """Give the session of a value; None when there is none, it is over, was idle too long, or the account is shut."""
    columns = (*account.c, session.c.second_factor.label("shown"), session.c.seen_at, session.c.ends_at)
    query = sa.select(*columns).join(session, session.c.account_id == account.c.id)
    row = connection.execute(query.where(session.c.digest == digest_of(secret))).first()
    if row is None or row.disabled or row.ends_at <= moment_text(at) or row.seen_at <= moment_text(at - idle):
        return None
    return LiveSession(account_of(row), row.shown, moment_of(row.seen_at))


def is_worth_noting(live: LiveSession, at: datetime) -> bool:
    """Tell whether the moment of use should be written down: once a minute is enough, a write each time is not."""
    return at - live.seen_at >= _SEEN_EVERY


def note_use(connection: sa.Connection, secret: str, at: datetime) -> None:
    """Write down that a session was used."""
    connection.execute(sa.update(session).where(session.c.digest == digest_of(secret)).values(seen_at=moment_text(at)))


def confirm_second_factor(connection: sa.Connection, secret: str) -> None:
    """Let a session do all that its account may."""
    connection.execute(sa.update(session).where(session.c.digest == digest_of(secret)).values(second_factor=True))


def close_session(connection: sa.Connection, secret: str) -> None:
    """Log out."""
    connection.execute(sa.delete(session).where(session.c.digest == digest_of(secret)))


def close_sessions_of(connection: sa.Connection, account_id: str) -> int:
    """Log an account out everywhere; returns how many sessions ended."""
    return connection.execute(sa.delete(session).where(session.c.account_id == account_id)).rowcount


def add_invitation(connection: sa.Connection, secret: str, account_id: str, expires_at: datetime) -> None:
    """Let somebody set the password of an account once; earlier invitations to it end."""
    connection.execute(sa.delete(invitation).where(invitation.c.account_id == account_id))
    row = {"digest": digest_of(secret), "account_id": account_id, "expires_at": moment_text(expires_at)}
    connection.execute(sa.insert(invitation), row)


def use_invitation(connection: sa.Connection, secret: str, at: datetime) -> str | None:
    """Take an invitation and give its account's id; None when it is unknown, over, or was used."""
    return use_invitation_of_digest(connection, digest_of(secret), at)


def use_invitation_of_digest(connection: sa.Connection, digest: str, at: datetime) -> str | None:
    """Take an invitation of which only the digest is at hand."""
    mine = invitation.c.digest == digest
    open_still = sa.update(invitation).where(mine, invitation.c.used_at.is_(None)).values(used_at=moment_text(at))
    used = connection.execute(open_still.where(invitation.c.expires_at > moment_text(at)))
    return None if used.rowcount != 1 else connection.scalar(sa.select(invitation.c.account_id).where(mine))


def add_token(connection: sa.Connection, secret: str, token: ApiToken) -> None:
    """Keep a token of an account."""
    row = {
        "id": token.id, "digest": digest_of(secret), "account_id": token.account, "name": token.name,
        "scopes": list(token.scopes), "created_at": token.created_at, "expires_at": token.expires_at,
    }  # fmt: skip
    connection.execute(sa.insert(api_token), row)


def live_token(connection: sa.Connection, secret: str, at: datetime) -> tuple[Account, frozenset[str]] | None:
    """Give whose token a value is and what it is for; None when it is unknown, over, revoked, or the account shut."""
    query = sa.select(*account.c, api_token.c.scopes, api_token.c.expires_at, api_token.c.revoked_at).join(
        api_token, api_token.c.account_id == account.c.id
    )
    row = connection.execute(query.where(api_token.c.digest == digest_of(secret))).first()
    if row is None or row.disabled or row.revoked_at is not None or row.expires_at <= moment_text(at):
        return None
    return account_of(row), frozenset(row.scopes)


def tokens_of(connection: sa.Connection, account_id: str) -> tuple[ApiToken, ...]:
    """Give the tokens of an account, the newest first."""
    query = sa.select(api_token).where(api_token.c.account_id == account_id)
    rows = connection.execute(query.order_by(api_token.c.created_at.desc(), api_token.c.id))
    return tuple(
        ApiToken(r.id, r.account_id, r.name, tuple(r.scopes), r.created_at, r.expires_at, r.revoked_at) for r in rows
    )


def revoke_token(connection: sa.Connection, account_id: str, token_id: str, at: datetime) -> bool:
    """End a token of an account; tells whether there was one that still held."""
    query = sa.update(api_token).where(api_token.c.id == token_id, api_token.c.account_id == account_id)
    return (
        connection.execute(query.where(api_token.c.revoked_at.is_(None)).values(revoked_at=moment_text(at))).rowcount
        == 1
    )
