"""Tables of planned trials: the plan, its terms by version, its steps, and the reasons written for flags.

Everything goes when the person goes (foreign key); workplaces are held by their ids alone, so that a region that is
brought in anew takes no plan along.
"""

from __future__ import annotations

import sqlalchemy as sa

from .schema import Flag, Listed, Text, Whole, metadata

trial_plan = sa.Table(
    "trial_plan",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("tenant", Text, nullable=False),
    sa.Column("candidate_id", Text, sa.ForeignKey("candidate.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("employer", Text, nullable=False),
    sa.Column("site", Text, nullable=False, index=True),
    sa.Column("run", Whole, nullable=False),
    sa.Column("run_id", Text, nullable=False),
    sa.Column("rank", Whole, nullable=False),
    sa.Column("suggestion", Text, nullable=False),
    sa.Column("group", Text, nullable=False),
    sa.Column("fictional", Flag, nullable=False),
    sa.Column("flags", Listed, nullable=False),
    sa.Column("state", Text, nullable=False),
    sa.Column("version", Whole, nullable=False),
    sa.Column("terms_version", Whole, nullable=False),
    sa.Column("agreed_version", Whole, nullable=False),
    sa.Column("agreed_on", sa.Date),
    sa.Column("signed", Listed, nullable=False),
    sa.Column("answer_by", sa.Date),
    sa.Column("released", Flag, nullable=False),
    sa.Index("ix_trial_plan_tenant", "tenant", "state"),
)
"""``version`` is the number of the last step; ``terms_version`` and ``agreed_version`` (0: none) name rows of terms."""

trial_plan_terms = sa.Table(
    "trial_plan_terms",
    metadata,
    sa.Column("plan_id", Text, sa.ForeignKey("trial_plan.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", Whole, primary_key=True),
    sa.Column("terms", Listed, nullable=False),
)
"""Every version of the terms that was ever talked about; only ever added to."""

trial_plan_step = sa.Table(
    "trial_plan_step",
    metadata,
    sa.Column("plan_id", Text, sa.ForeignKey("trial_plan.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", Whole, primary_key=True),
    sa.Column("at", Text, nullable=False),
    sa.Column("move", Text, nullable=False),
    sa.Column("before", Text),
    sa.Column("after", Text, nullable=False),
    sa.Column("party", Text, nullable=False),
    sa.Column("account", Text, nullable=False),
    sa.Column("role", Text, nullable=False),
    sa.Column("name", Text, nullable=False),
    sa.Column("channel", Text),
    sa.Column("reason", Text, nullable=False),
    sa.Column("terms", Whole, nullable=False),
    sa.Column("facts", Listed, nullable=False),
    sa.Column("note", Text, nullable=False),
)
"""Every step of every trial; only ever added to, each with an entry of the audit."""

trial_plan_reason = sa.Table(
    "trial_plan_reason",
    metadata,
    sa.Column("plan_id", Text, sa.ForeignKey("trial_plan.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", Whole, primary_key=True),
    sa.Column("kind", Text, nullable=False),
    sa.Column("about", Listed, nullable=False),
    sa.Column("text", Text, nullable=False),
    sa.Column("account", Text, nullable=False),
    sa.Column("name", Text, nullable=False),
    sa.Column("at", Text, nullable=False),
)
"""Why it could go on in spite of a flag; only ever added to."""
