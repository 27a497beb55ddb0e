"""What is due when, for whom: the duties of a pathway laid on the days of one case.

Weeks and days count the first day: the first sick day is day 1, and week n ends on day 7 n. Months and years end on the
same date. A duty that is due "by" a week is due on that week's last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from data.pathway_records import Duty, Rule, TrialState, Version, When
from data.situation import Known

from .condition_check import Answer
from .pathway_conditions import ANSWERS, UNMET, RulesOfDay, compile_test
from .trial_days import after

MOST_ROUNDS = 60
"""A duty that comes again and again is listed so many times at most ..."""

LISTED_FOR_MONTHS = 24
"""... and for so long, when nobody says until when."""


@dataclass(frozen=True, slots=True)
class DueDuty:
    """One duty on its day. ``starts``: first day of a span, or from when a standing duty holds.

    ``due`` None: holds all the time, or the event is not known yet (``waits_for``). ``applies`` unknown: hangs on facts
    that nobody has told.
    """

    rule: str
    who: tuple[str, ...]
    when: When
    due: date | None
    starts: date | None
    remind_on: date | None
    round: int
    states: tuple[TrialState, ...]
    applies: Answer
    waits_for: str = ""


def last_day_of(start: date, value: float, unit: str) -> date:
    """Give the day that closes so many days or weeks, counting the first day, or so many months or years.

    >>> last_day_of(date(2020, 1, 1), 6, "weeks"), last_day_of(date(2020, 1, 1), 30, "days")
    (datetime.date(2020, 2, 11), datetime.date(2020, 1, 30))
    """
    day = after(start, value, unit)
    return day - timedelta(days=1) if unit in ("days", "weeks") else day


def duties_of(
    rules: Iterable[Rule],
    day: RulesOfDay,
    facts: Mapping[str, Known],
    events: Mapping[str, date],
    until: date | None = None,
) -> tuple[DueDuty, ...]:
    """List the duties in the order of their days; those without a day come last, in the order of the rules.

    ``until``: duties that come again stop here (else two years after the event).
    """
    found: list[DueDuty] = []
    for rule in rules:
        version = day.version(rule.id)
        if not isinstance(rule, Duty) or version is None:
            continue
        applies = 1 if rule.when is None else compile_test(rule.when, day)(facts)
        if applies != UNMET:
            found += _laid(rule, version, ANSWERS[applies], events.get(rule.clock), until)
    return tuple(sorted(found, key=lambda duty: (duty.due is None, duty.due or date.max)))


def _laid(rule: Duty, version: Version, applies: Answer, start: date | None, until: date | None) -> list[DueDuty]:
    def duty(due: date | None, starts: date | None = None, turn: int = 1, waits: str = "") -> DueDuty:
        remind = None if due is None else due - timedelta(days=rule.remind_days)
        return DueDuty(rule.id, rule.who, rule.due, due, starts, remind, turn, rule.states, applies, waits)

    if start is None:
        return [duty(None, waits=rule.clock)]
    value, unit = version.value, version.unit
    if rule.due is When.BEFORE:
        return [duty(start)]
    if value is None:
        return [duty(None, start)]
    if rule.due is When.BETWEEN:
        first = last_day_of(start, value - 1, unit) + timedelta(days=1)
        return [duty(last_day_of(start, version.value_to or value, unit), first)]
    if rule.due is When.EVERY:
        end = until or after(start, LISTED_FOR_MONTHS, "months")
        days = (last_day_of(start, value * turn, unit) for turn in range(1, MOST_ROUNDS + 1))
        return [duty(due, turn=turn) for turn, due in enumerate(days, start=1) if due <= end]
    return [duty(last_day_of(start, value, unit))]
