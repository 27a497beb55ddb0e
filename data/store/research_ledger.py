"""Keeps what was asked for research: who, when, which table; and holds an organisation to so many different ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ..accounts import Actor
from ..moments import moment_text
from ..research import ResearchBudgetSpent, ResearchQuery
from .research_tables import research_query
from .schema import any_whole


def note_query(
    connection: sa.Connection, actor: Actor, at: datetime, kind: str, asked: Mapping[str, object], until: date,
    answer: str, told: Mapping[str, Any] | None = None,
) -> int:  # fmt: skip
    """Add an entry after the last one; gives its number. ``connection`` is a writing one."""
    number = (connection.scalar(sa.select(sa.func.max(research_query.c.number))) or 0) + 1
    row = {"number": number, "at": moment_text(at), "account": actor.account, "tenant": actor.tenant, "kind": kind,
           "asked": dict(asked), "until": until, "answer": answer, "told": told}  # fmt: skip
    connection.execute(sa.insert(research_query), row)
    return number


def told_before(
    connection: sa.Connection, tenant: str, kind: str, asked: Mapping[str, object], until: date, most: int
) -> Mapping[str, Any] | None:
    """Give what an organisation was told when it asked the same over the same time; None when it has not asked.

    ResearchBudgetSpent when this would be one more different question of the kind than it may ask.
    """
    query = sa.select(research_query.c.asked, research_query.c.told).where(
        (research_query.c.tenant == tenant) & (research_query.c.kind == kind) & (research_query.c.until == until)
    )
    different: dict[str, Any] = {}
    for row in connection.execute(query.order_by(research_query.c.number)):  # only the first one holds the table
        different.setdefault(_name(row.asked), row.told)
    name = _name(asked)
    if name not in different and len(different) >= most:
        raise ResearchBudgetSpent(most)
    return different.get(name)


def queries_before(
    connection: sa.Connection, tenant: str | None, before: int | None, most: int
) -> tuple[ResearchQuery, ...]:
    """Give entries of an organisation (None: of all), the latest first, before a number (None: from the last)."""
    query = sa.select(research_query).order_by(research_query.c.number.desc()).limit(most)
    if tenant is not None:
        query = query.where(research_query.c.tenant == tenant)
    if before is not None:
        query = query.where(research_query.c.number < any_whole(before))
    return tuple(ResearchQuery(**row._mapping) for row in connection.execute(query))


def _name(asked: Mapping[str, object]) -> str:
    return repr(sorted(asked.items()))
