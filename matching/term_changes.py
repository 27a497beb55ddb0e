"""Terms that change while a trial runs: which, from what day, to what value, and whether the plan would break them.

A trial is held to the terms of its first day: they are what the parties agree on. No source says whether a running
trial follows a new rule, so a change is never silent: it is a flag, and where the plan would break the later term, the
responsible body must be asked first. Money and duties are those of the day that is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from data.pathway_records import Pathway, Status, Term, Version
from data.pathways import Country
from data.situation import Known
from features.trial_days import ONE_DAY

from .trial_terms import HeldTerm, PastTrial, PlannedTrial, Severity, applies_to, check_trial, held_terms


@dataclass(frozen=True, slots=True)
class TermChange:
    """A term that changes during a trial: the versions before and from ``on`` (None: there is none on that side).

    ``breaks``: the plan keeps the term of its first day and would break the later one. ``to_confirm``: the later text
    is the earlier one taken on past a reform.
    """

    rule: Term
    on: date
    before: Version | None
    after: Version | None
    breaks: bool
    to_confirm: bool


def term_changes(
    country: Country,
    pathway: Pathway,
    plan: PlannedTrial,
    facts: Mapping[str, Known],
    history: Iterable[PastTrial] = (),
) -> tuple[TermChange, ...]:
    """Name the terms of a pathway that change after a trial's first day and until its last, by day."""
    past = tuple(history)
    found = []
    before = _held(country, pathway, plan, plan.starts, facts)
    for day in _days_of_change(country, pathway, plan):
        after = _held(country, pathway, plan, day, facts)
        for id_ in sorted(before.keys() | after.keys()):
            old, new = before.get(id_), after.get(id_)
            if not _same(old, new):
                breaks = new is not None and _stops(plan, new, past) and not (old and _stops(plan, old, past))
                to_confirm = new is not None and new.version.status is Status.CARRIED_FORWARD
                rule = (new or old).rule  # type: ignore[union-attr]  # one of the two is there
                earlier, later = None if old is None else old.version, None if new is None else new.version
                found.append(TermChange(rule, day, earlier, later, breaks, to_confirm))
        before = after
    return tuple(found)


def _days_of_change(country: Country, pathway: Pathway, plan: PlannedTrial) -> list[date]:
    versions = [version for id_ in pathway.rules for version in country.rules[id_].versions]
    days = {version.valid_from for version in versions}
    days |= {version.valid_to + ONE_DAY for version in versions if version.valid_to is not None}
    return sorted(day for day in days if plan.starts < day <= plan.ends)


def _held(
    country: Country, pathway: Pathway, plan: PlannedTrial, on: date, facts: Mapping[str, Known]
) -> dict[str, HeldTerm]:
    held = held_terms(country, pathway, on, facts)
    return {one.rule.id: one for one in held if applies_to(one.rule, plan)}


def _same(one: HeldTerm | None, other: HeldTerm | None) -> bool:
    """Tell if two versions say the same with the same standing."""
    if one is None or other is None:
        return one is other
    old, new = one.version, other.version
    return (old.value, old.value_to, old.unit, old.text) == (new.value, new.value_to, new.unit, new.text) and (
        old.status is Status.CARRIED_FORWARD or new.status is not Status.CARRIED_FORWARD
    )


def _stops(plan: PlannedTrial, held: HeldTerm, past: tuple[PastTrial, ...]) -> bool:
    return any(breach.severity is not Severity.ASK for breach in check_trial(plan, [held], past))
