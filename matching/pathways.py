"""Which pathways are open to a person on a day, why, who is responsible, and what goes first.

Every pathway of the country is answered with all its conditions: open, closed, or to be asked with the questions.
Nothing is left out silently. A pathway that another one goes before says so. This is a pointer, not advice: the body
decides.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.pathway_records import Condition, Pathway, Precedence, Responsible
from data.pathways import Country
from data.situation import Known, Situation
from features.condition_check import Answer
from features.pathway_conditions import ANSWERS, UNKNOWN, UNMET, RulesOfDay, Test, compile_test, what_to_ask


class Opening(StrEnum):
    """Whether a pathway is open: by all conditions, by none that is known to fail, or not."""

    OPEN = "open"
    ASK = "ask"
    CLOSED = "closed"
    NOT_HELD = "not_held"


@dataclass(frozen=True, slots=True)
class ConditionAnswer:
    """One condition: met, unmet or unknown; the facts to ask; figures that are of another year."""

    rule: str
    answer: Answer
    ask: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """These pathways go first, by this rule."""

    rule: str
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathwayAnswer:
    """The answer on one pathway, with every condition and what goes first."""

    pathway: Pathway
    opening: Opening
    conditions: tuple[ConditionAnswer, ...]
    waits_for: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class ResponsibleAnswer:
    """Which bodies answer for the person, by which rule; ``answer`` unknown: what to ask."""

    rule: str
    answer: Answer
    bodies: tuple[str, ...]
    ask: tuple[str, ...] = ()


_OPENINGS = (Opening.OPEN, Opening.ASK, Opening.CLOSED, Opening.NOT_HELD)
"""The opening by the worst condition: all met, one unknown, one unmet; or the rules did not hold."""

_CLOSED, _NOT_HELD = 2, 3


class CountryOfDay:
    """One country as it held on a day, ready to answer many people. Valid while no rule of the country changes."""

    def __init__(self, country: Country, on: date) -> None:
        self.country = country
        self.rules = RulesOfDay(country.rules, on)
        self._places: dict[str, int] = {}
        self._conditions: list[_Ready] = []
        self._pathways = tuple((pathway, self._ready(pathway)) for pathway in country.pathways)
        places = {pathway.id: place for place, pathway in enumerate(country.pathways)}
        self._later: tuple[list[tuple[str, tuple[int, ...]]], ...] = tuple([] for _ in country.pathways)
        for rule in country.rules.values():
            if isinstance(rule, Precedence) and self.rules.version(rule.id):
                for later in rule.later:
                    self._later[places[later]].append((rule.id, tuple(places[first] for first in rule.first)))
        self._first = tuple(tuple(dict.fromkeys(one for _, first in later for one in first)) for later in self._later)
        self._waits: dict[tuple[int, tuple[bool, ...]], tuple[Waiting, ...]] = {}

    def _ready(self, pathway: Pathway) -> tuple[int, ...] | None:
        rules = [self.country.rules[id_] for id_ in pathway.rules]
        held = [rule for rule in rules if isinstance(rule, Condition)]
        if any(self.rules.version(rule.id) is None for rule in held):
            return None
        for rule in held:
            if rule.id not in self._places:
                self._places[rule.id] = len(self._conditions)
                self._conditions.append(_Ready(rule, self.rules))
        return tuple(self._places[rule.id] for rule in held)

    def answer(self, facts: Mapping[str, Known]) -> tuple[PathwayAnswer, ...]:
        """Answer every pathway for one person's facts, in the order of the country's files."""
        known = [condition.answer(facts) for condition in self._conditions]
        bad = [one[0] for one in known]
        answers = [one[1] for one in known]
        worst = [
            _NOT_HELD if places is None else max([bad[place] for place in places], default=0)
            for _, places in self._pathways
        ]
        return tuple(
            [
                PathwayAnswer(
                    pathway,
                    _OPENINGS[worst[at]],
                    tuple([answers[place] for place in places or ()]),
                    self._waiting(at, worst) if self._first[at] and worst[at] < _CLOSED else (),
                )
                for at, (pathway, places) in enumerate(self._pathways)
            ]
        )

    def _waiting(self, place: int, worst: list[int]) -> tuple[Waiting, ...]:
        """Tell what goes first; the same pattern of closed and open ones is answered once."""
        key = (place, tuple([worst[one] < _CLOSED for one in self._first[place]]))
        found = self._waits.get(key)
        if found is None:
            alive = {one for one, open_ in zip(self._first[place], key[1], strict=True) if open_}
            waiting = (
                Waiting(rule, tuple(self.country.pathways[one].id for one in first if one in alive))
                for rule, first in self._later[place]
            )
            found = self._waits[key] = tuple(one for one in waiting if one.first)
        return found


class _Ready:
    """One condition, compiled; its two settled answers are made once."""

    def __init__(self, rule: Condition, rules: RulesOfDay) -> None:
        self._rule, self._rules = rule, rules
        self._test: Test = compile_test(rule.needs, rules)
        self._when: Test | None = None if rule.when is None else compile_test(rule.when, rules)
        self._met = (0, ConditionAnswer(rule.id, Answer.MET))
        self._unmet = (2, ConditionAnswer(rule.id, Answer.UNMET))
        leaves = (*rule.needs.leaves(), *(() if rule.when is None else rule.when.leaves()))
        self._leaves = tuple(compile_test(leaf, rules) for leaf in leaves)
        self._single = len(self._leaves) == 1
        self._asked: dict[tuple[int, ...], tuple[int, ConditionAnswer]] = {}

    def answer(self, facts: Mapping[str, Known]) -> tuple[int, ConditionAnswer]:
        """Give how bad it is (0 met, 1 unknown, 2 unmet) and the answer."""
        answer, when = self._test(facts), 1
        if self._when is not None:
            when = self._when(facts)
            if when == UNMET:
                return self._met
        if answer == 1:
            return self._met
        if answer == UNMET and when == 1:
            return self._unmet
        key = () if self._single else tuple([leaf(facts) for leaf in self._leaves])
        found = self._asked.get(key)
        if found is None:
            found = self._asked[key] = (1, self._unknown(facts))
        return found

    def _unknown(self, facts: Mapping[str, Known]) -> ConditionAnswer:
        question = what_to_ask(self._rule.needs, self._rules, facts)
        asked, outdated = question.facts, question.outdated
        if self._rule.when is not None:
            asked = tuple(dict.fromkeys((*what_to_ask(self._rule.when, self._rules, facts).facts, *asked)))
        return ConditionAnswer(self._rule.id, Answer.UNKNOWN, asked, outdated)


_STRETCHES: dict[tuple[int, int], CountryOfDay] = {}
_STARTS: dict[int, tuple[Country, tuple[date, ...]]] = {}


def changes(country: Country) -> tuple[date, ...]:
    """Give the days on which an answer can change: starts and ends of versions, turns of a figure's year."""
    days = set()
    for rule in country.rules.values():
        for version in rule.versions:
            days.add(version.valid_from)
            if version.valid_to:
                days.add(version.valid_to + timedelta(days=1))
            if version.figure_year:
                days |= {date(version.figure_year, 1, 1), date(version.figure_year + 1, 1, 1)}
    return tuple(sorted(days))


