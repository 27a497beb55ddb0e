"""Keeps contents under the name of what they say: each is written once, compressed, and checked when it is read."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..record_json import content_name
from .schema import kept_content, kept_of_person


def keep(connection: sa.Connection, contents: Iterable[bytes]) -> list[str]:
    """Keep contents that belong to nobody in particular; gives their names."""
    named = {content_name(content): content for content in contents}
    rows = [{"digest": name, "content": zlib.compress(named[name])} for name in sorted(named)]
    _insert_once(connection, kept_content, rows)
    return list(named)


def keep_for(connection: sa.Connection, candidate: str, contents: Iterable[bytes]) -> list[str]:
    """Keep contents that belong to a person and go with them; gives their names."""
    named = {content_name(content): content for content in contents}
    rows = [{"candidate_id": candidate, "digest": n, "content": zlib.compress(named[n])} for n in sorted(named)]
    _insert_once(connection, kept_of_person, rows)
    return list(named)


def kept(connection: sa.Connection, name: str) -> bytes | None:
    """Give a content; None when it is not there, or no longer what it was."""
    return _checked(connection.scalar(sa.select(kept_content.c.content).where(kept_content.c.digest == name)), name)


def kept_for(connection: sa.Connection, candidate: str, name: str) -> bytes | None:
    """Give a content of a person; None when it is not there, or no longer what it was."""
    mine = (kept_of_person.c.candidate_id == candidate) & (kept_of_person.c.digest == name)
    return _checked(connection.scalar(sa.select(kept_of_person.c.content).where(mine)), name)


def _checked(content: bytes | None, name: str) -> bytes | None:
    try:
        plain = zlib.decompress(content) if content is not None else None
    except zlib.error:
        return None
    return plain if plain is not None and content_name(plain) == name else None


def _insert_once(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows whose key is not there yet, also when another writer brings the same ones just now."""
    if rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))
