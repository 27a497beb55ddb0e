"""Moments as the store keeps them: text in UTC that sorts as time does, the same on every database."""

from __future__ import annotations

from datetime import UTC, datetime

from .errors import InvalidInput


def moment_text(at: datetime) -> str:
    """Write a moment down; InvalidInput for one without a zone.

    >>> moment_text(datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    '2026-11-28T09:00:00.000+00:00'
    """
    if at.tzinfo is None:
        raise InvalidInput("time", "it does not say in which zone", "a time with its zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def moment_of(text: str) -> datetime:
    """Read a moment that ``moment_text`` wrote."""
    return datetime.fromisoformat(text)
