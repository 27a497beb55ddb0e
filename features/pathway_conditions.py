"""Whether a condition of a pathway is met, not met or unknown for a situation, and what to ask when it is unknown.

Three-valued (Kleene): an unknown fact is neither yes nor no. "About" values never close anything, and a figure of
another year decides nothing: both become questions. Tests are compiled once a stretch of days in which no rule changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from data.pathway_records import Needs, Rule, Version
from data.situation import Known

from .condition_check import Answer

Test = Callable[[Mapping[str, Known]], int]
"""1 met, 0 not met, -1 unknown."""

MET, UNMET, UNKNOWN = 1, 0, -1
ANSWERS = {MET: Answer.MET, UNMET: Answer.UNMET, UNKNOWN: Answer.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Question:
    """Why something is unknown: facts that nobody has told, and figures that are of another year."""

    facts: tuple[str, ...]
    outdated: tuple[str, ...] = ()


class RulesOfDay:
    """The rules of one country as they held on a day; ``version`` is None for one that did not hold."""

    def __init__(self, rules: Mapping[str, Rule], on: date) -> None:
        self.on = on
        self._rules = rules
        self._versions: dict[str, Version | None] = {}

    def version(self, rule: str) -> Version | None:
        """Give what a rule said on the day."""
        if rule not in self._versions:
            self._versions[rule] = self._rules[rule].held(self.on)
        return self._versions[rule]

    def outdated(self, rule: str) -> bool:
        """Tell if a rule's figure is of another year."""
        version = self.version(rule)
        return version is not None and version.outdated(self.on)


def compile_test(needs: Needs, rules: RulesOfDay) -> Test:
    """Turn a test into a function of the facts.

    >>> from data.pathways import load_pathways
    >>> country = load_pathways().country("fi")
    >>> day = RulesOfDay(country.rules, date(2020, 6, 1))
    >>> old_enough = compile_test(country.rules["fi.kela.young_from"].needs, day)
    >>> old_enough({"age": 16.0}), old_enough({"age": 15.0}), old_enough({})
    (1, 0, -1)
    """
    if needs.op in ("any", "all"):
        return _joined(tuple(compile_test(part, rules) for part in needs.parts), UNMET if needs.op == "all" else MET)
    fact = needs.fact
    if needs.op == "is":
        among = frozenset(needs.among)
        return lambda facts: UNKNOWN if (known := facts.get(fact)) is None else int(known in among)
    if needs.op in ("yes", "no"):
        wanted = needs.op == "yes"
        return lambda facts: UNKNOWN if (known := facts.get(fact)) is None else int(known is wanted)
    return _compared(needs, rules)


def _joined(parts: tuple[Test, ...], decisive: int) -> Test:
    def join(facts: Mapping[str, Known]) -> int:
        found = 1 - decisive
        for part in parts:
            answer = part(facts)
            if answer == decisive:
                return decisive
            if answer == UNKNOWN:
                found = UNKNOWN
        return found

    return join


def _compared(needs: Needs, rules: RulesOfDay) -> Test:
    version = rules.version(needs.rule)
    if version is None or version.value is None or version.outdated(rules.on):
        return lambda _facts: UNKNOWN
    fact, limit, otherwise = needs.fact, version.value, UNKNOWN if version.about else UNMET
    if needs.op == "at_least":
        return lambda f: UNKNOWN if (v := f.get(fact)) is None else (MET if float(v) >= limit else otherwise)
    if needs.op == "at_most":
        return lambda f: UNKNOWN if (v := f.get(fact)) is None else (MET if float(v) <= limit else otherwise)
    if needs.op == "above":
        return lambda f: UNKNOWN if (v := f.get(fact)) is None else (MET if float(v) > limit else otherwise)
    return lambda f: UNKNOWN if (v := f.get(fact)) is None else (MET if float(v) < limit else otherwise)


def what_to_ask(needs: Needs, rules: RulesOfDay, facts: Mapping[str, Known]) -> Question:
    """Say what would settle an unknown test: only facts of parts that are themselves unknown."""
    asked: dict[str, None] = {}
    outdated: dict[str, None] = {}
    _collect(needs, rules, facts, asked, outdated)
    return Question(tuple(asked), tuple(outdated))


def _collect(
    needs: Needs, rules: RulesOfDay, facts: Mapping[str, Known], asked: dict[str, None], outdated: dict[str, None]
) -> None:
    if compile_test(needs, rules)(facts) != UNKNOWN:
        return
    for part in needs.parts:
        _collect(part, rules, facts, asked, outdated)
    if needs.fact:
        asked[needs.fact] = None
    if needs.rule and rules.outdated(needs.rule):
        outdated[needs.rule] = None
