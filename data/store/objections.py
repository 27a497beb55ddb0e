"""Keeps who objects to being matched: no list, site or transfer is worked out for them, whoever asks."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from ..errors import WorkTrialError
from ..moments import moment_text
from .account_tables import objection


class PersonObjects(WorkTrialError):
    """The person has objected to being matched, so that no work is sought for them until they take it back."""

    code = "person_objects"
    exit_code = 10

    def __init__(self) -> None:
        super().__init__(
            "Nothing was worked out: this person objects to being matched. Talk with them; only they can take it back."
        )


def objects_since(connection: sa.Connection, candidate: str) -> str | None:
    """Give since when a person objects; None when they do not."""
    return connection.scalar(sa.select(objection.c.since).where(objection.c.candidate_id == candidate))


def who_object(connection: sa.Connection) -> frozenset[str]:
    """Give the ids of all people who object."""
    return frozenset(connection.scalars(sa.select(objection.c.candidate_id)))


def refuse_objecting(connection: sa.Connection, candidate: str) -> None:
    """Raise PersonObjects when a person objects."""
    if objects_since(connection, candidate) is not None:
        raise PersonObjects


def set_objection(connection: sa.Connection, candidate: str, at: datetime, *, objects: bool) -> None:
    """Note that a person objects from now on, or no longer does."""
    if not objects:
        connection.execute(sa.delete(objection).where(objection.c.candidate_id == candidate))
    elif objects_since(connection, candidate) is None:
        connection.execute(sa.insert(objection), {"candidate_id": candidate, "since": moment_text(at)})
