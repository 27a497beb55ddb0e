"""Takes note of a profile that was opened in an emergency; the pages and the HTTP service do it alike."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from data.accounts import Actor
from data.audit import AuditEvent
from data.errors import InvalidInput
from data.store import note
from data.store.emergency_access import acknowledge_emergency

from .access.errors import NotYours


def take_note(connection: sa.Connection, candidate: str, access: str, who: Actor, now: datetime) -> None:
    """Note that somebody has seen it; InvalidInput for nobody by name, NotYours for one's own or one already seen."""
    if not who.named:
        raise InvalidInput("name", "nobody is named here", "an account, or on one's own machine WORKTRIAL_OPERATOR")
    if not acknowledge_emergency(connection, access, candidate, who, now):
        raise NotYours
    note(connection, AuditEvent("emergency.acknowledged", who, now, candidate, f"emergency:{access}"))
