"""Who saw, changed or decided something about a person: the audit as a plain table for that person.

People are told by their role and, where it is an employer, by the employer's name; staff are not named (decision 0021).
Whoever needs to know who somebody was asks the organisation, which finds it in the audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import sqlalchemy as sa

from data.accounts import Role
from data.audit import AuditEntry
from data.permissions import load_permissions
from data.store.audit import entries_about
from data.store.schema import employer

from .local_time import moment_words
from .messages import Messages


@dataclass(frozen=True, slots=True)
class Seen:
    """One line: when (UTC, and as people there read it), who by role, what, and at which employer if at one.

    ``own``: the person did it.
    """

    number: int
    at: str
    when: str
    who: str
    what: str
    employer: str
    own: bool


def who_saw(
    connection: sa.Connection,
    candidate: str,
    messages: Messages,
    zone: tzinfo,
    most: int = 1000,
    *,
    to_them: bool = True,
) -> tuple[Seen, ...]:
    """Tell what was done with a person's data, the latest first; an employer that is gone stands by its id.

    ``to_them``: the person reads it and is spoken to; else somebody else reads it.
    """
    entries = entries_about(connection, candidate, most)
    names = _employers(connection, {_employer_of(entry) for entry in entries} - {""})
    return tuple(_seen(entry, names, messages, zone, to_them) for entry in entries)


def who_saw_as_json(seen: Sequence[Seen], messages: Messages) -> dict[str, Any]:
    """Write the table as plain values, with the names of its columns."""
    columns = ("when", "who", "what", "employer")
    return {
        "language": messages.language,
        "columns": {name: messages.text(f"seen.{name}") for name in columns},
        "rows": [
            {"number": one.number, "at": one.at, **{name: getattr(one, name) for name in columns}} for one in seen
        ],
        "note": messages.text("seen.note"),
    }


def _seen(entry: AuditEntry, names: dict[str, str], messages: Messages, zone: tzinfo, to_them: bool) -> Seen:
    when = moment_words(entry.at, messages, zone)
    what = action_text(entry.action, messages) if to_them else happened(entry.action, messages)
    if entry.action == "emergency.opened":
        kind = entry.facts.get("kind")
        what += f" ({messages.text(f'emergency.kind.{kind}')})"
    where = _employer_of(entry)
    own = entry.role is Role.CANDIDATE
    who = messages.text("seen.role.candidate_self") if own and not to_them else _who(entry.role, messages)
    return Seen(entry.number, entry.at, when, who, what, names.get(where, where), own)


def action_text(action: str, messages: Messages) -> str:
    """Name what was done to the person it was about: an act of its own, a step of a trial, or a right that was used."""
    moved = action.removeprefix("trial.")
    for key in (f"seen.action.{action}", f"trial.done.{moved}" if moved != action else ""):
        if messages.has(key):
            return messages.text(key)
    right = load_permissions().actions.get(action)
    return messages.text("seen.action.other") if right is None else right.names[messages.language]


def happened(action: str, messages: Messages) -> str:
    """Name what was done as somebody else reads it who is not the person that it was about."""
    key = f"audit.action.{action}"
    return messages.text(key) if messages.has(key) else action_text(action, messages)


def _who(role: Role, messages: Messages) -> str:
    return messages.text(f"seen.role.{role.value}")


def _employer_of(entry: AuditEntry) -> str:
    return str(entry.facts.get("employer", "") or "")


def _employers(connection: sa.Connection, ids: set[str]) -> dict[str, str]:
    rows = connection.execute(sa.select(employer.c.id, employer.c.name).where(employer.c.id.in_(sorted(ids))))
    return {row.id: row.name for row in rows}
