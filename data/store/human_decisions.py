"""Keeps what people decided about models and effects; entries are only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from ..human_decisions import DecisionKind, HumanDecision, check_chain
from .schema import human_decision


def add_decision(
    connection: sa.Connection,
    kind: DecisionKind,
    people: Sequence[str],
    reason: str,
    facts: Mapping[str, object],
    at: datetime,
) -> HumanDecision:
    """Add an entry after the last; RegistryBroken when the list does not hold together."""
    entries = all_decisions(connection)
    moment = at.astimezone(UTC).isoformat(timespec="seconds")
    entry = HumanDecision(len(entries) + 1, kind, moment, tuple(people), reason, dict(facts))
    entry = replace(entry, chain=entry.chained_to(entries[-1].chain if entries else ""))
    row = {
        "number": entry.number,
        "kind": kind.value,
        "decided_at": moment,
        "people": list(people),
        "reason": reason,
        "facts": dict(facts),
        "chain": entry.chain,
    }
    connection.execute(sa.insert(human_decision), row)
    return entry


def all_decisions(connection: sa.Connection) -> tuple[HumanDecision, ...]:
    """Give all entries from the first on, checked; RegistryBroken when one was changed or taken out."""
    rows = connection.execute(sa.select(human_decision).order_by(human_decision.c.number))
    return check_chain(
        HumanDecision(
            row.number, DecisionKind(row.kind), row.decided_at, tuple(row.people), row.reason, row.facts, row.chain
        )
        for row in rows
    )
