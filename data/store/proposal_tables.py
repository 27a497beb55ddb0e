"""What somebody answered to a change of the profile that a reason suggested."""

from __future__ import annotations

import sqlalchemy as sa

from .schema import Flag, Text, Whole, metadata

proposal_answer = sa.Table(
    "proposal_answer",
    metadata,
    sa.Column("candidate_id", Text, sa.ForeignKey("candidate.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("plan", Text, primary_key=True),
    sa.Column("step", Whole, primary_key=True),
    sa.Column("accepted", Flag, nullable=False),
    sa.Column("at", Text, nullable=False),
    sa.Column("account", Text, nullable=False),
)
"""``plan`` and ``step`` name the step of a trial whose reason it was; only the first answer counts."""
