"""Access in an emergency: a coach who does not coach a person may look at them for a short time, and says why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EmergencyKind(StrEnum):
    """Why somebody looks who does not coach the person."""

    DANGER = "danger"  # somebody may come to harm
    COACH_AWAY = "coach_away"  # the person's own coach cannot be reached
    ASKED_FOR = "asked_for"  # the person asked for it themself


@dataclass(frozen=True, slots=True)
class EmergencyAccess:
    """One time that a profile was opened so: who (``by`` is the name), why, until when (UTC, ISO 8601).

    ``ended_at``: somebody ended it sooner. ``acknowledged_by``: the name of who took note of it; None: nobody yet.
    """

    id: str
    candidate: str
    account: str
    by: str
    kind: EmergencyKind
    reason: str
    opened_at: str
    ends_at: str
    ended_at: str | None = None
    acknowledged_by: str | None = None
