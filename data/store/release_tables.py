"""The ledger of releases: rows are only added, and go when the person goes."""

from __future__ import annotations

import sqlalchemy as sa

from .schema import Listed, Real, Text, Whole, metadata

release_entry = sa.Table(
    "release_entry",
    metadata,
    sa.Column("candidate_id", Text, sa.ForeignKey("candidate.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("id", Text, nullable=False, unique=True, index=True),
    sa.Column("act", Text, nullable=False),
    sa.Column("employer", Text, nullable=False, index=True),
    sa.Column("trial", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("about", Text, nullable=False),
    sa.Column("text", Text, nullable=False),
    sa.Column("hours", Real, nullable=False),
    sa.Column("tasks", Listed, nullable=False),
    sa.Column("at", Text, nullable=False),
    sa.Column("expires", Text, nullable=False),
    sa.Column("by", Text, nullable=False),
    sa.Column("chain", Text, nullable=False),
)
"""Employer and trial are ids without a foreign key, as with trials: a region brought in anew takes no release with it.
``kind`` is empty in a withdrawal of everything, ``employer`` in one from all."""
