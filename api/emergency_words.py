"""Says that a profile was opened in an emergency, to those who take note of it."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from data.emergency_access import EmergencyAccess

from .local_time import day_in
from .messages import Messages


def emergency_as_json(one: EmergencyAccess, messages: Messages, zone: tzinfo, *, with_reason: bool) -> dict[str, Any]:
    """Write it among what waits for a human.

    The words of the reason may tell of health: those who see nothing of that (administrators) get the kind only.
    """
    kind = messages.text(f"emergency.kind.{one.kind.value}")
    return {
        "trial": None,
        "candidate": one.candidate,
        "need": "emergency_access",
        "day": day_in(zone, one.opened_at).isoformat(),
        "text": messages.text("emergency.waits", name=one.by, kind=kind),
        "access": one.id,
        "reason": one.reason if with_reason else None,
        "ends_at": one.ended_at or one.ends_at,
    }
