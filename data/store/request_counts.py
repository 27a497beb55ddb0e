"""Counts requests in windows of time, shared by all workers of a service through the store.

A bucket is taken from in portions: a worker takes several at once and hands them out by itself, so that not every
request costs a write. What all workers hand out together never exceeds the limit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..moments import moment_text
from .engine import Store
from .request_tables import request_count


def take_requests(store: Store, bucket: str, limit: int, portion: int, ends_at: datetime) -> int:
    """Take up to a portion out of a bucket that holds ``limit``; gives how many were taken, 0 when it is empty."""
    with store.count() as connection:
        dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(request_count).values(bucket=bucket, used=portion, ends_at=moment_text(ends_at))
        more = insert.on_conflict_do_update(
            index_elements=["bucket"], set_={"used": request_count.c.used + portion}
        ).returning(request_count.c.used)
        used = int(connection.execute(more).scalar_one())
    return max(0, min(portion, limit - (used - portion)))


def forget_requests(store: Store, now: datetime) -> int:
    """Delete the counts of windows that are over; gives how many."""
    with store.count() as connection:
        gone = connection.execute(sa.delete(request_count).where(request_count.c.ends_at <= moment_text(now)))
    return gone.rowcount
