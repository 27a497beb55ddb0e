"""The day that a service as it comes goes by: that of Helsinki, wherever and whenever tests run."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


def this_day() -> date:
    """Give the day it is in Helsinki."""
    return datetime.now(HELSINKI).date()
