"""One person's case on a day: which pathways, on what terms, with what money, which duties when, and what to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.pathway_records import RoleRule
from data.pathways import Country
from data.situation import Situation, load_facts
from features.duty_calendar import DueDuty, duties_of
from features.pathway_conditions import UNMET, RulesOfDay, compile_test
from features.pathway_money import MoneyAnswer, money_of

from .pathways import (
    Opening,
    PathwayAnswer,
    ResponsibleAnswer,
    eligibility,
    questions,
    responsible_bodies,
)
from .trial_terms import HeldTerm, held_terms


@dataclass(frozen=True, slots=True)
class PathwayView:
    """One pathway with its terms, money and roles as they hold for the person on the day."""

    answer: PathwayAnswer
    terms: tuple[HeldTerm, ...]
    money: tuple[MoneyAnswer, ...]
    roles: tuple[RoleRule, ...]


@dataclass(frozen=True, slots=True)
class PathwayCase:
    """Everything on one person. ``duties``: of the pathways that are open or to be asked."""

    situation: Situation
    country: Country
    on: date
    responsible: tuple[ResponsibleAnswer, ...]
    pathways: tuple[PathwayView, ...]
    duties: tuple[DueDuty, ...]
    questions: tuple[str, ...]


def pathway_case(country: Country, situation: Situation, on: date) -> PathwayCase:
    """Answer everything about one person in one country on one day."""
    answers, facts = eligibility(country, situation, on), situation.facts
    day = RulesOfDay(country.rules, on)
    units = {fact.id: fact.unit for fact in load_facts().values()}
    views = tuple(
        PathwayView(
            answer,
            held_terms(country, answer.pathway, on, facts),
            money_of(country.rules, answer.pathway, day, facts, units),
            _roles(country, answer, day, situation),
        )
        for answer in answers
    )
    alive = [answer for answer in answers if answer.opening in (Opening.OPEN, Opening.ASK)]
    rules = dict.fromkeys(id_ for answer in alive for id_ in answer.pathway.rules)
    duties = duties_of((country.rules[id_] for id_ in rules), day, facts, situation.events)
    return PathwayCase(
        situation, country, on, responsible_bodies(country, situation, on), views, duties, questions(answers)
    )


def _roles(country: Country, answer: PathwayAnswer, day: RulesOfDay, situation: Situation) -> tuple[RoleRule, ...]:
    found = []
    for id_ in answer.pathway.rules:
        rule = country.rules[id_]
        if not isinstance(rule, RoleRule) or day.version(id_) is None:
            continue
        if rule.when is None or compile_test(rule.when, day)(situation.facts) != UNMET:
            found.append(rule)
    return tuple(found)
