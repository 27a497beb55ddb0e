"""The ledger of what was asked for research: rows are only added."""

from __future__ import annotations

import sqlalchemy as sa

from .schema import Listed, Text, Whole, metadata

research_query = sa.Table(
    "research_query",
    metadata,
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("at", Text, nullable=False),
    sa.Column("account", Text, nullable=False),
    sa.Column("tenant", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("asked", Listed, nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("answer", Text, nullable=False),
    sa.Column("told", Listed),
    sa.Index("ix_research_query_tenant", "tenant", "until"),
)
"""Who asked when, for which table or model, over what was known before ``until``; ``answer``: its SHA-256.
``told``: a table as it was given; whoever asks again in the same time gets the same."""
