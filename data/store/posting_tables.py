"""The tables of employers' postings and of contacts with employers.

Employer and site are ids without a foreign key: a list that is brought in anew must not take them along.
"""

from __future__ import annotations

import sqlalchemy as sa

from .schema import Flag, Listed, Text, metadata

posting = sa.Table(
    "posting",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("employer", Text, nullable=False, index=True),
    sa.Column("site", Text, nullable=False),
    sa.Column("job_title", Text, nullable=False),
    sa.Column("state", Text, nullable=False, index=True),
    sa.Column("created_at", Text, nullable=False),
    sa.Column("created_by", Text, nullable=False),
    sa.Column("tasks", Listed, nullable=False),
    sa.Column("employer_name", Text, nullable=False),
    sa.Column("site_name", Text, nullable=False),
    sa.Column("municipality", Text, nullable=False),
    sa.Column("confirmed_at", Text),
    sa.Column("confirmed_by", Text),
    sa.Column("on_behalf", Flag, nullable=False),
    sa.Column("ended_at", Text),
    sa.Column("isco", Text, nullable=False, server_default=""),
    sa.Column("esco", Text, nullable=False, server_default=""),
)
employer_contact = sa.Table(
    "employer_contact",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("employer", Text, nullable=False, index=True),
    sa.Column("tenant", Text, nullable=False, index=True),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("account", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("note", Text, nullable=False),
    sa.Column("next_on", sa.Date),
)
