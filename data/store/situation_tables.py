"""What is known of a person's situation for pathways, fact by fact, each with who said it and when."""

from __future__ import annotations

import sqlalchemy as sa

from .schema import Listed, Text, metadata

situation_fact = sa.Table(
    "situation_fact",
    metadata,
    sa.Column("candidate_id", Text, sa.ForeignKey("candidate.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("kind", Text, primary_key=True),
    sa.Column("name", Text, primary_key=True),
    sa.Column("value", Listed, nullable=False),
    sa.Column("source", Text, nullable=False),
    sa.Column("stated_on", sa.Date, nullable=False),
)
"""``kind``: ``fact`` or ``event`` of ``facts.yaml``, or ``country``. What is not here is unknown and is asked."""
