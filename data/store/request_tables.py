"""Two tables of the service that hold things for a short time: receipts of changes, and counts of requests.

Neither goes into a backup (``passing``), and neither holds a name, an address or what somebody sent.
"""

from __future__ import annotations

import sqlalchemy as sa

from .schema import Listed, Text, Whole, metadata

PASSING = {"passing": True}
"""Marks a table whose rows are of no use after a restore."""

change_receipt = sa.Table(
    "change_receipt",
    metadata,
    sa.Column("principal", Text, primary_key=True),
    sa.Column("key_digest", Text, primary_key=True),
    sa.Column("request_digest", Text, nullable=False),
    sa.Column("route", Text, nullable=False),
    sa.Column("status", Whole, nullable=False),
    sa.Column("headers", Listed, nullable=False),
    sa.Column("body", Text, nullable=False),
    sa.Column("created_at", Text, nullable=False),
    sa.Column("expires_at", Text, nullable=False, index=True),
    info=PASSING,
)
"""What a change answered, written with the change: whoever asks again with the same key gets the same answer."""

request_count = sa.Table(
    "request_count",
    metadata,
    sa.Column("bucket", Text, primary_key=True),
    sa.Column("used", Whole, nullable=False),
    sa.Column("ends_at", Text, nullable=False, index=True),
    info=PASSING,
)
"""How many requests came in a window of time. ``bucket`` is a keyed fingerprint of kind, asker and window."""
