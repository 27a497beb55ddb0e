"""Keeps which identity of a provider logs in to which account, and logins that have not come back yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..accounts import Account
from ..errors import InvalidInput
from ..moments import moment_text
from .account_tables import account, account_identity, provider_login
from .accounts import account_of
from .sessions import digest_of

SUBJECT_CHARACTERS = 255
"""OpenID Connect Core 2: a subject has at most 255 ASCII signs."""


@dataclass(frozen=True, slots=True)
class BegunLogin:
    """A login that came back: the digest of the invitation that it was begun with, None without one."""

    invitation: str | None


def link_identity(connection: sa.Connection, account_id: str, issuer: str, subject: str, at: datetime) -> None:
    """Let an identity log in to an account, in place of the one before; InvalidInput when it belongs to another."""
    if not 1 <= len(subject) <= SUBJECT_CHARACTERS or not (subject.isascii() and subject.isprintable()):
        raise InvalidInput("subject", "this cannot be a subject", f"1 to {SUBJECT_CHARACTERS} ASCII signs")
    whose = account_of_identity(connection, issuer, subject)
    if whose is not None and whose.id != account_id:
        raise InvalidInput("subject", "this identity logs in to another account", "an identity without an account")
    unlink_identity(connection, account_id)
    row = {"account_id": account_id, "issuer": issuer, "subject": subject, "linked_at": moment_text(at)}
    connection.execute(sa.insert(account_identity), row)


def unlink_identity(connection: sa.Connection, account_id: str) -> bool:
    """Take the identity of an account away; tells whether there was one."""
    gone = sa.delete(account_identity).where(account_identity.c.account_id == account_id)
    return connection.execute(gone).rowcount == 1


def account_of_identity(connection: sa.Connection, issuer: str, subject: str) -> Account | None:
    """Give the account that an identity logs in to; None when nobody linked it."""
    query = sa.select(account).join(account_identity, account_identity.c.account_id == account.c.id)
    row = connection.execute(
        query.where(account_identity.c.issuer == issuer, account_identity.c.subject == subject)
    ).first()
    return None if row is None else account_of(row)


def with_identity(connection: sa.Connection, accounts: Sequence[str]) -> frozenset[str]:
    """Give those of some accounts that an identity is linked to."""
    query = sa.select(account_identity.c.account_id).where(account_identity.c.account_id.in_(list(accounts)))
    return frozenset(connection.scalars(query))


def begin_login(
    connection: sa.Connection, state: str, browser: str, invitation_secret: str, ends_at: datetime, at: datetime
) -> None:
    """Remember a login that goes to the provider; those that never came back go at the same time."""
    connection.execute(sa.delete(provider_login).where(provider_login.c.ends_at <= moment_text(at)))
    row = {
        "state": digest_of(state), "browser": digest_of(browser), "ends_at": moment_text(ends_at),
        "invitation": digest_of(invitation_secret) if invitation_secret else None,
    }  # fmt: skip
    connection.execute(sa.insert(provider_login), row)


def take_login(connection: sa.Connection, state: str, browser: str, at: datetime) -> BegunLogin | None:
    """Take a login that comes back, once and in the browser that began it; None otherwise.

    In another browser it is left as it is: whoever stole a state cannot end the login of its owner.
    """
    mine = (provider_login.c.state == digest_of(state), provider_login.c.browser == digest_of(browser))
    row = connection.execute(sa.select(provider_login).where(*mine)).first()
    taken = connection.execute(sa.delete(provider_login).where(*mine)).rowcount == 1
    if row is None or not taken or row.ends_at <= moment_text(at):
        return None
    return BegunLogin(row.invitation)
