"""Keeps who looks at a person in an emergency; reading only, within one organisation, ends by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..accounts import Actor
from ..emergency_access import EmergencyAccess, EmergencyKind
from ..moments import moment_text
from .account_tables import account, candidate_tenant, emergency_access, objection

_OPEN = emergency_access.c.ended_at.is_(None)


def open_emergency(connection: sa.Connection, access: EmergencyAccess) -> None:
    """Keep that a coach opens a profile."""
    row = {
        "id": access.id, "candidate_id": access.candidate, "account_id": access.account, "kind": access.kind.value,
        "reason": access.reason, "opened_at": access.opened_at, "ends_at": access.ends_at,
    }  # fmt: skip
    connection.execute(sa.insert(emergency_access), row)


def has_emergency(connection: sa.Connection, candidate: str, account_id: str, at: datetime) -> bool:
    """Tell whether an account may look at a person now.

    Not when it was ended or is over, not when the person has gone to another organisation, not while they object.
    """
    query = (
        sa.select(emergency_access.c.id)
        .join(account, account.c.id == emergency_access.c.account_id)
        .join(candidate_tenant, candidate_tenant.c.candidate_id == emergency_access.c.candidate_id)
        .where(emergency_access.c.candidate_id == candidate, emergency_access.c.account_id == account_id, _OPEN)
        .where(emergency_access.c.ends_at > moment_text(at), candidate_tenant.c.tenant_id == account.c.tenant_id)
        .where(~sa.exists().where(objection.c.candidate_id == candidate))
    )
    return connection.scalar(query.limit(1)) is not None


def end_emergency(connection: sa.Connection, candidate: str, account_id: str | None, at: datetime) -> int:
    """End what is open of an account (None: of everybody) about a person; gives how many were."""
    now = moment_text(at)
    ending = sa.update(emergency_access).where(emergency_access.c.candidate_id == candidate, _OPEN)
    if account_id is not None:
        ending = ending.where(emergency_access.c.account_id == account_id)
    return connection.execute(ending.where(emergency_access.c.ends_at > now).values(ended_at=now)).rowcount


def acknowledge_emergency(connection: sa.Connection, id_: str, candidate: str, by: Actor, at: datetime) -> bool:
    """Note who took note of it; False when there is no such thing, it is one's own, or somebody has already."""
    waits = (emergency_access.c.id == id_, emergency_access.c.candidate_id == candidate)
    noting = sa.update(emergency_access).where(*waits, emergency_access.c.acknowledged_at.is_(None))
    others = noting.where(emergency_access.c.account_id != by.account)
    return connection.execute(others.values(acknowledged_at=moment_text(at), acknowledged_by=by.name)).rowcount == 1


def emergencies_waiting(connection: sa.Connection, candidates: Iterable[str] | None) -> tuple[EmergencyAccess, ...]:
    """Give what nobody has taken note of, about some people (None: everybody), the oldest first."""
    query = sa.select(*emergency_access.c, account.c.name).join(account, account.c.id == emergency_access.c.account_id)
    query = query.where(emergency_access.c.acknowledged_at.is_(None))
    rows = connection.execute(query.order_by(emergency_access.c.opened_at, emergency_access.c.id))
    wanted = None if candidates is None else frozenset(candidates)
    return tuple(_access(row) for row in rows if wanted is None or row.candidate_id in wanted)


def _access(row: Any) -> EmergencyAccess:
    return EmergencyAccess(
        row.id, row.candidate_id, row.account_id, row.name, EmergencyKind(row.kind), row.reason, row.opened_at,
        row.ends_at, row.ended_at, row.acknowledged_by,
    )  # fmt: skip