def country_on(country: Country, on: date) -> CountryOfDay:
    """Give a country as it held on a day, made once for each stretch of days in which nothing changes."""
    held = _STARTS.get(id(country))
    if held is None or held[0] is not country:
        held = _STARTS[id(country)] = (country, changes(country))
        for key in [key for key in _STRETCHES if key[0] == id(country)]:
            del _STRETCHES[key]
    key = (id(country), bisect_right(held[1], on))
    found = _STRETCHES.get(key)
    if found is None:
        found = _STRETCHES[key] = CountryOfDay(country, on)
    return found


def eligibility(country: Country, situation: Situation, on: date) -> tuple[PathwayAnswer, ...]:
    """Answer every pathway of a country for one person on a day.

    >>> from data.pathways import load_pathways
    >>> who = Situation("P", "fi", {"status": "unemployed", "jobseeker": True})
    >>> answers = eligibility(load_pathways().country("fi"), who, date(2020, 6, 1))
    >>> [a.opening.value for a in answers if a.pathway.id == "fi.employment.trial"]
    ['ask']
    """
    return country_on(country, on).answer(situation.facts)


def responsible_bodies(country: Country, situation: Situation, on: date) -> tuple[ResponsibleAnswer, ...]:
    """Tell which bodies answer for a person by status and cause; rules that do not apply are left out."""
    rules = RulesOfDay(country.rules, on)
    found = []
    for rule in country.rules.values():
        if not isinstance(rule, Responsible) or rule.when is None or rules.version(rule.id) is None:
            continue
        answer = compile_test(rule.when, rules)(situation.facts)
        if answer == UNMET:
            continue
        ask = what_to_ask(rule.when, rules, situation.facts).facts if answer == UNKNOWN else ()
        found.append(ResponsibleAnswer(rule.id, ANSWERS[answer], rule.bodies, ask))
    return tuple(found)


def questions(answers: tuple[PathwayAnswer, ...]) -> tuple[str, ...]:
    """List the facts that would settle something, those that most pathways wait for first; ties as they came."""
    counts: dict[str, int] = {}
    for answer in answers:
        if answer.opening is Opening.ASK:
            for fact in dict.fromkeys(fact for condition in answer.conditions for fact in condition.ask):
                counts[fact] = counts.get(fact, 0) + 1
    return tuple(sorted(counts, key=lambda fact: -counts[fact]))
