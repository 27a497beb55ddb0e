"""Keeps what a change answered beside the change itself, so that asking again after a lost answer changes nothing more.

A client whose connection broke cannot know whether its change was made: the commit may have happened or not. The
receipt is written in the transaction of the change, so there is either both or neither. Receipts are looked up inside
a writing transaction, of which a store has one at a time: two requests with one key never both find nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from ..errors import WorkTrialError
from ..moments import moment_text
from .request_tables import change_receipt

KEPT_FOR = timedelta(hours=24)
MOST_RECEIPT_CHARACTERS = 4_000
KEPT_HEADERS = ("ETag", "Location")


class KeyUsedAgain(WorkTrialError):
    """A key that stands for one change was sent with another one."""

    code = "idempotency_key_reused"
    exit_code = 7

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used for another request within 24 hours, so nothing was changed. "
            "Send a new key with every new change, and the old one only to ask for the same change again."
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a change answered: status, a few headers, and a short body of ids and states, never data about a person."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.body) > MOST_RECEIPT_CHARACTERS or not set(self.headers) <= set(KEPT_HEADERS):
            raise ValueError("a receipt is short and has no other headers than ETag and Location")


@dataclass(frozen=True, slots=True)
class AskedChange:
    """Who asks for which change: account, the key's digest, the route, and the digest of all that was sent.

    >>> asked = AskedChange.of("a1", "0123456789abcdef", "POST /trials", b"{}")
    >>> asked.request_digest == AskedChange.of("a1", "0123456789abcdef", "POST /trials", b"[]").request_digest
    False
    """

    principal: str
    key_digest: str
    request_digest: str
    route: str

    @classmethod
    def of(cls, principal: str, key: str, route: str, sent: bytes) -> AskedChange:
        """Digest a request. The key is not kept, and salts what was sent: a short body cannot be guessed from it."""
        salted = hashlib.blake2b(sent, key=hashlib.sha256(key.encode()).digest(), person=b"worktrial-asked")
        return cls(principal, hashlib.sha256(b"key\0" + key.encode()).hexdigest(), salted.hexdigest(), route)


def find_receipt(connection: sa.Connection, asked: AskedChange, now: datetime) -> Receipt | None:
    """Give the receipt of a change that was made already; KeyUsedAgain when the key stood for another one.

    ``connection`` is a writing one. Receipts that are over are deleted.
    """
    connection.execute(sa.delete(change_receipt).where(change_receipt.c.expires_at <= moment_text(now)))
    mine = (change_receipt.c.principal == asked.principal) & (change_receipt.c.key_digest == asked.key_digest)
    row = connection.execute(sa.select(change_receipt).where(mine)).first()
    if row is None:
        return None
    if (row.request_digest, row.route) != (asked.request_digest, asked.route):
        raise KeyUsedAgain
    return Receipt(row.status, row.body, row.headers)


def keep_receipt(connection: sa.Connection, asked: AskedChange, receipt: Receipt, now: datetime) -> None:
    """Write a receipt in the transaction of its change."""
    row = {
        "principal": asked.principal,
        "key_digest": asked.key_digest,
        "request_digest": asked.request_digest,
        "route": asked.route,
        "status": receipt.status,
        "headers": dict(receipt.headers),
        "body": receipt.body,
        "created_at": moment_text(now),
        "expires_at": moment_text(now + KEPT_FOR),
    }
    connection.execute(sa.insert(change_receipt), row)
