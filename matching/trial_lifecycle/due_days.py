"""When a trial is looked at, what its pathway asks for by when, and when somebody asks how it is afterwards.

Days come from the terms, the pathway's rules and the calendar alone: the person's situation is not looked at, so that a
list of days shows no fact of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.calendar_months import months_after
from data.pathway_records import Duty
from data.pathways import PathwayBook
from data.trial_lifecycle import TrialPlan, TrialState, TrialTerms
from data.trial_moves import review_days
from data.trials import RETENTION_MONTHS
from features.duty_calendar import duties_of
from features.pathway_conditions import RulesOfDay

from ..trial_documents import SICKNESS_CLOCK, country_of


class DueKind(StrEnum):
    """What a day is for."""

    START = "start"
    REVIEW = "review"
    DUTY = "duty"
    END = "end"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class DueDay:
    """One day of a trial. ``number`` tells those of a kind apart (months for follow-ups); ``rule``: of the pathway."""

    kind: DueKind
    day: date
    number: int
    rule: str = ""


_ALIVE = frozenset((TrialState.AGREED, TrialState.RUNNING, TrialState.PAUSED))
_OVER = frozenset((TrialState.ENDED, TrialState.EVALUATED))


def due_days(plan: TrialPlan, book: PathwayBook) -> tuple[DueDay, ...]:
    """Give the days of an agreed trial in order, of one that is over its follow-ups; none before it is agreed on.

    Follow-ups count from the last day, before that from the planned one.
    """
    terms = plan.agreed
    if terms is None or terms.starts is None or terms.ends is None or plan.state not in _ALIVE | _OVER:
        return ()
    ended = None if plan.trial is None else plan.trial.ended_on
    found = [DueDay(DueKind.FOLLOW_UP, months_after(ended or terms.ends, m), m) for m in RETENTION_MONTHS]
    if plan.state in _ALIVE:
        found += [DueDay(DueKind.START, terms.starts, 1), DueDay(DueKind.END, terms.ends, 1)]
        looked_at = enumerate(review_dates(terms.starts, terms.ends, terms.reviews), start=1)
        found += [DueDay(DueKind.REVIEW, day, number) for number, day in looked_at]
        found += _duties(terms, terms.starts, terms.ends, book)
    return tuple(sorted(found, key=lambda due: (due.day, _ORDER[due.kind], due.number, due.rule)))


_ORDER = {kind: place for place, kind in enumerate(DueKind)}


def review_dates(starts: date, ends: date, agreed: tuple[date, ...] = ()) -> tuple[date, ...]:
    """Give the days on which a trial is looked at: those agreed on, else the usual ones, at least one.

    >>> [day.isoformat() for day in review_dates(date(2027, 1, 4), date(2027, 3, 26))]
    ['2027-01-18', '2027-02-15', '2027-03-19']
    """
    if agreed:
        return agreed
    usual = review_days()
    last = max(starts, ends - timedelta(days=usual.before_end_days))
    day, found = starts + timedelta(days=usual.first_after_days), {last}
    while day < last:
        if (last - day).days >= usual.before_end_days:
            found.add(day)
        day += timedelta(days=usual.every_days)
    return tuple(sorted(found))


def _duties(terms: TrialTerms, starts: date, ends: date, book: PathwayBook) -> Iterator[DueDay]:
    if not terms.pathway:
        return
    country = country_of(book, terms.pathway)
    rules = [country.rules[id_] for id_ in country.pathway(terms.pathway).rules]
    told = [rule for rule in rules if isinstance(rule, Duty) and rule.clock != SICKNESS_CLOCK]
    events = dict.fromkeys(("trial_start", "coaching_start", "rehabilitation_start"), starts) | {"trial_end": ends}
    for due in duties_of(told, RulesOfDay(country.rules, starts), {}, events, ends):
        if due.due is not None:
            yield DueDay(DueKind.DUTY, due.due, due.round, due.rule)
