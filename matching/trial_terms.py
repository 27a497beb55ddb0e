"""Whether a planned trial keeps the terms of its pathway: hours, length, agreement, recall duty, no demands on output.

Every breach is explained by the rule that it breaks. A firm term stops the trial; beyond what is only usual, the
responsible body's decision with grounds is needed; what nobody has told is asked, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from data.pathway_records import Pathway, Term, TermKind, Version
from data.pathways import Country
from data.situation import Known
from features.pathway_conditions import UNMET, RulesOfDay, compile_test
from features.trial_days import DAYS_OF_A_MONTH, Length, Period, after, length_of


class Severity(StrEnum):
    """What a breach does: stops, needs the body's decision with grounds, or must be asked."""

    STOP = "stop"
    NEEDS_DECISION = "needs_decision"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class HeldTerm:
    """A term as it held on the day."""

    rule: Term
    version: Version


@dataclass(frozen=True, slots=True)
class PastTrial:
    """A trial that was or is: who, where, at what, when, paid or not, and whether it led to a hire."""

    person: str
    pathway: str
    employer: str
    task: str
    starts: date
    ends: date
    paid: bool = False
    hired_on: date | None = None

    @property
    def period(self) -> Period:
        """Its days."""
        return Period(self.starts, self.ends)


@dataclass(frozen=True, slots=True)
class PlannedTrial:
    """A trial that somebody plans. None is unknown. ``host``: company, municipality, private_person or other.

    ``levels``: highest demand by dimension. ``agreed_on``: day of the agreement or contract. ``body_decided``: the
    responsible body has decided on this trial, with grounds where it goes beyond the usual.
    """

    person: str
    pathway: str
    employer: str
    task: str
    starts: date
    ends: date
    host: str = "company"
    hours_per_week: float | None = None
    hours_per_day_least: float | None = None
    hours_per_day_most: float | None = None
    days_per_week: int | None = None
    full_time_hours: float | None = None
    paid: bool | None = None
    agreement_signed: bool | None = None
    supervisor_named: bool | None = None
    body_decided: bool | None = None
    plan_made: bool | None = None
    programme_made: bool | None = None
    recall_offered: bool | None = None
    distorts_competition: bool | None = None
    output_demanded: bool | None = None
    skills_demanded: bool | None = None
    undone_work_elsewhere: bool | None = None
    own_employer: bool | None = None
    contract_months_after: float | None = None
    first_sick_day: date | None = None
    agreed_on: date | None = None
    levels: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken or open term: the rule, how grave, what is planned and what the limit is (None where no number)."""

    rule: str
    term: TermKind
    severity: Severity
    planned: float | None = None
    limit: float | None = None
    unit: str = "yes"
    last_day: date | None = None


def held_terms(country: Country, pathway: Pathway, on: date, facts: Mapping[str, Known]) -> tuple[HeldTerm, ...]:
    """Give the terms of a pathway on a day; one whose ``when`` is known not to apply is left out."""
    rules = RulesOfDay(country.rules, on)
    found = []
    for id_ in pathway.rules:
        rule = country.rules[id_]
        if not isinstance(rule, Term):
            continue
        version = rules.version(id_)
        if version is None or (rule.when is not None and compile_test(rule.when, rules)(facts) == UNMET):
            continue
        found.append(HeldTerm(rule, version))
    return tuple(found)


def check_trial(plan: PlannedTrial, terms: Iterable[HeldTerm], history: Iterable[PastTrial] = ()) -> tuple[Breach, ...]:
    """Name every term that a planned trial breaks or leaves open, in the order of the terms.

    ``history``: trials of the same person; those on the same pathway count towards its lengths.
    """
    own = tuple(t for t in history if t.person == plan.person and t.pathway == plan.pathway)
    found = (_check(plan, held, own) for held in terms if applies_to(held.rule, plan))
    return tuple(breach for breach in found if breach is not None)


def applies_to(term: Term, plan: PlannedTrial) -> bool:
    """Tell if a term is about hosts of this kind."""
    return not term.host or (term.host == "municipality") == (plan.host == "municipality")


YES_NO_TERMS: dict[TermKind, tuple[str, bool]] = {
    TermKind.PAID: ("paid", True),
    TermKind.UNPAID: ("paid", False),
    TermKind.NO_OUTPUT_DEMANDS: ("output_demanded", False),
    TermKind.NO_SKILL_DEMANDS: ("skills_demanded", False),
    TermKind.UNDONE_WORK_ELSEWHERE: ("undone_work_elsewhere", True),
    TermKind.WRITTEN_AGREEMENT: ("agreement_signed", True),
    TermKind.SUPERVISOR_NAMED: ("supervisor_named", True),
    TermKind.BODY_DECIDES: ("body_decided", True),
    TermKind.PLAN_BEFORE_START: ("plan_made", True),
    TermKind.PROGRAMME_BEFORE_START: ("programme_made", True),
    TermKind.RECALL_DUTY: ("recall_offered", True),
    TermKind.NO_DISTORTION: ("distorts_competition", False),
    TermKind.OWN_EMPLOYER: ("own_employer", True),
    TermKind.OTHER_EMPLOYER: ("own_employer", False),
}
"""Terms that are a yes or no of the plan, and which of them keeps the term."""

_LEAST: dict[TermKind, str] = {
    TermKind.HOURS_PER_WEEK_LEAST: "hours_per_week",
    TermKind.HOURS_PER_DAY_LEAST: "hours_per_day_least",
    TermKind.CONTRACT_AFTER_LEAST: "contract_months_after",
}
_MOST: dict[TermKind, str] = {
    TermKind.HOURS_PER_WEEK_MOST: "hours_per_week",
    TermKind.HOURS_PER_DAY_MOST: "hours_per_day_most",
    TermKind.DAYS_PER_WEEK_MOST: "days_per_week",
}


def _check(plan: PlannedTrial, held: HeldTerm, own: tuple[PastTrial, ...]) -> Breach | None:
    kind = held.rule.term
    if kind in YES_NO_TERMS:
        return _said(plan, held)
    if kind in _LEAST or kind in _MOST:
        return _number(plan, held)
    if kind is TermKind.NOT_A_PRIVATE_PERSON:
        return _breach(held, Severity.STOP) if plan.host == "private_person" else None
    if kind is TermKind.DEMAND_MOST:
        level = plan.levels.get(held.rule.dimension)
        return _broken(held, plan, level) if level is not None and level > _value(held) else None
    if kind in (TermKind.START_FROM_SICK_DAY, TermKind.START_UNTIL_SICK_DAY):
        return _sick_day(plan, held)
    if kind is TermKind.LENGTH_WITH_SICKNESS:
        if plan.first_sick_day is None:
            return _breach(held, Severity.ASK)
        return _too_long(plan, held, [Period(plan.first_sick_day, plan.ends)])
    return _length(plan, held, own)


def _value(held: HeldTerm) -> float:
    assert held.version.value is not None  # noqa: S101 - a term with a number has one, the loader checks
    return held.version.value


def _breach(held: HeldTerm, severity: Severity, planned: float | None = None, last: date | None = None) -> Breach:
    version = held.version
    return Breach(held.rule.id, held.rule.term, severity, planned, version.value, version.unit, last)


def _broken(held: HeldTerm, plan: PlannedTrial, planned: float, last: date | None = None) -> Breach | None:
    """Stop at a firm term; beyond a usual one the body's decision is enough."""
    if held.rule.firm:
        return _breach(held, Severity.STOP, planned, last)
    return None if plan.body_decided else _breach(held, Severity.NEEDS_DECISION, planned, last)


