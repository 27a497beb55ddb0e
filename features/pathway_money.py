"""What a pathway pays and costs, as ranges with formula and year: income, what the employer gets and pays.

An amount is worked out only from facts that are known and from the figures of its own year; else the formula stands
alone. A pointer, not advice: the body that pays decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.pathway_records import Money, Pathway, Rule, Version
from data.situation import Known

from .condition_check import Answer
from .pathway_conditions import ANSWERS, UNMET, RulesOfDay, compile_test, what_to_ask

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MoneyAnswer:
    """One rule of money. ``low`` and ``high``: the amount worked out, None when facts are missing (``ask``).

    ``applies``: met, or unknown when it hangs on facts that nobody has told. ``unit``: of the amount. ``outdated``:
    figures of another year that the formula would need.
    """

    rule: str
    applies: Answer
    low: float | None
    high: float | None
    unit: str
    ask: tuple[str, ...]
    outdated: tuple[str, ...]


class Purse:
    """Works out the money of a country on a day for one person's facts."""

    def __init__(self, rules: Mapping[str, Rule], day: RulesOfDay, facts: Mapping[str, Known]) -> None:
        self._rules, self._day, self._facts = rules, day, facts
        self.missing: dict[str, None] = {}
        self.outdated: dict[str, None] = {}

    def amount(self, rule: Money, version: Version) -> Range | None:
        """Work out one rule; None when it gives no amount or something is missing."""
        formula = rule.formula
        if formula.kind in ("none", "threshold", "actual_costs"):
            return None
        if version.outdated(self._day.on):
            self.outdated[rule.id] = None
            return None
        low, high = version.value, version.value_to if version.value_to is not None else version.value
        if formula.kind == "amount":
            return None if low is None or high is None else (low, high)
        base = self.named(formula.of)
        if base is None:
            return None
        for name, change in ((formula.above, _beyond), (formula.divided_by, _divided)):
            if name:
                other = self.named(name)
                if other is None:
                    return None
                base = change(base, other)
        if low is not None and high is not None:
            add = 100.0 if formula.kind == "percent_on_top_of" else 0.0
            base = (base[0] * (add + low) / 100, base[1] * (add + high) / 100)
        return self._held_within(rule, base)

    def _held_within(self, rule: Money, base: Range) -> Range:
        for name in rule.formula.at_most:
            if (cap := self.named(name)) is not None:
                base = (min(base[0], cap[0]), min(base[1], cap[1]))
        for name in rule.formula.at_least:
            if (floor := self.named(name)) is not None:
                base = (max(base[0], floor[0]), max(base[1], floor[1]))
        return base

    def named(self, name: str) -> Range | None:
        """Give a fact, or with @ another rule's amount or number."""
        if not name.startswith("@"):
            known = self._facts.get(name)
            if known is None:
                self.missing[name] = None
                return None
            return float(known), float(known)
        rule = self._rules[name[1:]]
        version = self._day.version(rule.id)
        if version is None:
            return None
        if isinstance(rule, Money):
            return self.amount(rule, version)
        if version.outdated(self._day.on):
            self.outdated[rule.id] = None
            return None
        if version.value is None:
            return None
        return version.value, version.value if version.value_to is None else version.value_to


def _beyond(base: Range, threshold: Range) -> Range:
    return max(0.0, base[0] - threshold[1]), max(0.0, base[1] - threshold[0])


def _divided(base: Range, by: Range) -> Range:
    return base[0] / by[1], base[1] / by[0]


def unit_of(rule: Money, version: Version, rules: Mapping[str, Rule], units: Mapping[str, str]) -> str:
    """Name the unit of what a rule gives: that of its base, or its own."""
    name = rule.formula.of
    if not name:
        return version.unit
    unit = units.get(name, "")
    if name.startswith("@"):
        base = rules[name[1:]]
        unit = unit_of(base, base.versions[-1], rules, units) if isinstance(base, Money) else base.versions[-1].unit
    return unit.replace("_per_year", "_per_day") if rule.formula.divided_by else unit


def money_of(
    rules: Mapping[str, Rule],
    pathway: Pathway,
    day: RulesOfDay,
    facts: Mapping[str, Known],
    units: Mapping[str, str],
) -> tuple[MoneyAnswer, ...]:
    """Give every rule of money of a pathway that applies or may apply. ``units``: of each fact."""
    found = []
    for id_ in pathway.rules:
        rule = rules[id_]
        version = day.version(id_)
        if not isinstance(rule, Money) or version is None:
            continue
        applies = 1 if rule.when is None else compile_test(rule.when, day)(facts)
        if applies == UNMET:
            continue
        purse = Purse(rules, day, facts)
        amount = purse.amount(rule, version)
        if rule.when is not None and ANSWERS[applies] is Answer.UNKNOWN:
            question = what_to_ask(rule.when, day, facts)
            purse.missing = dict.fromkeys((*question.facts, *purse.missing))
            purse.outdated = dict.fromkeys((*question.outdated, *purse.outdated))
        low, high = (None, None) if amount is None else (round(amount[0], 2), round(amount[1], 2))
        found.append(
            MoneyAnswer(
                id_,
                ANSWERS[applies],
                low,
                high,
                unit_of(rule, version, rules, units),
                tuple(purse.missing),
                tuple(purse.outdated),
            )
        )
    return tuple(found)
