"""Keeps a coach's searches for a person: choices by name, and the list that was last looked at, for what is new since.

A saved search holds choices and the number of a list; nothing that is known of the person stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..errors import InvalidInput, UnknownId
from ..moments import moment_text
from .candidates import require_candidate
from .schema import Listed, Text, Whole, metadata

MOST_SEARCHES = 50
"""So many searches an account can keep for one person."""

saved_search = sa.Table(
    "saved_search",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("account", Text, nullable=False),
    sa.Column("candidate_id", Text, sa.ForeignKey("candidate.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", Text, nullable=False),
    sa.Column("choices", Listed, nullable=False),
    sa.Column("last_run", Whole, nullable=False),
    sa.Column("saved_at", Text, nullable=False),
)
"""``last_run``: number of the list that was last shown for it (0: none yet)."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """One search: whose (an account), for which person, its name, what was chosen, the list last shown for it."""

    id: str
    account: str
    candidate: str
    name: str
    choices: Mapping[str, Any]
    last_run: int = 0


def save_search(connection: sa.Connection, new: SavedSearch, at: datetime) -> None:
    """Keep a search; InvalidInput for a name that says nothing, and when there are too many already."""
    require_candidate(connection, new.candidate)
    name = " ".join(new.name.split())
    if not 1 <= len(name) <= 80:
        raise InvalidInput("name", "a name is missing or too long", "1 to 80 signs")
    if len(searches_of(connection, new.account, new.candidate)) >= MOST_SEARCHES:
        raise InvalidInput("name", "there are too many saved searches", f"at most {MOST_SEARCHES}")
    row = {"id": new.id, "account": new.account, "candidate_id": new.candidate, "name": name,
           "choices": dict(new.choices), "last_run": new.last_run, "saved_at": moment_text(at)}  # fmt: skip
    connection.execute(sa.insert(saved_search), row)


def searches_of(connection: sa.Connection, account: str, candidate: str) -> tuple[SavedSearch, ...]:
    """Give the searches that an account keeps for a person, by name."""
    mine = (saved_search.c.account == account) & (saved_search.c.candidate_id == candidate)
    query = sa.select(saved_search).where(mine).order_by(saved_search.c.name, saved_search.c.id)
    return tuple(_search(row) for row in connection.execute(query))


def find_search(connection: sa.Connection, id_: str, account: str, candidate: str) -> SavedSearch:
    """Give one search of an account for a person; UnknownId when there is none, or it is somebody else's."""
    row = connection.execute(sa.select(saved_search).where(saved_search.c.id == id_)).first()
    if row is None or (row.account, row.candidate_id) != (account, candidate):
        raise UnknownId("search", id_)
    return _search(row)


def note_shown(connection: sa.Connection, id_: str, run: int) -> None:
    """Write down which list was last shown for a search."""
    connection.execute(sa.update(saved_search).where(saved_search.c.id == id_).values(last_run=run))


def forget_search(connection: sa.Connection, id_: str) -> None:
    """Delete a search."""
    connection.execute(sa.delete(saved_search).where(saved_search.c.id == id_))


def _search(row: Any) -> SavedSearch:
    return SavedSearch(row.id, row.account, row.candidate_id, row.name, row.choices, row.last_run)
