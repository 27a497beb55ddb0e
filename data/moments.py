"""Moments as the store keeps them: text in UTC that sorts as time does, the same on every database."""

from __future__ import annotations

from datetime import UTC, datetime


def moment_text(at: datetime) -> str:
    """Write a moment down.

    >>> moment_text(datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    '2026-11-28T09:00:00.000+00:00'
    """
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def moment_of(text: str) -> datetime:
    """Read a moment that ``moment_text`` wrote."""
    return datetime.fromisoformat(text)