def _said(plan: PlannedTrial, held: HeldTerm) -> Breach | None:
    attribute, wanted = YES_NO_TERMS[held.rule.term]
    said = getattr(plan, attribute)
    if said is None:
        return _breach(held, Severity.ASK)
    return None if said is wanted else _breach(held, Severity.STOP)


def _number(plan: PlannedTrial, held: HeldTerm) -> Breach | None:
    kind, limit = held.rule.term, _value(held)
    planned = getattr(plan, _LEAST.get(kind) or _MOST[kind])
    if held.version.unit == "percent_of_full_time":
        if plan.full_time_hours is None:
            return _breach(held, Severity.ASK)
        limit = limit / 100 * plan.full_time_hours
    if planned is None:
        return _breach(held, Severity.ASK)
    over = planned < limit if kind in _LEAST else planned > limit
    return _broken(held, plan, float(planned)) if over else None


def _sick_day(plan: PlannedTrial, held: HeldTerm) -> Breach | None:
    if plan.first_sick_day is None:
        return _breach(held, Severity.ASK)
    day = ((plan.agreed_on or plan.starts) - plan.first_sick_day).days + 1
    early = held.rule.term is TermKind.START_FROM_SICK_DAY
    outside = day < _value(held) if early else day > _value(held)
    return _broken(held, plan, float(day)) if outside else None


def _length(plan: PlannedTrial, held: HeldTerm, own: tuple[PastTrial, ...]) -> Breach | None:
    kind = held.rule.term
    periods = [Period(plan.starts, plan.ends)]
    if kind is TermKind.LENGTH_LEAST:
        short = length_of(periods).below(_value(held), held.version.unit)
        return _broken(held, plan, _spoken(length_of(periods), held.version.unit)) if short else None
    if kind is TermKind.LENGTH_MOST:
        periods += [trial.period for trial in own]
    elif kind in (TermKind.LENGTH_AT_ONE_EMPLOYER, TermKind.LENGTH_USUAL):
        periods += [trial.period for trial in own if trial.employer == plan.employer]
    elif kind is TermKind.LENGTH_IN_ONE_TASK:
        periods += [trial.period for trial in own if trial.employer == plan.employer and trial.task == plan.task]
    return _too_long(plan, held, periods)


def _too_long(plan: PlannedTrial, held: HeldTerm, periods: list[Period]) -> Breach | None:
    used = length_of(periods)
    if not used.exceeds(_value(held), held.version.unit):
        return None
    return _broken(held, plan, _spoken(used, held.version.unit), _last_day(plan, held, periods))


def _spoken(length: Length, unit: str) -> float:
    """Say a length in the unit of its limit, in tenths."""
    if unit in ("days", "weeks"):
        return round(length.days_in_all / (7 if unit == "weeks" else 1), 1)
    months = length.months + length.days / DAYS_OF_A_MONTH
    return round(months / (12 if unit == "years" else 1), 1)


def _last_day(plan: PlannedTrial, held: HeldTerm, periods: list[Period]) -> date | None:
    """Find the last day on which the trial could end within the limit; None when not even one day is left."""
    others = periods[1:] if periods[0] == Period(plan.starts, plan.ends) else []
    start = plan.starts if others or periods[0].starts == plan.starts else periods[0].starts
    low, high = start, min(plan.ends, after(start, _value(held) + 1, held.version.unit))

    def within(day: date) -> bool:
        return not length_of([Period(start, day), *others]).exceeds(_value(held), held.version.unit)

    if not within(low):
        return None
    while (high - low).days > 1:
        middle = low + (high - low) // 2
        low, high = (middle, high) if within(middle) else (low, middle)
    return low
