"""Says in whose day and clock people read: a moment that is stored in UTC becomes a day, or a day and time, of theirs.

A moment of the evening in UTC is the next day in Finland already. What is stored stays in UTC; which day it is, and
what a clock on the wall said, is decided here and by the setting ``time_zone`` only.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from .messages import Messages

if TYPE_CHECKING:
    from fastapi import Request  # commands that write days need no service


def zone_of(request: Request) -> ZoneInfo:
    """Give the zone that the people of this service live in."""
    zone: ZoneInfo = request.app.state.settings.zone
    return zone


def now_of(request: Request) -> datetime:
    """Give this moment as a clock on the wall says it: its day is the day of the people, what is stored stays UTC."""
    return wall_clock(datetime.now(UTC), zone_of(request))


def today_of(request: Request) -> date:
    """Give the day that it is where the people live."""
    return now_of(request).date()


def wall_clock(at: datetime, zone: tzinfo) -> datetime:
    """Give a moment with the distance from UTC that clocks of a zone have at it.

    The distance is a fixed one, so hours that are added are hours that pass, also when clocks are put forward between.

    >>> wall_clock(datetime(2026, 7, 15, 23, 30, tzinfo=UTC), ZoneInfo("Europe/Helsinki")).isoformat()
    '2026-07-16T02:30:00+03:00'
    """
    there = at.astimezone(zone)
    return there.replace(tzinfo=timezone(there.utcoffset() or UTC.utcoffset(None)), fold=0)


def day_in(zone: tzinfo, at: datetime | str) -> date:
    """Give the day of a moment in a zone; ``at`` as the store keeps it (ISO 8601), or read already.

    >>> helsinki = ZoneInfo("Europe/Helsinki")
    >>> day_in(helsinki, "2026-07-15T21:30:00+00:00"), day_in(helsinki, "2026-12-15T21:30:00+00:00")
    (datetime.date(2026, 7, 16), datetime.date(2026, 12, 15))
    """
    return _moment(at).astimezone(zone).date()


def day_text(day: date, messages: Messages) -> str:
    """Write a day as the language does; English as it is written in Europe, day first."""
    return format_date(day, format="medium", locale=_locale(messages))


def day_of(at: datetime | str, messages: Messages, zone: tzinfo) -> str:
    """Write the day of a moment."""
    return day_text(day_in(zone, at), messages)


def moment_words(at: datetime | str, messages: Messages, zone: tzinfo) -> str:
    """Write a moment to the minute: its day and what the clock said.

    >>> moment_words("2026-07-15T23:30:00+00:00", Messages("fi"), ZoneInfo("Europe/Helsinki"))
    '16.7.2026 klo 2.30'
    """
    there = _moment(at).astimezone(zone)
    time = format_time(there, "short", tzinfo=zone, locale=_locale(messages))
    return messages.text("moment.day_and_time", day=day_text(there.date(), messages), time=time)


def _moment(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def _locale(messages: Messages) -> str:
    return {"en": "en_GB"}.get(messages.language, messages.language)
