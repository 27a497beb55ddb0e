"""Corrects a profile and takes a correction back: one door for the HTTP service and the pages.

The profile as it was is kept beside the person, so that a correction can be taken back as long as nothing else was
changed since; it goes when the person is erased.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa

from data.accounts import Actor, Role
from data.audit import AuditEvent
from data.candidates import Candidate
from data.errors import InvalidInput
from data.levels import Source
from data.profile_changes import ProfileChange, changed_profile
from data.record_json import content_name, record_from, record_text
from data.store import get_candidate, note, replace_candidates
from data.store.audit import entries_about
from data.store.kept_contents import keep_for, kept_for
from data.store.objections import objects_since

from .http.entity_tags import tag_of_state

CORRECTED = "person.correct"
_LOOKED_BACK = 50
"""So many entries of the audit are looked through for the correction that can be taken back."""

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


def before_last_correction(connection: sa.Connection, person: Candidate, actor: Actor) -> Candidate | None:
    """Give the profile before the correction that somebody made last; None when anything was changed since."""
    now = content_name(record_text(person))
    for entry in entries_about(connection, person.id, _LOOKED_BACK):
        if entry.action == CORRECTED:
            made = entry.facts.get("after") == now and entry.account == actor.account
            kept = kept_for(connection, person.id, str(entry.facts.get("before", ""))) if made else None
            return None if kept is None else record_from(Candidate, kept)
    return None


def undo_correction(connection: sa.Connection, id_: str, actor: Actor, at: datetime, unchanged: Unchanged) -> None:
    """Put the profile back as it was before one's own last correction; InvalidInput when there is none to take back."""
    person = get_candidate(connection, id_)
    unchanged(profile_tag(connection, person))
    before = before_last_correction(connection, person, actor)
    if before is None:
        raise InvalidInput("profile", "there is no correction to take back", "the own last one, if it still stands")
    _store(connection, person, before, actor, at, {"fields": [], "undone": True})


def _store(
    connection: sa.Connection, before: Candidate, after: Candidate, actor: Actor, at: datetime, facts: dict[str, object]
) -> None:
    replace_candidates(connection, [after])
    kept = keep_for(connection, before.id, [record_text(before)])[0]
    names = {"before": kept, "after": content_name(record_text(after))}
    note(connection, AuditEvent(CORRECTED, actor, at, before.id, facts=facts | names))
