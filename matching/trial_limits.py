"""What a pathway's terms mean for carving: fewest and most hours, days and hours a day, caps on demands.

``trial_limits`` reads the terms; ``person_within`` and ``day_rule`` put them into a match list, ``narrowed`` into a
carving problem; ``week_breaches`` looks at a finished week plan, from the definitions. So the same person gets another
list under another pathway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from data.candidates import Candidate
from data.levels import Level, Source, most_direct
from data.pathway_records import TermKind
from data.workplaces import BLOCKS

from .carving.days import most_hours, spans_of_hours, usable_half_days
from .carving.problem import SMALLEST_STEP, CarveProblem, DayRule
from .carving.recheck import TOLERANCE
from .trial_terms import HeldTerm


@dataclass(frozen=True, slots=True)
class TrialLimits:
    """Limits of a trial in the terms of carving; None does not bind. ``rules`` says where each comes from.

    ``demands_most``: dimension -> highest level after accommodations. ``no_skill_demands``: a wish of the employer for
    skills must not count; ``no_output_demands``: nothing may hang on what gets done.
    """

    hours_min: float | None = None
    hours_max: float | None = None
    hours_per_day_least: float | None = None
    hours_per_day_most: float | None = None
    days_most: int | None = None
    demands_most: Mapping[str, float] = field(default_factory=dict)
    no_skill_demands: bool = False
    no_output_demands: bool = False
    rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WeekBreach:
    """A week plan outside the limits: which limit, on which day ("" for the week), hours or days, and the limit."""

    limit: str
    day: str
    found: float
    allowed: float


_NUMBERS: dict[TermKind, tuple[str, bool]] = {
    TermKind.HOURS_PER_WEEK_LEAST: ("hours_min", True),
    TermKind.HOURS_PER_WEEK_MOST: ("hours_max", False),
    TermKind.HOURS_PER_DAY_LEAST: ("hours_per_day_least", True),
    TermKind.HOURS_PER_DAY_MOST: ("hours_per_day_most", False),
    TermKind.DAYS_PER_WEEK_MOST: ("days_most", False),
}


def trial_limits(terms: Iterable[HeldTerm], full_time_hours: float | None = None, usual: bool = True) -> TrialLimits:
    """Turn the terms of a pathway into limits of carving.

    ``full_time_hours``: the site's full week, for terms in percent of full time; without it those do not bind.
    ``usual``: keep to what is usual too ("about 20 hours a week"), not only to firm terms.

    >>> from datetime import date
    >>> from data.pathways import load_pathways
    >>> from matching.trial_terms import held_terms
    >>> country = load_pathways().country("se")
    >>> terms = held_terms(country, country.pathway("se.arbetstraning"), date(2020, 6, 1), {})
    >>> trial_limits(terms).demands_most
    {'org_press': 1.0}
    """
    numbers: dict[str, float] = {}
    caps: dict[str, float] = {}
    rules: dict[str, str] = {}
    flags = set()
    for held in terms:
        kind, value = held.rule.term, held.version.value
        if not held.rule.firm and not usual:
            continue
        if kind in (TermKind.NO_SKILL_DEMANDS, TermKind.NO_OUTPUT_DEMANDS):
            flags.add(kind)
            rules[kind.value] = held.rule.id
        if value is None:
            continue
        if held.version.unit == "percent_of_full_time":
            if full_time_hours is None:
                continue
            value = value / 100 * full_time_hours
        if kind is TermKind.DEMAND_MOST:
            caps[held.rule.dimension] = min(value, caps.get(held.rule.dimension, value))
            rules[held.rule.dimension] = held.rule.id
        elif kind in _NUMBERS:
            name, least = _NUMBERS[kind]
            tighter = max if least else min
            numbers[name] = tighter(value, numbers.get(name, value))
            rules[name] = held.rule.id
    return TrialLimits(
        hours_min=numbers.get("hours_min"),
        hours_max=numbers.get("hours_max"),
        hours_per_day_least=numbers.get("hours_per_day_least"),
        hours_per_day_most=numbers.get("hours_per_day_most"),
        days_most=int(numbers["days_most"]) if "days_most" in numbers else None,
        demands_most=caps,
        no_skill_demands=TermKind.NO_SKILL_DEMANDS in flags,
        no_output_demands=TermKind.NO_OUTPUT_DEMANDS in flags,
        rules=rules,
    )


def day_rule(limits: TrialLimits) -> DayRule | None:
    """Give what each day of a week may hold; None where the terms say nothing about days."""
    least, most, days = limits.hours_per_day_least, limits.hours_per_day_most, limits.days_most
    return None if least is None and most is None and days is None else DayRule(least or 0.0, most, days)


def weekly_hours(limits: TrialLimits, hours_min: float, hours_max: float) -> tuple[float, float]:
    """Join a person's fewest and most weekly hours with the limits; min above max means that no week is possible.

    >>> weekly_hours(TrialLimits(hours_per_day_least=4, hours_per_day_most=8, days_most=5), 2, 60)
    (4, 40)
    """
    least = max(hours_min, limits.hours_min or 0.0)
    most = hours_max if limits.hours_max is None else min(hours_max, limits.hours_max)
    rule = day_rule(limits)
    spans = [(least, most)] if rule is None else spans_of_hours(rule, least, most)
    return (spans[0][0], spans[-1][1]) if spans else (least, min(most, least - 1))


def half_days(limits: TrialLimits, blocks: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Cut a person's half-days to what a day may hold, in the order of the week; days too short for a trial fall.

    Nothing that the limits allow is lost: which days are worked, and how long, is decided with the part-job.
    """
    order = {block: at for at, block in enumerate(BLOCKS)}
    there = sorted(blocks, key=lambda pair: order.get(pair[0], len(order)))
    return usable_half_days(day_rule(limits) or DayRule(), there)


