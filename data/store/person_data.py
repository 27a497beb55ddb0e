"""All that the store keeps about one person, table by table, as the tags of the data inventory say."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from ..data_inventory import TableTags, load_inventory
from .candidates import require_candidate
from .erasure import erasure_fingerprint
from .schema import metadata


def data_of_person(connection: sa.Connection, candidate: str) -> dict[str, list[dict[str, Any]]]:
    """Give every exported column of every row about a person, as plain JSON values; UnknownId when there is nobody."""
    require_candidate(connection, candidate)
    found = {}
    for name, tags in load_inventory().items():
        if tags.person is None:
            continue
        table = metadata.tables[name]
        rows = connection.execute(
            sa.select(*(table.c[column] for column in tags.exported))
            .where(rows_of(tags, candidate))
            .order_by(*table.primary_key.columns)
        )
        found[name] = [{column: _plain(value) for column, value in row._mapping.items()} for row in rows]
    return {name: rows for name, rows in found.items() if rows}


def rows_of(tags: TableTags, candidate: str) -> sa.ColumnElement[bool]:
    """Give the condition for the rows of a table that are about a person."""
    link, inventory = tags.person, load_inventory()
    if link is None:
        raise ValueError(f"{tags.name} is not about people")
    column = metadata.tables[tags.name].c[link.column]
    if not link.through:
        return column == (erasure_fingerprint(candidate) if link.fingerprint else candidate)
    above = metadata.tables[link.through]
    return column.in_(sa.select(above.c[link.of]).where(rows_of(inventory[link.through], candidate)))


def _plain(value: Any) -> Any:
    """Give a value as JSON can hold it; what is kept compressed is opened."""
    if isinstance(value, bytes):
        return json.loads(zlib.decompress(value))
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value
