"""The days of trials as an iCalendar feed (RFC 5545): reviews, first and last days, follow-ups.

A phone shows a calendar to whoever stands beside it. So an entry holds no name and no fact of health: it says only that
a trial, known by the first signs of its random id, is looked at. The same trials give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from data.pathways import load_pathways
from data.trial_lifecycle import Move, TrialPlan
from matching.trial_lifecycle import DueDay, DueKind, due_days

from .messages import Messages

SHORT_ID = 8
"""So many signs of a trial's id stand in an entry: enough to find it again, nothing to open it with."""

_SEEN_BY_ALL = frozenset((Move.AGREE, Move.ADAPT, Move.START, Move.END, Move.INTERRUPT))
"""Steps that all three parties know of: an entry counts no others, so that it tells nobody of them."""


def trials_as_calendar(
    plans: Iterable[TrialPlan], messages: Messages, kinds: Collection[DueKind] = tuple(DueKind)
) -> bytes:
    """Write the days of some trials as all-day events, by day; a day that moves keeps its id, so calendars follow.

    ``kinds``: which days; employers get those that all parties know of (``DAYS_OF_ALL``).
    """
    calendar = Calendar()
    calendar.add("prodid", "-//worktrial//trials//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    book = load_pathways()
    found = [
        (due.day, plan.id, index, plan, due)
        for plan in plans
        for index, due in enumerate(due_days(plan, book))
        if due.kind in kinds
    ]
    for *_, plan, due in sorted(found, key=lambda one: one[:3]):
        calendar.add_component(_event(plan, due, messages))
    return bytes(calendar.to_ical())


def _event(plan: TrialPlan, due: DueDay, messages: Messages) -> Event:
    key = f"trial:{plan.id}:{due.kind.value}:{due.rule}:{due.number}"
    event = Event()
    event.add("uid", hashlib.sha256(key.encode()).hexdigest()[:24] + "@worktrial")
    shown = [step.at for step in plan.steps if step.move in _SEEN_BY_ALL]
    event.add("dtstamp", max(shown).replace(microsecond=0))
    event.add("sequence", len(shown))
    event.add("dtstart", due.day)
    event.add("dtend", due.day + timedelta(days=1))
    event.add("summary", messages.text(f"trial.calendar.{due.kind.value}", id=plan.id[:SHORT_ID], months=due.number))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
