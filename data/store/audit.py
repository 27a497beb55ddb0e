"""Writes the audit in the same transaction as what it tells of, and answers who saw a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ..accounts import Role
from ..audit import AuditEntry, AuditEvent, check_audit
from ..moments import moment_text
from .erasure import erasure_fingerprint
from .schema import any_whole, audit_entry


def note(connection: sa.Connection, event: AuditEvent) -> AuditEntry:
    """Add an event after the last one. ``connection`` is a writing one: what happened and its entry are one."""
    number, link = last_link(connection)
    entry = AuditEntry(
        number=number + 1,
        at=moment_text(event.at),
        account=event.actor.account,
        role=event.actor.role,
        tenant=event.actor.tenant,
        action=event.action,
        subject=erasure_fingerprint(event.candidate) if event.candidate else "",
        about=event.about,
        facts=event.all_facts,
        chain="",
    )
    entry = replace(entry, chain=entry.link(link))
    connection.execute(sa.insert(audit_entry), _row(entry))
    return entry


def entries_about(
    connection: sa.Connection, candidate: str, most: int = 1000, action: str = ""
) -> tuple[AuditEntry, ...]:
    """Give what happened with a person's data, the latest first: who saw it, changed it, decided, took it out.

    ``action``: this one only (empty: all).
    """
    of = audit_entry.c.subject == erasure_fingerprint(candidate)
    query = sa.select(audit_entry).where(of).order_by(audit_entry.c.number.desc()).limit(most)
    if action:
        query = query.where(audit_entry.c.action == action)
    return tuple(_entry(row) for row in connection.execute(query))


def entries_after(
    connection: sa.Connection, number: int = 0, most: int = 1000, tenant: str | None = None
) -> tuple[AuditEntry, ...]:
    """Give entries after a number, the oldest first: page by page through all of them, or through an organisation's."""
    query = (
        sa.select(audit_entry)
        .where(audit_entry.c.number > any_whole(number))
        .order_by(audit_entry.c.number)
        .limit(most)
    )
    if tenant is not None:
        query = query.where(audit_entry.c.tenant == tenant)
    return tuple(_entry(row) for row in connection.execute(query))


def entries_before(
    connection: sa.Connection, number: int | None = None, most: int = 100, tenant: str | None = None
) -> tuple[AuditEntry, ...]:
    """Give entries before a number (None: from the last), the latest first, of an organisation (None: of all)."""
    query = sa.select(audit_entry).order_by(audit_entry.c.number.desc()).limit(most)
    if number is not None:
        query = query.where(audit_entry.c.number < any_whole(number))
    if tenant is not None:
        query = query.where(audit_entry.c.tenant == tenant)
    return tuple(_entry(row) for row in connection.execute(query))


def last_link(connection: sa.Connection) -> tuple[int, str]:
    """Give number and link of the last entry (0 and empty before the first).

    Kept outside the store, they show later that no end was cut off.
    """
    query = sa.select(audit_entry.c.number, audit_entry.c.chain).order_by(audit_entry.c.number.desc()).limit(1)
    last = connection.execute(query).first()
    return (0, "") if last is None else (last.number, last.chain)


def has_link(connection: sa.Connection, link: str) -> bool:
    """Tell whether a link that was kept elsewhere is still in the audit."""
    return connection.scalar(sa.select(audit_entry.c.number).where(audit_entry.c.chain == link)) is not None


def verify_audit(connection: sa.Connection) -> int:
    """Check every link from the first on; gives how many entries there are, AuditBroken names the first bad one."""
    return check_audit(_all(connection))


def _all(connection: sa.Connection) -> Iterator[AuditEntry]:
    after = 0
    while page := entries_after(connection, after, 5000):
        yield from page
        after = page[-1].number


def _row(entry: AuditEntry) -> dict[str, Any]:
    names = ("number", "at", "account", "tenant", "action", "subject", "about", "chain")
    return {name: getattr(entry, name) for name in names} | {"role": entry.role.value, "facts": dict(entry.facts)}


def _entry(row: Any) -> AuditEntry:
    names = ("number", "at", "account", "tenant", "action", "subject", "about", "facts", "chain")
    return AuditEntry(role=Role(row.role), **{name: getattr(row, name) for name in names})
