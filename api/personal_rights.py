"""A person's own decisions about their data: to object to being matched, and whether trials may be learned from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from data.accounts import Actor
from data.audit import AuditEvent
from data.store import Store, get_candidate, note, release_trials
from data.store.accounts import tenant_of
from data.store.objections import set_objection
from data.store.person_data import data_of_person

from .research_frames import forget_frames


def object_to_matching(connection: sa.Connection, candidate: str, actor: Actor, at: datetime, *, objects: bool) -> None:
    """From now on no list is made for the person, or it is again."""
    get_candidate(connection, candidate)
    set_objection(connection, candidate, at, objects=objects)
    note(connection, AuditEvent("person.object", actor, at, candidate, facts={"objects": objects}))


def let_learn_from(connection: sa.Connection, candidate: str, actor: Actor, at: datetime, *, released: bool) -> int:
    """Release all trials of the person for learning, or none; gives how many it concerns.

    Training frames that hold them are deleted when nothing is released any more.
    """
    get_candidate(connection, candidate)
    concerned = release_trials(connection, candidate, released)
    if not released:
        forget_frames(tenant_of(connection, candidate))
    facts = {"released": released, "trials": concerned}
    note(connection, AuditEvent("person.learn_from", actor, at, candidate, facts=facts))
    return concerned


def whole_download(store: Store, candidate: str) -> dict[str, Any]:
    """Give all that is kept about a person, table by table (GDPR articles 15 and 20)."""
    with store.read() as connection:
        tables = data_of_person(connection, candidate)
    return {"format": "person-data/1", "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "tables": tables}