def narrowed(problem: CarveProblem, limits: TrialLimits) -> CarveProblem:
    """Put the limits of a pathway into a carving problem. Never widens anything.

    A cap on a demand lowers the capacity: it holds after accommodations, since a measure may take the pressure off.
    """
    least, most = weekly_hours(limits, problem.hours_min, problem.hours_max)
    capacity = dict(problem.capacity)
    for dimension, level in limits.demands_most.items():
        capacity[dimension] = min(level, capacity.get(dimension, level))
    blocks = None if problem.blocks is None else half_days(limits, problem.blocks)
    day = tighter_days(problem.day, day_rule(limits))
    return replace(problem, hours_min=least, hours_max=most, capacity=capacity, blocks=blocks, day=day)


def tighter_days(one: DayRule | None, other: DayRule | None) -> DayRule | None:
    """Join two rules about days: both hold.

    >>> tighter_days(DayRule(4, 8, 5), DayRule(3, 6))
    DayRule(least=4, most=6, days=5)
    """
    if one is None or other is None:
        return one or other
    most = [hours for hours in (one.most, other.most) if hours is not None]
    days = [number for number in (one.days, other.days) if number is not None]
    return DayRule(max(one.least, other.least), min(most) if most else None, min(days) if days else None)


def person_within(person: Candidate, limits: TrialLimits) -> Candidate | None:
    """Give the person as a match on this pathway sees them: hours, half-days and caps on demands. Never widens.

    A cap stands as a level with the rule as its evidence, so that a match list stays exact and says why. The profile
    in the store is not changed. What a day may hold goes into the list's choices (``day_rule``). None: the person's
    hours and the pathway's do not go together, no week is possible.
    """
    least, most = weekly_hours(limits, person.hours_min, person.hours_max)
    blocks = dict(half_days(limits, person.blocks.items()))
    if least > most or (person.blocks and most_hours(day_rule(limits), blocks.items()) < max(least, SMALLEST_STEP)):
        return None
    capacity = dict(person.capacity)
    for dimension, cap in limits.demands_most.items():
        own = most_direct(capacity.get(dimension, ()))
        if own is None or own.value > cap:
            rule = limits.rules[dimension]
            capacity[dimension] = (Level(cap, cap, cap, Source.OBSERVED, evidence=rule),)
    return replace(person, hours_min=least, hours_max=most, capacity=capacity, blocks=blocks)


def week_breaches(limits: TrialLimits, hours: float, hours_by_block: Mapping[str, float]) -> tuple[WeekBreach, ...]:
    """Name what a part-job breaks: weekly hours, and in its week plan, if it has one, number and hours of days."""
    by_day: dict[str, float] = {}
    for block, planned in hours_by_block.items():
        day = block.partition("_")[0]
        by_day[day] = by_day.get(day, 0.0) + planned
    by_day = {day: planned for day, planned in by_day.items() if planned > TOLERANCE}
    found = []
    if limits.hours_min is not None and hours < limits.hours_min - TOLERANCE:
        found.append(WeekBreach("hours_min", "", hours, limits.hours_min))
    if limits.hours_max is not None and hours > limits.hours_max + TOLERANCE:
        found.append(WeekBreach("hours_max", "", hours, limits.hours_max))
    if limits.days_most is not None and len(by_day) > limits.days_most:
        found.append(WeekBreach("days_most", "", len(by_day), limits.days_most))
    for day, planned in by_day.items():
        if limits.hours_per_day_least is not None and planned < limits.hours_per_day_least - TOLERANCE:
            found.append(WeekBreach("hours_per_day_least", day, planned, limits.hours_per_day_least))
        if limits.hours_per_day_most is not None and planned > limits.hours_per_day_most + TOLERANCE:
            found.append(WeekBreach("hours_per_day_most", day, planned, limits.hours_per_day_most))
    return tuple(found)
