"""Corrects a profile and takes a correction back: one door for the HTTP service and the pages.

The profile before and after is kept beside the person, so that a correction can be taken back as long as nothing that
it changed was changed again; both go when the person is erased.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from data.accounts import Actor, Role
from data.audit import AuditEvent
from data.candidates import Candidate
from data.errors import InvalidInput
from data.levels import Source
from data.profile_changes import (
    Piece,
    ProfileChange,
    changed_again,
    changed_pieces,
    changed_profile,
    without_correction,
)
from data.record_json import content_name, record_from, record_text
from data.store import get_candidate, note, replace_candidates
from data.store.audit import entries_about
from data.store.kept_contents import keep_for, kept_for
from data.store.objections import objects_since

from .http.entity_tags import tag_of_state

CORRECTED = "person.correct"
_LOOKED_BACK = 50
"""So many corrections are looked through for those that can be taken back."""

Unchanged = Callable[[str], None]
"""Gets the tag of the profile as it is now; raises when that is not the one that was read."""


def whatever_it_was(_tag: str) -> None:
    """Let a change through whatever the profile was: it says all that it changes, by itself."""


def source_of(role: Role) -> Source:
    """Give whose statement a correction is: the person's own, or a professional's."""
    return Source.CANDIDATE if role is Role.CANDIDATE else Source.PROFESSIONAL


def profile_tag(connection: sa.Connection, person: Candidate) -> str:
    """Name the state of a profile, its objection included: what ``If-Match`` is held against."""
    return tag_of_state([content_name(record_text(person)), objects_since(connection, person.id)])


def correct_profile(
    connection: sa.Connection,
    id_: str,
    change: ProfileChange,
    fields: Iterable[str],
    actor: Actor,
    at: datetime,
    unchanged: Unchanged,
) -> str:
    """Change a profile and give its new tag; InvalidInput names the field that cannot be so.

    ``connection`` is a writing one. ``fields``: names of what was changed, for the audit.
    """
    person = get_candidate(connection, id_)
    unchanged(profile_tag(connection, person))
    changed = changed_profile(person, change, source_of(actor.role), at.date())
    _store(connection, person, changed, actor, at, {"fields": sorted(fields)})
    return profile_tag(connection, changed)


@dataclass(frozen=True, slots=True)
class OwnCorrection:
    """A correction that somebody made and has not taken back: its number in the audit, when, and what it changed.

    ``again``: what of it was changed once more since. ``without``: the profile without the correction; None when it
    cannot be taken back, because of what was changed again.
    """

    number: int
    at: str
    pieces: tuple[Piece, ...]
    again: tuple[Piece, ...]
    without: Candidate | None


def own_corrections(
    connection: sa.Connection, person: Candidate, actor: Actor, most: int = 1
) -> tuple[OwnCorrection, ...]:
    """Give the last corrections that somebody made of a profile, the latest first, without those taken back."""
    found: list[OwnCorrection] = []
    taken_back: set[object] = set()
    for entry in entries_about(connection, person.id, _LOOKED_BACK, CORRECTED):
        if entry.facts.get("undone"):
            taken_back.add(entry.facts.get("undoes"))
        elif entry.account == actor.account and entry.number not in taken_back and len(found) < most:
            states = [kept_for(connection, person.id, str(entry.facts.get(name, ""))) for name in ("before", "after")]
            before, after = (None if kept is None else record_from(Candidate, kept) for kept in states)
            if before is None or after is None or not (pieces := changed_pieces(before, after)):
                continue
            again = changed_again(person, before, after)
            without = None if again else without_correction(person, before, after)
            found.append(OwnCorrection(entry.number, entry.at, pieces, again, without))
    return tuple(found)


def undo_correction(
    connection: sa.Connection, id_: str, number: int, actor: Actor, at: datetime, unchanged: Unchanged
) -> None:
    """Take one of one's own corrections back; InvalidInput when it is none, or what it changed was changed again."""
    person = get_candidate(connection, id_)
    unchanged(profile_tag(connection, person))
    made = own_corrections(connection, person, actor, _LOOKED_BACK)
    without = next((one.without for one in made if one.number == number), None)
    if without is None:
        raise InvalidInput("profile", "this cannot be taken back", "an own correction whose changes still stand")
    _store(connection, person, without, actor, at, {"fields": [], "undone": True, "undoes": number})


def _store(
    connection: sa.Connection, before: Candidate, after: Candidate, actor: Actor, at: datetime, facts: dict[str, object]
) -> None:
    replace_candidates(connection, [after])
    states = [record_text(before), record_text(after)]
    keep_for(connection, before.id, states)
    names = dict(zip(("before", "after"), map(content_name, states), strict=True))
    note(connection, AuditEvent(CORRECTED, actor, at, before.id, facts=facts | names))
