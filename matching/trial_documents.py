"""What the documents of a planned trial say of its terms and duties on its first day.

The person's situation is not looked at, so that no document shows a fact of it: every term of the pathway is listed,
whoever the person is. Terms and duties that count from a first day of sickness stay out of documents.
"""

from __future__ import annotations

from datetime import date

from data.pathway_records import Duty, Pathway, Role, RoleRule, TermKind, Version
from data.pathways import Country, PathwayBook
from data.trial_document_facts import DocumentDuty, KeptTerm, TrialArrangement, TrialDocumentFacts
from features.duty_calendar import duties_of
from features.pathway_conditions import RulesOfDay

from .trial_terms import YES_NO_TERMS, PlannedTrial, held_terms

SICKNESS_TERMS = frozenset((TermKind.START_FROM_SICK_DAY, TermKind.START_UNTIL_SICK_DAY, TermKind.LENGTH_WITH_SICKNESS))
SICKNESS_CLOCK = "sickness_start"


def country_of(book: PathwayBook, pathway: str) -> Country:
    """Find the country of a pathway; InvalidInput names the countries or pathways that there are.

    >>> from data.pathways import load_pathways
    >>> country_of(load_pathways(), "nl.uwv.trial_placement").id
    'nl'
    """
    return book.country(pathway.partition(".")[0])


def document_facts(plan: PlannedTrial, arrangement: TrialArrangement, country: Country) -> TrialDocumentFacts:
    """Gather what may stand in the documents of a trial; InvalidInput for a pathway that the country does not have."""
    pathway = country.pathway(plan.pathway)
    terms = [held for held in held_terms(country, pathway, plan.starts, {}) if held.rule.term not in SICKNESS_TERMS]
    return TrialDocumentFacts(
        pathway=pathway.names,
        body=country.bodies[pathway.body],
        employer=plan.employer,
        starts=plan.starts,
        ends=plan.ends,
        hours_per_week=plan.hours_per_week,
        hours_per_day_least=plan.hours_per_day_least,
        hours_per_day_most=plan.hours_per_day_most,
        days_per_week=plan.days_per_week,
        paid=plan.paid,
        arrangement=arrangement,
        terms=tuple(held.version for held in terms if held.rule.term not in YES_NO_TERMS),
        kept_terms=tuple(
            KeptTerm(held.version, _kept(plan, held.rule.term)) for held in terms if held.rule.term in YES_NO_TERMS
        ),
        insurance=_insurance(country, pathway, plan.starts),
        duties=_duties(country, pathway, plan),
    )


def _kept(plan: PlannedTrial, term: TermKind) -> bool | None:
    attribute, wanted = YES_NO_TERMS[term]
    said = getattr(plan, attribute)
    return None if said is None else said is wanted


def _insurance(country: Country, pathway: Pathway, on: date) -> tuple[Version, ...]:
    rules = (country.rules[id_] for id_ in pathway.rules)
    held = (rule.held(on) for rule in rules if isinstance(rule, RoleRule) and rule.role is Role.INSURES)
    return tuple(version for version in held if version is not None)


def _duties(country: Country, pathway: Pathway, plan: PlannedTrial) -> tuple[DocumentDuty, ...]:
    rules = [country.rules[id_] for id_ in pathway.rules]
    told = [rule for rule in rules if isinstance(rule, Duty) and rule.clock != SICKNESS_CLOCK]
    events = dict.fromkeys(("trial_start", "coaching_start", "rehabilitation_start"), plan.starts)
    events["trial_end"] = plan.ends
    found = []
    for due in duties_of(told, RulesOfDay(country.rules, plan.starts), {}, events, plan.ends):
        version = country.rules[due.rule].held(plan.starts)
        if version is not None:
            found.append(DocumentDuty(version, tuple(country.bodies[body] for body in due.who), due.due))
    return tuple(found)
