"""Whether the terms of a trial keep the pathway's rules and the rotation guard; what is broken or open, by rule.

Nothing of a person's situation goes into the plan: facts and the first day of sickness are given in for the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from data.pathway_records import Rule, TermKind
from data.pathways import PathwayBook
from data.situation import Known
from data.trial_lifecycle import TrialPlan, TrialTerms
from data.trials import Outcome, Trial

from ..rotation_guard import GuardFinding, blocks, guard, override
from ..term_changes import term_changes
from ..trial_documents import country_of
from ..trial_limits import trial_limits, week_breaches
from ..trial_terms import YES_NO_TERMS, PastTrial, PlannedTrial, check_trial, held_terms

LimitCheck = Callable[[TrialPlan, TrialTerms, date], tuple[str, ...]]
"""Names the rules that terms break or leave open on a day; none: they may be agreed on."""

DERIVED = frozenset(("agreement_signed", "supervisor_named"))
"""Answered by the trial itself: the three sign, and the supervisor is in the terms."""

KEPT_TERMS = frozenset(name for name, _ in YES_NO_TERMS.values()) - DERIVED
"""Yes-or-no terms that a human answers beside the terms of a trial."""

ROTATION = "rotation_"
"""A written reason of this kind, with chain, share or person, lets a block of the rotation guard pass."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the check looks at beside the terms.

    Facts and first day of sickness of the person, earlier trials of the person and of the employer, and the highest
    demand by dimension, where they are known.
    """

    facts: Mapping[str, Known] = field(default_factory=dict)
    first_sick_day: date | None = None
    history: tuple[Trial, ...] = ()
    levels: Mapping[str, float] = field(default_factory=dict)


def limit_check(book: PathwayBook, guard_rules: Mapping[str, Rule], around: Surroundings) -> LimitCheck:
    """Give the check of one trial's terms among what surrounds it."""

    def check(plan: TrialPlan, terms: TrialTerms, on: date) -> tuple[str, ...]:
        if terms.starts is None or terms.ends is None or not terms.tasks:
            return ()
        found: dict[str, None] = {}
        for task in terms.tasks:
            planned = planned_trial(plan, terms, task.task, plan.agreed_on or on, around)
            past = [_past(trial, task.task, book) for trial in around.history if trial.id != plan.id]
            found |= dict.fromkeys(_pathway(planned, terms, past, book, around))
            found |= dict.fromkeys(_guard(plan, planned, past, guard_rules))
        return tuple(found)

    return check


def planned_trial(
    plan: TrialPlan, terms: TrialTerms, task: str, agreed_on: date | None, around: Surroundings
) -> PlannedTrial:
    """Lay terms out as the trial that the checks of pathways read; one task at a time."""
    if terms.starts is None or terms.ends is None:
        raise ValueError("terms without days cannot be checked")
    days: dict[str, float] = {}
    for half in terms.week:
        day = half.block.partition("_")[0]
        days[day] = days.get(day, 0.0) + half.hours
    return PlannedTrial(
        person=plan.candidate,
        pathway=terms.pathway,
        employer=plan.employer,
        task=task,
        starts=terms.starts,
        ends=terms.ends,
        host=terms.host,
        hours_per_week=terms.hours_per_week,
        hours_per_day_least=min(days.values(), default=None),
        hours_per_day_most=max(days.values(), default=None),
        days_per_week=len(days) or None,
        full_time_hours=terms.full_time_hours,
        contract_months_after=terms.contract_months_after,
        agreement_signed=True,
        supervisor_named=bool(terms.supervisor),
        first_sick_day=around.first_sick_day,
        agreed_on=agreed_on,
        levels=around.levels,
        **terms.kept,
    )


def _pathway(
    planned: PlannedTrial, terms: TrialTerms, past: list[PastTrial], book: PathwayBook, around: Surroundings
) -> list[str]:
    if not terms.pathway:
        return []
    country = country_of(book, terms.pathway)
    pathway = country.pathway(terms.pathway)
    held = held_terms(country, pathway, planned.starts, around.facts)
    if not held and planned.starts < country.known_from:
        return [f"{terms.pathway}:not_held"]
    found = [breach.rule for breach in check_trial(planned, held, past)]
    limits = trial_limits(held, terms.full_time_hours, usual=not planned.body_decided)
    week = {half.block: half.hours for half in terms.week}
    found += [limits.rules[one.limit] for one in week_breaches(limits, terms.hours_per_week, week)]
    found += [
        change.rule.id
        for change in term_changes(country, pathway, planned, around.facts, past)
        if change.breaks and not planned.body_decided
    ]
    return found


def _guard(plan: TrialPlan, planned: PlannedTrial, past: list[PastTrial], rules: Mapping[str, Rule]) -> list[str]:
    findings = guard(planned, past, rules, planned.starts)
    let_pass = [
        override(some, reason.name, reason.text, reason.at.date())
        for reason in plan.reasons
        if (some := _of_kind(findings, reason.flag.kind))
    ]
    return [one.rule for one in findings if blocks([one], let_pass)]


def _of_kind(findings: Iterable[GuardFinding], kind: str) -> tuple[GuardFinding, ...]:
    return tuple(one for one in findings if kind == ROTATION + one.kind)


def _past(trial: Trial, task: str, book: PathwayBook) -> PastTrial:
    """Lay a trial out as the guard reads it: once, under the task that is asked about where it held that task."""
    tasks = [one.task for one in trial.tasks]
    return PastTrial(
        person=trial.candidate,
        pathway=trial.pathway,
        employer=trial.employer,
        task=task if task in tasks or not tasks else tasks[0],
        starts=trial.starts,
        ends=max(trial.starts, trial.ended_on or trial.planned_end or trial.starts),
        paid=_paid(trial, book),
        hired_on=trial.ended_on if trial.outcome in (Outcome.HIRED, Outcome.HIRED_WITH_CHANGES) else None,
    )


def _paid(trial: Trial, book: PathwayBook) -> bool:
    """Tell if a trial was paid: its pathway asks for pay. A trial without a pathway counts as unpaid."""
    country = book.countries.get(trial.pathway.partition(".")[0])
    known = None if country is None else next((one for one in country.pathways if one.id == trial.pathway), None)
    if country is None or known is None:
        return False
    return any(held.rule.term is TermKind.PAID for held in held_terms(country, known, trial.starts, {}))
