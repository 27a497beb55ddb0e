"""Keeps the log of contacts with employers, by organisation: whoever is the coach now reads what was agreed before."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ..accounts import Actor
from ..audit import AuditEvent
from ..employer_contacts import ContactKind, EmployerContact
from .audit import note
from .posting_tables import employer_contact


def add_contact(connection: sa.Connection, contact: EmployerContact, actor: Actor, at: datetime) -> EmployerContact:
    """Keep a contact; InvalidInput when it cannot be kept. The note stands in no audit and no log."""
    contact.checked()
    names = ("id", "employer", "tenant", "on", "account", "note", "next_on")
    row: dict[str, Any] = {name: getattr(contact, name) for name in names}
    connection.execute(sa.insert(employer_contact), row | {"kind": contact.kind.value})
    about = f"employer:{contact.employer}"
    facts = {"contact": contact.id, "kind": contact.kind.value}
    note(connection, AuditEvent("contact.noted", actor, at, about=about, facts=facts))
    return contact


def contacts_of(connection: sa.Connection, employer: str, tenant: str) -> tuple[EmployerContact, ...]:
    """Give an organisation's contacts with an employer, the latest first."""
    mine = (employer_contact.c.employer == employer) & (employer_contact.c.tenant == tenant)
    query = sa.select(employer_contact).where(mine)
    return tuple(_record(row) for row in connection.execute(query.order_by(employer_contact.c.on.desc(), _ID)))


def contacts_due(connection: sa.Connection, tenant: str, until: date) -> tuple[EmployerContact, ...]:
    """Give for each employer the last contact of an organisation, where the next one is due, the earliest first."""
    query = sa.select(employer_contact).where(employer_contact.c.tenant == tenant)
    last: dict[str, EmployerContact] = {}
    for row in connection.execute(query.order_by(employer_contact.c.on, _ID)):
        last[row.employer] = _record(row)
    due = [(one.next_on, one) for one in last.values() if one.next_on is not None and one.next_on <= until]
    return tuple(one for _, one in sorted(due, key=lambda pair: (pair[0], pair[1].employer)))


_ID = employer_contact.c.id


def _record(row: Any) -> EmployerContact:
    return EmployerContact(
        row.id, row.employer, row.tenant, row.on, row.account, ContactKind(row.kind), row.note, row.next_on
    )
