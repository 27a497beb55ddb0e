"""How long a trial is and how much of a limit is used: whole calendar months and days, over one or many periods.

The sources give limits in months and do not say how broken periods add up. Here: periods that touch or overlap are one;
each is whole calendar months from its first day, and days; thirty days left over are one month. So an unbroken trial of
six months may run to the day before the same date six months later. To be confirmed with the body that decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from data.calendar_months import months_after as months_after

DAYS_OF_A_MONTH = 30
"""So many days left over from broken periods are one month."""

ONE_DAY = timedelta(days=1)


class Period(NamedTuple):
    """From the first to the last day, both included."""

    starts: date
    ends: date


@dataclass(frozen=True, slots=True, order=True)
class Length:
    """Whole months and days; ``days_in_all`` counts every calendar day."""

    months: int
    days: int
    days_in_all: int

    def exceeds(self, value: float, unit: str) -> bool:
        """Tell if it is longer than a limit in days, weeks, months or years."""
        if unit in ("days", "weeks"):
            return self.days_in_all > value * (7 if unit == "weeks" else 1)
        months = value * (12 if unit == "years" else 1)
        return (self.months, self.days) > (int(months), round((months % 1) * DAYS_OF_A_MONTH))

    def below(self, value: float, unit: str) -> bool:
        """Tell if it is shorter than a limit."""
        if unit in ("days", "weeks"):
            return self.days_in_all < value * (7 if unit == "weeks" else 1)
        months = value * (12 if unit == "years" else 1)
        return (self.months, self.days) < (int(months), round((months % 1) * DAYS_OF_A_MONTH))


def after(day: date, value: float, unit: str) -> date:
    """Give the day that lies ``value`` days, weeks, months or years after a day."""
    if unit in ("days", "weeks"):
        return day + timedelta(days=round(value * (7 if unit == "weeks" else 1)))
    return months_after(day, round(value * (12 if unit == "years" else 1)))


def joined(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Join periods that overlap or touch, in order."""
    found: list[Period] = []
    for period in sorted(periods):
        if found and period.starts <= found[-1].ends + ONE_DAY:
            found[-1] = Period(found[-1].starts, max(found[-1].ends, period.ends))
        else:
            found.append(period)
    return tuple(found)


def length_of(periods: Iterable[Period]) -> Length:
    """Measure one or many periods together.

    >>> length_of([Period(date(2020, 1, 15), date(2020, 7, 14))])
    Length(months=6, days=0, days_in_all=182)
    >>> length_of([Period(date(2020, 1, 1), date(2020, 1, 20)), Period(date(2020, 3, 1), date(2020, 3, 12))])
    Length(months=1, days=2, days_in_all=32)
    """
    months = days = in_all = 0
    for starts, ends in joined(periods):
        beyond = ends + ONE_DAY
        whole = (beyond.year - starts.year) * 12 + beyond.month - starts.month
        if months_after(starts, whole) > beyond:
            whole -= 1
        months += whole
        days += (beyond - months_after(starts, whole)).days
        in_all += (beyond - starts).days
    return Length(months + days // DAYS_OF_A_MONTH, days % DAYS_OF_A_MONTH, in_all)


def covered_days(periods: Iterable[Period], window: Period) -> int:
    """Count the days of a window that at least one period covers."""
    inside = (
        Period(max(period.starts, window.starts), min(period.ends, window.ends))
        for period in periods
        if period.starts <= window.ends and period.ends >= window.starts
    )
    return sum((period.ends - period.starts).days + 1 for period in joined(inside))
