"""The duties of a case as an iCalendar file with reminders (RFC 5545), the same bytes for the same case."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from matching.pathway_case import PathwayCase

from .messages import Messages
from .pathway_wording import rule_text


def case_as_calendar(case: PathwayCase, messages: Messages) -> bytes:
    """Write every duty that has a day as an all-day event with a reminder; the person's id is not in it."""
    calendar = Calendar()
    calendar.add("prodid", "-//worktrial//pathways//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    stamp = datetime.combine(case.on, time(), UTC)
    for due in case.duties:
        if due.due is None:
            continue
        rule = case.country.rules[due.rule]
        version = rule.held(case.on) or rule.versions[-1]
        text = rule_text(version, messages)
        who = ", ".join(case.country.bodies[body][messages.language] for body in due.who)
        key = f"{case.country.id}:{due.rule}:{due.round}:{due.due.isoformat()}:{case.situation.person}"
        event = Event()
        event.add("uid", hashlib.sha256(key.encode()).hexdigest()[:24] + "@worktrial")
        event.add("dtstamp", stamp)
        event.add("dtstart", due.starts or due.due)
        event.add("dtend", due.due + timedelta(days=1))
        event.add("summary", text)
        source = f"{version.source.document} {version.source.section}"
        notice = messages.text("pathway.notice")
        event.add("description", messages.text("pathway.event", who=who, source=source, notice=notice))
        event.add("transp", "TRANSPARENT")
        if due.remind_on is not None:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", text)
            alarm.add("trigger", due.remind_on - (due.starts or due.due))
            event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
