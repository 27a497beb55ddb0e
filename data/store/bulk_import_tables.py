"""The tables of what was brought in by list, and of what was there before, so that it can be undone."""

from __future__ import annotations

import sqlalchemy as sa

from .schema import Text, Whole, metadata

bulk_import = sa.Table(
    "bulk_import",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("kind", Text, nullable=False),
    sa.Column("at", Text, nullable=False, index=True),
    sa.Column("account", Text, nullable=False),
    sa.Column("tenant", Text, nullable=False, index=True),
    sa.Column("file_digest", Text, nullable=False),
    sa.Column("rows_good", Whole, nullable=False),
    sa.Column("rows_bad", Whole, nullable=False),
    sa.Column("new", Whole, nullable=False),
    sa.Column("changed", Whole, nullable=False),
    sa.Column("unchanged", Whole, nullable=False),
    sa.Column("gone", Whole, nullable=False),
    sa.Column("undo_until", Text, nullable=False),
    sa.Column("undone_at", Text),
    sa.Column("undone_by", Text),
    sa.Column("audit_number", Whole, nullable=False),
)
"""One list that was brought in. The file's name is not kept: it may name a person."""

bulk_import_before = sa.Table(
    "bulk_import_before",
    metadata,
    sa.Column("import_id", Text, sa.ForeignKey("bulk_import.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("thing", Text, primary_key=True),
    sa.Column("candidate", Text, nullable=False, index=True),
    sa.Column("after", Text, nullable=False),
    sa.Column("content", sa.LargeBinary),
)
"""What a list changed, as it was before, compressed (none: it was not there), and the SHA-256 of what it became.

``thing`` is the id of an employer, a person or a trial; ``candidate`` the person whose data it is (empty: nobody's).
Rows go after thirty days, when the import is undone, and when the person is erased.
"""
